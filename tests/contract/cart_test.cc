// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("an unknown user has an empty cart", "[cart]") {
  NEEDS(Carts);
  const auto cart = CartOf(NewUser());
  REQUIRE_OK(cart);
  CHECK(cart->items().empty());
  CHECK(cart->user_id().empty());
}

TEST_CASE("quantities of one product add up on its line", "[cart]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  REQUIRE_OK(AddToCart(user, kMug, 2));
  REQUIRE_OK(AddToCart(user, kMug, 3));
  CHECK(LinesOf(user) == Lines{"6E92ZMYYFZ x 5"});
}

TEST_CASE("lines keep the order in which they were first added", "[cart]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  for (const char* product : {kWatch, kMug, kTankTop, kMug, kJar, kWatch}) REQUIRE_OK(AddToCart(user, product, 1));
  CHECK(LinesOf(user) == Lines{"1YMWWN1N4O x 2", "6E92ZMYYFZ x 2", "66VCHSJNUP x 1", "9SIQT8TOJO x 1"});
}

TEST_CASE("a cart tells whose it is", "[cart]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  REQUIRE_OK(AddToCart(user, kMug, 1));
  const auto cart = CartOf(user);
  REQUIRE_OK(cart);
  CHECK(cart->user_id() == user);
}

TEST_CASE("carts of different users are apart", "[cart]") {
  NEEDS(Carts);
  const std::string one = NewUser();
  const std::string other = NewUser();
  REQUIRE_OK(AddToCart(one, kMug, 1));
  REQUIRE_OK(AddToCart(other, kJar, 2));
  CHECK(LinesOf(one) == Lines{"6E92ZMYYFZ x 1"});
  CHECK(LinesOf(other) == Lines{"9SIQT8TOJO x 2"});
}

TEST_CASE("emptying a cart works for any user, and again", "[cart]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  REQUIRE_OK(EmptyCart(user));
  REQUIRE_OK(AddToCart(user, kMug, 1));
  REQUIRE_OK(EmptyCart(user));
  CHECK(LinesOf(user).empty());
  REQUIRE_OK(EmptyCart(user));
  CHECK(LinesOf(user).empty());
  REQUIRE_OK(AddToCart(user, kJar, 1));
  CHECK(LinesOf(user) == Lines{"9SIQT8TOJO x 1"});
}

TEST_CASE("SetItem sets a quantity, appends a line and removes it with 0", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  REQUIRE_OK(AddToCart(user, kMug, 5));
  REQUIRE_OK(SetInCart(user, kMug, 2));
  REQUIRE_OK(SetInCart(user, kJar, 1000));
  CHECK(LinesOf(user) == Lines{"6E92ZMYYFZ x 2", "9SIQT8TOJO x 1000"});
  REQUIRE_OK(SetInCart(user, kMug, 0));
  REQUIRE_OK(SetInCart(user, kMug, 0));
  CHECK(LinesOf(user) == Lines{"9SIQT8TOJO x 1000"});
}

TEST_CASE("what was ordered is taken out of the cart once, and what came later stays", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  REQUIRE_OK(AddToCart(user, kMug, 3));
  pb::RemoveOrderedRequest request;
  request.set_user_id(user);
  request.set_order_id(NewKey());
  pb::CartItem& item = *request.add_items();
  item.set_product_id(kMug);
  item.set_quantity(2);
  for (int i = 0; i < 2; ++i) REQUIRE_OK(Call<Carts>(&Carts::Stub::RemoveOrdered, request));
  CHECK(LinesOf(user) == Lines{"6E92ZMYYFZ x 1"});
  item.set_quantity(1001);
  request.set_order_id(NewKey());
  CheckCartRefusal(Call<Carts>(&Carts::Stub::RemoveOrdered, request).status(), absl::StatusCode::kOutOfRange,
                   "quantity");
}

TEST_CASE("D5: a quantity outside 1 to 1,000 is out of range and changes nothing", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  REQUIRE_OK(AddToCart(user, kMug, 1));
  for (const int quantity : {0, -1, 1001, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CAPTURE(quantity);
    CheckCartRefusal(AddToCart(user, kMug, quantity), absl::StatusCode::kOutOfRange, "quantity");
    CheckCartRefusal(AddToCart(user, kJar, quantity), absl::StatusCode::kOutOfRange, "quantity");
    if (quantity != 0) CheckCartRefusal(SetInCart(user, kMug, quantity), absl::StatusCode::kOutOfRange, "quantity");
    CHECK(LinesOf(user) == Lines{"6E92ZMYYFZ x 1"});
  }
}

TEST_CASE("D5: a line cannot grow beyond 1,000", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  REQUIRE_OK(AddToCart(user, kMug, 999));
  CheckCartRefusal(AddToCart(user, kMug, 2), absl::StatusCode::kOutOfRange, "quantity");
  CHECK(LinesOf(user) == Lines{"6E92ZMYYFZ x 999"});
  REQUIRE_OK(AddToCart(user, kMug, 1));
  CheckCartRefusal(AddToCart(user, kMug, 1), absl::StatusCode::kOutOfRange, "quantity");
  CHECK(LinesOf(user) == Lines{"6E92ZMYYFZ x 1000"});
}

TEST_CASE("a cart has at most 500 lines", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  for (int i = 0; i < 500; ++i) REQUIRE_OK(AddToCart(user, "PRODUCT" + std::to_string(i), 1));
  CheckCartRefusal(AddToCart(user, "ONE-TOO-MANY", 1), absl::StatusCode::kResourceExhausted);
  CheckCartRefusal(SetInCart(user, "ONE-TOO-MANY", 1), absl::StatusCode::kResourceExhausted);
  REQUIRE_OK(AddToCart(user, "PRODUCT7", 1));
  CHECK(LinesOf(user).size() == 500);
  REQUIRE_OK(EmptyCart(user));
}

TEST_CASE("a cart needs a user, an item and a product", "[cart][ours]") {
  NEEDS(Carts);
  for (const std::string& user : {std::string(), std::string(129, 'u')}) {
    CheckCartRefusal(AddToCart(user, kMug, 1), absl::StatusCode::kInvalidArgument, "user_id");
    CheckCartRefusal(SetInCart(user, kMug, 1), absl::StatusCode::kInvalidArgument, "user_id");
    CheckCartRefusal(CartOf(user).status(), absl::StatusCode::kInvalidArgument, "user_id");
    CheckCartRefusal(EmptyCart(user), absl::StatusCode::kInvalidArgument, "user_id");
  }
  const std::string user = NewUser();
  pb::AddItemRequest without_item;
  without_item.set_user_id(user);
  CheckCartRefusal(Call<Carts>(&Carts::Stub::AddItem, without_item).status(), absl::StatusCode::kInvalidArgument,
                   "item");
  CheckCartRefusal(AddToCart(user, "", 1), absl::StatusCode::kInvalidArgument, "product_id");
  CheckCartRefusal(AddToCart(user, std::string(10'000, 'p'), 1), absl::StatusCode::kInvalidArgument, "product_id");
  CheckCartRefusal(SetInCart(user, "", 1), absl::StatusCode::kInvalidArgument, "product_id");
  CHECK(LinesOf(user).empty());
}

TEST_CASE("the longest user id is a user id", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser() + std::string(128, 'u');
  REQUIRE_OK(AddToCart(user.substr(0, 128), kMug, 1));
  CHECK(LinesOf(user.substr(0, 128)) == Lines{"6E92ZMYYFZ x 1"});
}

TEST_CASE("names that mean something to a store are names like any other", "[cart][ours]") {
  NEEDS(Carts);
  const std::string odd = "\r\n*1\r\n'; DROP TABLE carts; -- \xe2\x82\xac {}" + NewUser();
  REQUIRE_OK(AddToCart(odd, "'\"\r\n", 1));
  REQUIRE_OK(AddToCart(odd, "'\"\r\n", 1));
  CHECK(LinesOf(odd) == Lines{"'\"\r\n x 2"});
  REQUIRE_OK(EmptyCart(odd));
}

TEST_CASE("D6: a thousand concurrent additions to one cart are all there", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  const auto answers = AddConcurrently(user, kMug, 1000);
  for (const absl::Status& answer : answers) REQUIRE_OK(answer);
  CHECK(LinesOf(user) == Lines{"6E92ZMYYFZ x 1000"});
}

TEST_CASE("D6: concurrent additions of different products lose no line", "[cart][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  const auto answers =
      AllAtOnce(32, [&user](int i) { return AddToCart(user, "PRODUCT" + std::to_string(i % 8), 1 + i % 3); });
  for (const absl::Status& answer : answers) REQUIRE_OK(answer);
  const auto cart = CartOf(user);
  REQUIRE_OK(cart);
  CHECK(cart->items_size() == 8);
  int sum = 0;
  for (const pb::CartItem& item : cart->items()) sum += item.quantity();
  CHECK(sum == 63);
}

}  // namespace
}  // namespace boutique::contract
