// SPDX-License-Identifier: Apache-2.0
#include "services/cart/cart_service.h"

#include <limits>

#include "support/faulty_cart_store.h"
#include "unit/services/cart/shelves.h"

namespace boutique::cart {
namespace {

struct Checkout {
  template <typename Request>
  static Request Change(const std::string& user, const std::string& product, int quantity) {
    Request request;
    request.set_user_id(user);
    *request.mutable_item() = Item(product, quantity);
    return request;
  }
  absl::StatusOr<pb::Empty> Add(const pb::AddItemRequest& request) {
    return coro::SyncWait(service.AddItem(call, request));
  }
  absl::StatusOr<pb::Empty> Add(const std::string& user, const std::string& product, int quantity) {
    return Add(Change<pb::AddItemRequest>(user, product, quantity));
  }
  absl::StatusOr<pb::Empty> Set(const std::string& user, const std::string& product, int quantity) {
    return coro::SyncWait(service.SetItem(call, Change<pb::SetItemRequest>(user, product, quantity)));
  }
  absl::StatusOr<pb::Cart> Get(const std::string& user) {
    pb::GetCartRequest request;
    request.set_user_id(user);
    return coro::SyncWait(service.GetCart(call, request));
  }
  absl::StatusOr<pb::Empty> Empty(const std::string& user) {
    pb::EmptyCartRequest request;
    request.set_user_id(user);
    return coro::SyncWait(service.EmptyCart(call, request));
  }
  std::string Lines(const std::string& user) { return LinesOf(Get(user).value()); }

  MemoryCartStore memory{kLife};
  FaultyCartStore carts{memory};
  CartService service{carts};
  rpc::CallContext call;
};

TEST_CASE_METHOD(Checkout, "what is added is found, and gone when the cart is emptied", "[cart]") {
  REQUIRE_OK(Add("ann", "MUG", 2));
  REQUIRE_OK(Add("ann", "WATCH", 1));
  REQUIRE_OK(Set("ann", "MUG", 5));
  CHECK(Lines("ann") == "MUG 5, WATCH 1");
  REQUIRE_OK(Empty("ann"));
  CHECK(Get("ann")->user_id().empty());
  CHECK(Lines("ann").empty());
}

TEST_CASE_METHOD(Checkout, "what is said to be ordered is checked", "[cart]") {
  REQUIRE_OK(Add("ann", "MUG", 5));
  pb::RemoveOrderedRequest request;
  const auto remove = [&] { return coro::SyncWait(service.RemoveOrdered(call, request)); };
  CHECK(remove().status().message() == "user_id: is required");
  request.set_user_id("ann");
  CHECK(remove().status().message() == "order_id: is required");
  request.set_order_id("an-order");
  REQUIRE_OK(remove());
  CHECK(Lines("ann") == "MUG 5");
  request.set_order_id("another-order");
  request.add_items()->set_product_id("MUG");
  CHECK_CODE(remove(), kOutOfRange);
  request.mutable_items(0)->set_quantity(1001);
  CHECK_CODE(remove(), kOutOfRange);
  request.mutable_items(0)->set_quantity(3);
  REQUIRE_OK(remove());
  CHECK(Lines("ann") == "MUG 2");
  for (int i = 0; i < 1000; ++i) *request.add_items() = request.items(0);
  CHECK_CODE(remove(), kInvalidArgument);
}

TEST_CASE_METHOD(Checkout, "a user is required by every method", "[cart]") {
  for (const std::string& user : {std::string(), std::string(129, 'a')}) {
    CHECK_CODE(Add(user, "MUG", 1), kInvalidArgument);
    CHECK_CODE(Set(user, "MUG", 1), kInvalidArgument);
    CHECK_CODE(Get(user), kInvalidArgument);
    CHECK_CODE(Empty(user), kInvalidArgument);
  }
  CHECK(Get("").status().message() == "user_id: is required");
}

TEST_CASE_METHOD(Checkout, "an item with a product is required to change a cart", "[cart]") {
  pb::AddItemRequest no_item;
  no_item.set_user_id("ann");
  CHECK(Add(no_item).status() == absl::InvalidArgumentError("item: is required"));
  CHECK(Add("ann", "", 1).status() == absl::InvalidArgumentError("item.product_id: is required"));
  CHECK_CODE(Add("ann", std::string(129, 'x'), 1), kInvalidArgument);
  CHECK_CODE(Set("ann", "", 1), kInvalidArgument);
  CHECK(Lines("ann").empty());
}

TEST_CASE_METHOD(Checkout, "D5: a quantity outside 1 to 1,000 is refused and changes nothing", "[cart]") {
  REQUIRE_OK(Add("ann", "MUG", 1));
  for (const int quantity : {0, -1, 1001, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CHECK_CODE(Add("ann", "MUG", quantity), kOutOfRange);
    CHECK_CODE(Add("ann", "JAR", quantity), kOutOfRange);
  }
  CHECK_CODE(Add("ann", "MUG", 1000), kOutOfRange);
  CHECK_CODE(Set("ann", "MUG", -1), kOutOfRange);
  CHECK_CODE(Set("ann", "MUG", 1001), kOutOfRange);
  CHECK(Lines("ann") == "MUG 1");
  REQUIRE_OK(Set("ann", "MUG", 0));
  CHECK(Lines("ann").empty());
}

TEST_CASE_METHOD(Checkout, "a store that fails is what the caller hears of", "[cart]") {
  carts.Fail(absl::UnavailableError("redis is away"), 4);
  CHECK_CODE(Add("ann", "MUG", 1), kUnavailable);
  CHECK_CODE(Set("ann", "MUG", 1), kUnavailable);
  CHECK_CODE(Get("ann"), kUnavailable);
  CHECK_CODE(Empty("ann"), kUnavailable);
  CHECK(Lines("ann").empty());
  carts.Fail(absl::UnavailableError("the reply was lost"), 1, /*done=*/true);
  CHECK_CODE(Add("ann", "MUG", 1), kUnavailable);
  CHECK(Lines("ann") == "MUG 1");
}

}  // namespace
}  // namespace boutique::cart
