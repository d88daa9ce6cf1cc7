// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include "platform/http/cookies.h"
#include "unit/gateway/pages/page_fixture.h"

namespace boutique::gateway {

TEST_CASE_METHOD(Pages, "the home page has its heading, products, prices, ad, currencies and categories", "[pages]") {
  PutInCart("MUG", 13);
  const auto home = Ask(ShowHome);
  REQUIRE_OK(home);
  CHECK(home->status == 200);
  for (const char* const text : {"<title>Online Boutique</title>", "Hot Products", "href=\"/product/MUG\"", "€7.95",
                                 "Mugs, three for two", "<option value=\"EUR\" selected>€ EUR</option>",
                                 "href=\"/category/kitchen\"", ">13</span>", "13 items", "1a2b3c4d", "request-1",
                                 "1.2.3", "name=\"csrf_token\" value=\"token\""}) {
    INFO(text);
    CHECK(Has(home, text));
  }
}

TEST_CASE_METHOD(Pages, "pages stand under the base URL", "[pages]") {
  settings.base_url = "/online-boutique";
  const auto home = Ask(ShowHome);
  for (const char* const text : {"href=\"/online-boutique/product/MUG\"", "href=\"/online-boutique/static/styles/shop.",
                                 "action=\"/online-boutique/setCurrency\"", "href=\"/online-boutique/cart\""}) {
    INFO(text);
    CHECK(Has(home, text));
  }
  CHECK_FALSE(Has(home, "\"/product/"));
  CHECK_FALSE(Has(home, "\"/static/"));
}

TEST_CASE_METHOD(Pages, "D15: branding, platform and assistant are as set; nothing is looked up for them", "[pages]") {
  CHECK_FALSE(Has(Ask(ShowHome), "/assistant"));
  Pages branded;
  branded.settings.cymbal_branding = true;
  branded.settings.message = "Sale <today>";
  branded.settings.platform = "gcp";
  branded.settings.enable_assistant = true;
  branded.settings.single_shared_session = true;
  const auto home = branded.Ask(ShowHome);
  for (const char* const text : {"<title>Cymbal Shops</title>", "Sale &lt;today&gt;", "gcp-platform", "Google Cloud",
                                 "href=\"/assistant\"", "logo-cymbal."}) {
    INFO(text);
    CHECK(Has(home, text));
  }
  CHECK_FALSE(Has(home, "href=\"/orders\""));  // everybody shares the session
  CHECK_CODE(branded.Ask(ShowOrders), kNotFound);
}

TEST_CASE_METHOD(Pages, "a product's page names it, and does without a category for it", "[pages]") {
  request.params = {{"id", "MUG"}};
  const auto mug = Ask(ShowProduct);
  REQUIRE_OK(mug);
  for (const char* const text : {"<title>Mug · Online Boutique</title>", "A good Mug.", "value=\"MUG\"",
                                 "<option value=\"10\">10</option>", "href=\"/category/kitchen\"",
                                 "More you might like"}) {
    INFO(text);
    CHECK(Has(mug, text));
  }
  catalog.products[0].clear_categories();
  CHECK(Has(Ask(ShowProduct), "Mug"));
}

TEST_CASE_METHOD(Pages, "a category's page has its products alone", "[pages]") {
  request.params = {{"name", "kitchen"}};
  const auto kitchen = Ask(ShowCategory);
  CHECK(Has(kitchen, "2 products"));
  CHECK(Has(kitchen, "href=\"/product/MUG\""));
  CHECK_FALSE(Has(kitchen, "href=\"/product/WATCH\""));
  CHECK(Has(kitchen, "aria-current=\"page\">Kitchen"));
}

TEST_CASE_METHOD(Pages, "search shows what was found, or helps", "[pages]") {
  const auto found = Ask(ShowSearch, {{"q", "Mug"}});
  CHECK(Has(found, "1 product<"));
  CHECK(Has(found, "<title>“Mug” · Search · Online Boutique</title>"));
  CHECK(Has(found, "value=\"Mug\""));
  const auto nothing = Ask(ShowSearch, {{"q", "zeppelin"}, {"category", "kitchen"}});
  CHECK(Has(nothing, "No products"));
  CHECK(Has(nothing, "Nothing found"));
  CHECK(Has(nothing, "Popular right now"));
  CHECK(Has(nothing, "href=\"/search?q=zeppelin\""));
  const auto wrong = Ask(ShowSearch, {{"q", "Mug"}, {"min_price", "cheap"}});
  CHECK(Has(wrong, "Enter prices as numbers"));
  CHECK(Has(wrong, "value=\"cheap\""));
  CHECK(Has(Ask(ShowSearch), "What are you looking for?"));
}

TEST_CASE_METHOD(Pages, "search answers JSON to who asks for it, and 400 without a query", "[pages]") {
  wants_json = true;
  const auto found = Ask(ShowSearch, {{"q", "Mug"}});
  REQUIRE_OK(found);
  CHECK(found->HeaderOf("content-type") == "application/json");
  CHECK(Has(found, "\"id\":\"MUG\""));
  CHECK(Ask(ShowSearch)->status == 400);
}

TEST_CASE_METHOD(Pages, "an overlong search is shortened between characters", "[pages]") {
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "ü";
  REQUIRE_OK(Ask(ShowSearch, {{"q", "a" + umlauts}}));
  CHECK(catalog.last_search.query().size() == 255);
}

TEST_CASE_METHOD(Pages, "product-meta has the original's keys (D27)", "[pages]") {
  request.params = {{"id", "MUG"}};
  const auto meta = Ask(ShowProductMeta);
  REQUIRE_OK(meta);
  CHECK(meta->body ==
        R"({"categories":["kitchen"],"description":"A good Mug.","id":"MUG","name":"Mug",)"
        R"("picture":"/static/img/products/mug.jpg","price_usd":{"currency_code":"USD","nanos":990000000,"units":8}})");
  request.params = {{"id", "TEAPOT"}};
  CHECK_CODE(Ask(ShowProductMeta), kNotFound);
}

TEST_CASE_METHOD(Pages, "what the catalog says is text, not HTML", "[pages]") {
  const std::string attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
  catalog.Sell("EVIL", attack, 1, 0, attack);
  catalog.products.back().set_description(attack);
  catalog.products.back().set_picture("javascript:alert(1)");
  ads.url = "javascript:alert(1)";
  recommendations.ids = {"EVIL"};
  PutInCart("EVIL");
  request.params = {{"id", "EVIL"}, {"name", attack}};
  for (const PageFunction page : {ShowHome, ShowProduct, ShowCategory, ShowCart, ShowSearch}) {
    const auto shown = Ask(page, {{"q", attack}});
    REQUIRE_OK(shown);
    CHECK_FALSE(Has(shown, "<script>alert"));
    CHECK_FALSE(Has(shown, "<img src=x"));
    CHECK_FALSE(Has(shown, "javascript:"));
  }
}

TEST_CASE_METHOD(Pages, "an advertisement leads to a page of the shop", "[pages]") {
  CHECK(Has(Ask(ShowHome), "href=\"/product/MUG\">Mugs, three for two"));
  for (const char* const elsewhere : {"//evil.example/", "/\\evil.example/", "https://evil.example/", ""}) {
    ads.url = elsewhere;
    CHECK_FALSE(Has(Ask(ShowHome), "Mugs, three for two"));
  }
}

TEST_CASE_METHOD(Pages, "every page is under 15 KB compressed", "[pages]") {
  for (int i = 0; i < 10; ++i) PutInCart("MUG", 2);
  request.params = {{"id", "MUG"}, {"name", "kitchen"}};
  for (const PageFunction page : {ShowHome, ShowProduct, ShowCategory, ShowCart, ShowSearch, ShowOrders}) {
    const auto shown = Ask(page, {{"q", "Mug"}});
    REQUIRE_OK(shown);
    uLongf size = compressBound(shown->body.size());
    std::string packed(size, '\0');
    REQUIRE(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(shown->body.data()),
                     shown->body.size()) == Z_OK);
    CHECK(size < 15 * 1024);
  }
}

TEST_CASE_METHOD(Pages, "a static file is sent once, and then only confirmed", "[pages]") {
  request.params = {{"path", front().assets().Url("styles/shop.css").substr(8)}};
  request.headers = {{"Accept-Encoding", "gzip, br"}};
  const auto first = StaticFile(front(), request);
  CHECK(first.status == 200);
  CHECK(first.HeaderOf("content-encoding") == "br");
  CHECK(first.HeaderOf("cache-control") == "public, max-age=31536000, immutable");
  CHECK(first.HeaderOf("vary") == "Accept-Encoding");
  CHECK(first.size() > 0);
  request.headers.emplace_back("If-None-Match", std::string(first.HeaderOf("etag")));
  const auto again = StaticFile(front(), request);
  CHECK(again.status == 304);
  CHECK(again.size() == 0);
  request.params = {{"path", "styles/"}};
  CHECK(StaticFile(front(), request).status == 404);
}

TEST_CASE_METHOD(Pages, "the currency form leads back to its page, on this origin only", "[pages]") {
  const std::pair<const char*, const char*> cases[] = {
      {"http://shop.example/product/MUG?x=1", "/product/MUG?x=1"},
      {"https://shop.example/search?q=mug", "/search?q=mug"},
      {"http://elsewhere.example/product/MUG", "/"},
      {"http://shop.example.evil.example/", "/"},
      {"http://shop.example//evil.example/", "/"},
      {"http://shop.example/\\evil.example", "/"},
      {"http://shop.example", "/"},
      {"javascript:alert(1)", "/"},
      {"", "/"},
      {"http://shop.example/cart/checkout", "/cart"},
      {"http://shop.example/setCurrency", "/"},
  };
  for (const auto& [referer, location] : cases) {
    INFO(referer);
    request.headers = {{"Host", "shop.example"}, {"Referer", referer}};
    const auto set = Ask(SetCurrency, {{"currency_code", "JPY"}});
    REQUIRE_OK(set);
    CHECK(set->status == 303);
    CHECK(set->HeaderOf("location") == location);
    CHECK(absl::StrContains(set->HeaderOf("set-cookie"), "shop_currency=JPY"));
  }
  for (const char* const bad : {"", "eur", "ZZZ", "EURO", "<b>"}) {
    CHECK_CODE(Ask(SetCurrency, {{"currency_code", bad}}), kInvalidArgument);
  }
}

TEST_CASE_METHOD(Pages, "logging out gives a new session and forgets every cookie, older copies too (D19)", "[pages]") {
  request.headers = {{"Cookie", "shop_session-id=old; shop_currency=EUR; other=1"}};
  const auto out = Ask(LogOut);
  REQUIRE_OK(out);
  CHECK(out->HeaderOf("location") == "/");
  std::vector<std::string> removed;
  std::string fresh;
  for (const auto& [name, value] : out->headers) {
    if (name != "Set-Cookie") continue;
    if (absl::StrContains(value, "Max-Age=0")) {
      removed.push_back(value.substr(0, value.find('=')) + Between(value, "Path=", ";"));
    } else {
      fresh = value;
    }
  }
  CHECK(removed == std::vector<std::string>{"other/", "shop_currency/", "shop_session-id/product",
                                            "shop_currency/product", "shop_session-id/cart", "shop_currency/cart"});
  CHECK(absl::StartsWith(fresh, "shop_session-id="));
  CHECK_FALSE(absl::StrContains(fresh, "old"));
}

TEST_CASE_METHOD(Pages, "without an assistant the page says so in its own way", "[pages]") {
  CHECK(Has(Ask(ShowAssistant), "Shopping assistant"));
  CHECK_CODE(Ask(AskAssistant), kUnavailable);
}

}  // namespace boutique::gateway
