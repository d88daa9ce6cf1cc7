// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/pages/page_fixture.h"

namespace boutique::gateway {

TEST_CASE_METHOD(Pages, "a cart shows its lines, amounts and form", "[pages]") {
  PutInCart("MUG", 3);
  PutInCart("GONE");
  auto cart = Ask(ShowCart);
  REQUIRE_OK(cart);
  for (const char* const text : {"<title>Cart · Online Boutique</title>", "€7.95 each", "€23.85", "SKU MUG", "SKU GONE",
                                 "No longer on sale", "not known yet"}) {
    INFO(text);
    CHECK(Has(cart, text));
  }
  CHECK_FALSE(Has(cart, "action=\"/cart/checkout\""));
  carts.cart.mutable_items()->RemoveLast();
  cart = Ask(ShowCart);
  CHECK(Has(cart, "action=\"/cart/checkout\""));
  CHECK(Has(cart, "name=\"expected_total\" value=\"EUR 31.80\""));
  CHECK(Has(cart, "€31.80"));
  // A card to try it with, which also a shop with Stripe takes.
  CHECK(Has(cart, "4242 4242 4242 4242"));
  CHECK(Between(cart->body, "name=\"idempotency_key\" value=\"", "\"").size() == 36);
}

struct OpenForLooking : Pages {
  OpenForLooking() : Pages(Connected{.orders = false, .checkout = false}) {}
};

TEST_CASE_METHOD(OpenForLooking, "a shop without a checkout says that it takes no orders", "[pages]") {
  PutInCart("MUG");
  const auto cart = Ask(ShowCart);
  CHECK(Has(cart, "Orders cannot be placed here"));
  CHECK(Has(cart, "€7.95 each"));
  CHECK_FALSE(Has(cart, "action=\"/cart/checkout\""));
}

struct SendsNothing : Pages {
  SendsNothing() : Pages(Connected{.shipping = false}) {}
};

TEST_CASE_METHOD(SendsNothing, "a shop that sends nothing does not speak of shipping", "[pages]") {
  PutInCart("MUG", 2);
  const auto cart = Ask(ShowCart);
  CHECK_FALSE(Has(cart, "Shipping"));
  CHECK_FALSE(Has(cart, "Where to send it"));
  CHECK(Has(cart, "Your address"));
  CHECK(Has(cart, "name=\"expected_total\" value=\"EUR 15.90\""));
}

struct OnlyDollars : Pages {
  OnlyDollars() : Pages(Connected{.currency = false}) {}
};

TEST_CASE_METHOD(OnlyDollars, "a shop without a currency service has the catalog's currency and no choice", "[pages]") {
  PutInCart("MUG");
  const auto cart = Ask(ShowCart);
  CHECK(Has(cart, "$8.99 each"));
  CHECK_FALSE(Has(cart, "name=\"currency_code\""));
}

TEST_CASE_METHOD(Pages, "yen have no decimals (D7)", "[pages]") {
  currency_code = "JPY";
  PutInCart("MUG", 2);
  const auto cart = Ask(ShowCart);
  CHECK(Has(cart, "¥1005 each"));
  CHECK(Has(cart, "¥2010"));
  CHECK(Has(cart, "¥3015"));
  CHECK_FALSE(Has(cart, "¥1005."));
}

TEST_CASE_METHOD(Pages, "an empty cart is a friendly page", "[pages]") {
  const auto cart = Ask(ShowCart);
  CHECK(Has(cart, "Your cart is empty"));
  CHECK(Has(cart, "You might like"));
}

TEST_CASE_METHOD(Pages, "without a shipping quote there is no form, and the page says why", "[pages]") {
  PutInCart("MUG");
  shipping.quote.failure = absl::UnavailableError("away");
  const auto cart = Ask(ShowCart);
  CHECK(Has(cart, "We cannot say what shipping costs"));
  CHECK_FALSE(Has(cart, "action=\"/cart/checkout\""));
}

TEST_CASE_METHOD(Pages, "the checkout form offers twelve months, of which December is the twelfth (D27)", "[pages]") {
  PutInCart("MUG");
  const auto cart = Ask(ShowCart);
  CHECK(Has(cart, "<option value=\"1\">01</option>"));
  CHECK(Has(cart, "<option value=\"12\">12</option>"));
}

TEST_CASE_METHOD(Pages, "adding leads to the cart, or answers its count", "[pages]") {
  auto added = Ask(AddToCart, {{"product_id", "MUG"}, {"quantity", "3"}});
  REQUIRE_OK(added);
  CHECK(added->status == 303);
  CHECK(added->HeaderOf("location") == "/cart");
  wants_json = true;
  added = Ask(AddToCart, {{"product_id", "JAR"}, {"quantity", "2"}});
  REQUIRE_OK(added);
  CHECK(added->status == 200);
  CHECK(added->body == R"({"cart_count":5,"message":"Jar was added to your cart."})");
}

TEST_CASE_METHOD(Pages, "nothing is added that is not one to ten of a product", "[pages]") {
  for (const char* const quantity : {"", "0", "11", "-1", "many"}) {
    CHECK_CODE(Ask(AddToCart, {{"product_id", "MUG"}, {"quantity", quantity}}), kInvalidArgument);
  }
  CHECK_CODE(Ask(AddToCart, {{"quantity", "1"}}), kInvalidArgument);
  CHECK_CODE(Ask(AddToCart, {{"product_id", "TEAPOT"}, {"quantity", "1"}}), kNotFound);
  CHECK(carts.add.calls == 0);
}

TEST_CASE_METHOD(Pages, "a cart that refuses a change is shown with the reason", "[pages]") {
  PutInCart("MUG");
  const std::pair<absl::Status, const char*> cases[] = {
      {absl::OutOfRangeError("item.quantity: more than 1,000"), "You can have up to 1000 of one product."},
      {absl::ResourceExhaustedError("a cart has at most 500 lines"), "Your cart is full."},
  };
  for (const auto& [failure, sentence] : cases) {
    carts.add.failure = failure;
    const auto refused = Ask(AddToCart, {{"product_id", "MUG"}, {"quantity", "1"}});
    REQUIRE_OK(refused);
    CHECK(refused->status == 422);
    CHECK(Has(refused, sentence));
    CHECK(Has(refused, "Your cart was not changed"));
  }
  carts.add.failure = absl::ResourceExhaustedError("too many calls");
  CHECK_CODE(Ask(AddToCart, {{"product_id", "MUG"}, {"quantity", "1"}}), kResourceExhausted);
}

TEST_CASE_METHOD(Pages, "a line's quantity is changed, and the line removed", "[pages]") {
  PutInCart("MUG");
  const auto changed = Ask(UpdateCart, {{"product_id", "MUG"}, {"quantity", "7"}});
  REQUIRE_OK(changed);
  CHECK(changed->status == 303);
  CHECK(carts.cart.items(0).quantity() == 7);
  REQUIRE_OK(Ask(UpdateCart, {{"product_id", "MUG"}, {"quantity", "0"}}));
  CHECK(carts.cart.items(0).quantity() == 0);
  const auto refused = Ask(UpdateCart, {{"product_id", "MUG"}, {"quantity", "1001"}});
  CHECK(refused->status == 422);
  CHECK(Has(refused, "You can have up to 1000 of one product."));
}

TEST_CASE_METHOD(Pages, "a line of something that is not sold is not set, but can be removed", "[pages]") {
  PutInCart("MUG");
  const auto refused = Ask(UpdateCart, {{"product_id", "TEAPOT"}, {"quantity", "2"}});
  REQUIRE_OK(refused);
  CHECK(refused->status == 422);
  CHECK(Has(refused, "That product cannot be in a cart."));
  CHECK(carts.set.calls == 1);  // the page's question whether lines can be set
  REQUIRE_OK(Ask(UpdateCart, {{"product_id", "TEAPOT"}, {"quantity", "0"}}));
  CHECK(carts.set.calls == 2);
  catalog.one.failure = absl::UnavailableError("away");
  CHECK_CODE(Ask(UpdateCart, {{"product_id", "MUG"}, {"quantity", "2"}}), kUnavailable);
}

TEST_CASE_METHOD(Pages, "a cart service that cannot change lines is not asked to by the page", "[pages]") {
  PutInCart("MUG");
  CHECK(Has(Ask(ShowCart), "action=\"/cart/update\""));
  Pages original;
  original.PutInCart("MUG");
  original.carts.set.failure = absl::UnimplementedError("");
  const auto cart = original.Ask(ShowCart);
  CHECK_FALSE(Has(cart, "action=\"/cart/update\""));
  CHECK(Has(cart, "Quantity: 1"));
  CHECK(original.Ask(UpdateCart, {{"product_id", "MUG"}, {"quantity", "2"}})->status == 422);
}

TEST_CASE_METHOD(Pages, "emptying leads home", "[pages]") {
  PutInCart("MUG");
  const auto emptied = Ask(EmptyCart);
  REQUIRE_OK(emptied);
  CHECK(emptied->HeaderOf("location") == "/");
  CHECK(carts.cart.items().empty());
}

}  // namespace boutique::gateway
