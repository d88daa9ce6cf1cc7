// SPDX-License-Identifier: Apache-2.0
#include "gateway/shop.h"

#include "gateway/format.h"
#include "unit/gateway/storefront/fake_shop.h"

namespace boutique::gateway {
namespace {

const absl::Status kAway = absl::UnavailableError("away");
const absl::Status kUnheardOf = absl::UnimplementedError("unheard of");

}  // namespace

TEST_CASE_METHOD(FakeShop, "the home page shows every product in the shopper's currency", "[shop]") {
  PutInCart("MUG", 3);
  const auto home = Run(shop.Home(call, ada));
  REQUIRE_OK(home);
  REQUIRE(home->products.size() == 3);
  CHECK(home->products[0].product.name() == "Mug");
  CHECK(FormatMoney(home->products[0].price) == "€7.95");
  CHECK(home->frame.currency == "EUR");
  CHECK(home->frame.currencies == std::vector<std::string>{"EUR", "USD", "JPY", "GBP", "TRY", "CAD"});
  CHECK(home->frame.categories == std::vector<std::string>{"kitchen", "accessories"});
  CHECK(home->frame.cart_count == 3);
  REQUIRE(home->ad);
  CHECK(home->ad->redirect_url() == "/product/MUG");
}

TEST_CASE_METHOD(FakeShop, "the home page takes at most eight calls, however many products there are (D10)", "[shop]") {
  for (int i = 0; i < 50; ++i) catalog.Sell(absl::StrCat("P", i), "Thing", i + 1, 0, "things");
  REQUIRE_OK(Run(shop.Home(call, ada)));
  CHECK(Calls() == 5);
  const int before = Calls();
  REQUIRE_OK(Run(shop.Home(call, ada)));
  CHECK(Calls() - before == 4);  // the currencies are known by now
}

TEST_CASE_METHOD(FakeShop, "a cart takes as many calls for forty lines as for one (D10)", "[shop]") {
  REQUIRE_OK(Run(shop.Home(call, ada)));
  PutInCart("MUG");
  const auto calls_of = [&] {
    const int before = Calls();
    REQUIRE_OK(Run(shop.Cart(call, ada)));
    return Calls() - before;
  };
  CHECK(calls_of() == 7);  // one of them asks, once, whether lines can be changed
  CHECK(calls_of() == 6);
  for (int i = 0; i < 40; ++i) {
    catalog.Sell(absl::StrCat("P", i), "Thing", i + 1, 0, "things");
    PutInCart(absl::StrCat("P", i), 2);
  }
  CHECK(calls_of() == 6);
}

TEST_CASE_METHOD(FakeShop, "lines, shipping and total add up to the cent in every currency (D3, D7)", "[shop]") {
  catalog.Sell("PIN", "Pin", 0, 330000000, "things");
  PutInCart("PIN", 7);  // the first line costs less than one unit
  PutInCart("MUG", 3);
  PutInCart("WATCH", 1);
  for (const char* const code : {"USD", "EUR", "CAD", "JPY", "GBP", "TRY", "CHF"}) {
    INFO(code);
    const auto cart = Run(shop.Cart(call, {"ada", code}));
    REQUIRE_OK(cart);
    CHECK(cart->frame.currency == code);
    base::Money sum{code, 0, 0};
    for (const CartLine& line : cart->lines) {
      CHECK(line.unit == *base::RoundToMinorUnit(line.unit));
      CHECK(line.total == *base::Multiply(line.unit, line.item.quantity()));
      sum = *base::Add(sum, line.total);
    }
    CHECK(cart->subtotal == sum);
    REQUIRE(cart->shipping);
    REQUIRE(cart->total);
    CHECK(*cart->total == *base::Add(sum, *cart->shipping));
  }
}

TEST_CASE_METHOD(FakeShop, "an unknown currency is the dollar and never makes anything free (D4)", "[shop]") {
  for (const char* const code : {"XAF", "ZZZ", "eur", ""}) {
    INFO(code);
    const auto home = Run(shop.Home(call, {"ada", code}));
    REQUIRE_OK(home);
    CHECK(home->frame.currency == "USD");
    CHECK(FormatMoney(home->products[0].price) == "$8.99");
  }
}

TEST_CASE_METHOD(FakeShop, "without the currency service prices are in dollars, without a choice (D12)", "[shop]") {
  currency.supported.failure = kAway;
  currency.many.failure = kAway;
  const auto home = Run(shop.Home(call, ada));
  REQUIRE_OK(home);
  CHECK(FormatMoney(home->products[0].price) == "$8.99");
  CHECK(home->frame.currencies.empty());
}

TEST_CASE("a shop without a currency service has one currency, which is no choice", "[shop]") {
  FakeShop shop(Connected{.currency = false});
  const auto home = shop.Run(shop.shop.Home(shop.call, shop.ada));
  REQUIRE_OK(home);
  CHECK(FormatMoney(home->products[0].price) == "$8.99");
  CHECK(home->frame.currencies.empty());
}

TEST_CASE_METHOD(FakeShop, "when the currency service goes away meanwhile, the page falls back to dollars", "[shop]") {
  REQUIRE_OK(Run(shop.Home(call, ada)));
  currency.many.failure = kAway;
  PutInCart("MUG");
  const auto cart = Run(shop.Cart(call, ada));
  REQUIRE_OK(cart);
  CHECK(cart->frame.currency == "USD");
  CHECK(cart->frame.currencies.empty());
  CHECK(FormatMoney(*cart->total) == "$17.98");
}

TEST_CASE_METHOD(FakeShop, "ads and recommendations that hang or fail cost a page nothing but their place", "[shop]") {
  SECTION("hanging") {
    ads.get.hangs = true;
    recommendations.list.hangs = true;
  }
  SECTION("failing") {
    ads.get.failure = kAway;
    recommendations.list.failure = kAway;
  }
  SECTION("with nothing to say (D16)") {
    ads.url.clear();
    recommendations.ids.clear();
  }
  const auto start = std::chrono::steady_clock::now();
  const auto product = Run(shop.Product(call, ada, "MUG"));
  REQUIRE_OK(product);
  CHECK(product->product.product.name() == "Mug");
  CHECK(product->recommendations.empty());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE_METHOD(FakeShop, "pages about products say that the catalog is away (D12)", "[shop]") {
  catalog.list.failure = kAway;
  catalog.one.failure = kAway;
  catalog.search.failure = kAway;
  CHECK_CODE(Run(shop.Home(call, ada)), kUnavailable);
  CHECK_CODE(Run(shop.Category(call, ada, "kitchen")), kUnavailable);
  CHECK_CODE(Run(shop.Product(call, ada, "MUG")), kUnavailable);
  const SearchQuery query{.text = "Mug"};
  CHECK_CODE(Run(shop.Search(call, ada, query)), kUnavailable);
}

TEST_CASE_METHOD(FakeShop, "without the cart service the home page shows no count, and the cart is away", "[shop]") {
  carts.get.failure = kAway;
  const auto home = Run(shop.Home(call, ada));
  REQUIRE_OK(home);
  CHECK(home->frame.cart_count == 0);
  CHECK_CODE(Run(shop.Cart(call, ada)), kUnavailable);
}

TEST_CASE_METHOD(FakeShop, "a cart without a shipping quote shows its lines and no total", "[shop]") {
  PutInCart("MUG");
  shipping.quote.failure = kAway;
  const auto cart = Run(shop.Cart(call, ada));
  REQUIRE_OK(cart);
  CHECK(cart->lines.size() == 1);
  CHECK_FALSE(cart->shipping);
  CHECK_FALSE(cart->total);
}

TEST_CASE_METHOD(FakeShop, "a cart does not wait for ever for what it can do without", "[shop]") {
  PutInCart("MUG");
  carts.set.hangs = true;
  shipping.quote.hangs = true;
  recommendations.list.hangs = true;
  currency.supported.hangs = true;
  currency.many.hangs = true;
  const auto cart = Run(shop.Cart(call, ada));
  REQUIRE_OK(cart);
  CHECK(FormatMoney(cart->subtotal) == "$8.99");
  CHECK(call.Left() > std::chrono::seconds(10));
}

TEST_CASE_METHOD(FakeShop, "a cart shows a product that is no longer sold, without a total", "[shop]") {
  PutInCart("GONE", 2);
  PutInCart("MUG");
  const auto cart = Run(shop.Cart(call, {"ada", "USD"}));
  REQUIRE_OK(cart);
  REQUIRE(cart->lines.size() == 2);
  CHECK_FALSE(cart->lines[0].product);
  CHECK(cart->lines[1].product);
  CHECK(FormatMoney(cart->subtotal) == "$8.99");
  CHECK_FALSE(cart->total);
}

TEST_CASE_METHOD(FakeShop, "an unknown product is not found", "[shop]") {
  CHECK_CODE(Run(shop.Product(call, ada, "TEAPOT")), kNotFound);
  CHECK_CODE(Run(shop.Category(call, ada, "teapots")), kNotFound);
  pb::CartItem item;
  item.set_product_id("TEAPOT");
  item.set_quantity(1);
  CHECK_CODE(Run(shop.AddToCart(call, ada, item)), kNotFound);
  CHECK(carts.add.calls == 0);
}

TEST_CASE_METHOD(FakeShop, "a shop of the original's services works without our extensions", "[shop]") {
  catalog.many.failure = kUnheardOf;
  currency.many.failure = kUnheardOf;
  carts.set.failure = kUnheardOf;
  PutInCart("MUG", 2);
  PutInCart("GONE");
  const auto cart = Run(shop.Cart(call, ada));
  REQUIRE_OK(cart);
  CHECK(FormatMoney(cart->lines[0].unit) == "€7.95");
  CHECK_FALSE(cart->lines[1].product);
  CHECK_FALSE(cart->can_change);
  CHECK(cart->recommendations.size() == 2);

  // The refusals are remembered: each method was tried once, and is not tried again at once.
  CHECK(currency.many.calls == 1);
  CHECK(carts.set.calls == 1);
  const int tried = catalog.many.calls;
  REQUIRE_OK(Run(shop.Cart(call, ada)));
  CHECK(catalog.many.calls == tried);
  CHECK(currency.many.calls == 1);
  CHECK(carts.set.calls == 1);
}

TEST_CASE_METHOD(FakeShop, "equal prices are converted once where there is no batch", "[shop]") {
  currency.many.failure = kUnheardOf;
  for (int i = 0; i < 20; ++i) catalog.Sell(absl::StrCat("P", i), "Thing", 8, 990000000, "things");
  REQUIRE_OK(Run(shop.Home(call, ada)));
  CHECK(currency.one.calls == 3);
}

TEST_CASE_METHOD(FakeShop, "dollars are not converted to dollars", "[shop]") {
  REQUIRE_OK(Run(shop.Home(call, {"ada", "USD"})));
  CHECK(currency.many.calls == 0);
  CHECK(currency.one.calls == 0);
}

TEST_CASE_METHOD(FakeShop, "search keeps prices that are shown as the bound", "[shop]") {
  // 8.99 dollars are shown as 7.95 euros, and 5.49 as 4.86.
  SearchQuery query{.text = "", .min_price = "7,95"};
  query.text = "u";  // the mug alone
  auto found = Run(shop.Search(call, ada, query));
  REQUIRE_OK(found);
  CHECK(found->products.size() == 1);
  query.min_price = "7.96";
  found = Run(shop.Search(call, ada, query));
  REQUIRE_OK(found);
  CHECK(found->products.empty());
  CHECK(found->suggestions.size() == 2);
  query = {.text = "J", .max_price = "4.86"};
  CHECK(Run(shop.Search(call, ada, query))->products.size() == 1);
  query = {.text = "J", .max_price = "4.85"};
  CHECK(Run(shop.Search(call, ada, query))->products.empty());
}

TEST_CASE_METHOD(FakeShop, "search says which bound cannot be read, and does without it", "[shop]") {
  const SearchQuery query{.text = "M", .min_price = "cheap", .max_price = "100"};
  const auto found = Run(shop.Search(call, ada, query));
  REQUIRE_OK(found);
  CHECK(found->min_price_invalid);
  CHECK_FALSE(found->max_price_invalid);
  CHECK(found->products.size() == 1);
  CHECK_FALSE(catalog.last_search.has_min_price_usd());
  CHECK(catalog.last_search.has_max_price_usd());

  const SearchQuery crossed{.text = "M", .min_price = "9", .max_price = "1"};
  CHECK(Run(shop.Search(call, ada, crossed))->max_price_invalid);
}

TEST_CASE_METHOD(FakeShop, "the gateway filters where the catalog knows no filters", "[shop]") {
  catalog.knows_filters = false;
  const SearchQuery query{.text = "a", .category = "kitchen"};  // Jar and Watch have an a
  const auto found = Run(shop.Search(call, ada, query));
  REQUIRE_OK(found);
  REQUIRE(found->products.size() == 1);
  CHECK(found->products[0].product.id() == "JAR");
  CHECK(found->total == 1);
}

TEST_CASE_METHOD(FakeShop, "nobody sees somebody else's order", "[shop]") {
  pb::PlaceOrderRequest request;
  request.set_user_id("ada");
  checkout.Keep(request);
  REQUIRE_OK(Run(shop.Order(call, ada, "order-1")));
  CHECK_CODE(Run(shop.Order(call, {"eve", "EUR"}, "order-1")), kNotFound);
  CHECK(Run(shop.Orders(call, {"eve", "EUR"}, ""))->orders.empty());
}

TEST_CASE_METHOD(FakeShop, "an order takes as many calls for forty lines as for one", "[shop]") {
  REQUIRE_OK(Run(shop.Home(call, ada)));
  pb::PlaceOrderRequest request;
  request.set_user_id("ada");
  checkout.Keep(request);
  const auto calls_of = [&] {
    const int before = Calls();
    REQUIRE_OK(Run(shop.Order(call, ada, "order-1")));
    return Calls() - before;
  };
  orders.orders[0].add_items()->mutable_item()->set_product_id("MUG");
  const int one_line = calls_of();
  for (int i = 0; i < 40; ++i) orders.orders[0].add_items()->mutable_item()->set_product_id(absl::StrCat("P", i));
  CHECK(calls_of() == one_line);
}

}  // namespace boutique::gateway
