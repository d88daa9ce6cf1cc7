// SPDX-License-Identifier: Apache-2.0
#include "gateway/templates.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "frontend/bundle.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

// What must not come through in any place of a page.
const std::vector<std::string> kAttacks = {
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</title><script>",
    "{{TITLE}}", "a\" autofocus onfocus=\"alert(1)",
};

std::unique_ptr<Templates> Load(const Assets& assets) {
  auto templates = Templates::Load(assets, "/shop");
  REQUIRE_OK(templates);
  return *std::move(templates);
}

}  // namespace

TEST_CASE("every template is one", "[templates]") {
  const Assets assets("/shop");
  const auto templates = Load(assets);
  for (const auto& file : frontend::Templates()) {
    const std::string name(file.name);
    if (name == "layout.tpl") continue;
    INFO(name);
    Page page(name.c_str());
    const std::string html = templates->Render(page);
    CHECK(absl::StartsWith(html, "<!doctype html>"));
    CHECK_FALSE(absl::StrContains(html, "{{"));
    CHECK(absl::StrContains(html, assets.Url("styles/shop.css")));
    CHECK(absl::StrContains(html, "href=\"/shop/cart\""));
  }
}

TEST_CASE("what a shopper typed is text, wherever it stands", "[templates]") {
  const Assets assets("/shop");
  const auto templates = Load(assets);
  for (const std::string& attack : kAttacks) {
    INFO(attack);
    Page page("search.tpl");
    page.layout().Set("TITLE", attack).Set("SEARCH_QUERY", attack).Show("BANNER", "BANNER_TEXT", attack);
    page.layout().Show("PLATFORM").Set("PLATFORM_CLASS", attack).Set("PLATFORM_LABEL", attack);
    page.SetEverywhere("CSRF", attack).SetEverywhere("REQUEST_ID", attack);
    page.content().Set("QUERY", attack).Show("HAS_QUERY").Show("FILTERS").Set("MIN_PRICE", attack).Show("RESULTS");
    Fields card = page.content().Include("PRODUCT_CARD", "product_card.tpl");
    card.Set("NAME", attack).Set("PRODUCT_URL", attack).Set("PICTURE_URL", attack).Set("PRICE", attack);
    const std::string html = templates->Render(page);
    CHECK_FALSE(absl::StrContains(html, "<script>alert"));
    CHECK_FALSE(absl::StrContains(html, "<img src=x"));
    CHECK_FALSE(absl::StrContains(html, "onmouseover='"));
    CHECK_FALSE(absl::StrContains(html, "onfocus=\""));
    CHECK_FALSE(absl::StrContains(html, "</title><script"));
  }
}

TEST_CASE("a link never runs a script", "[templates]") {
  const Assets assets("/shop");
  const auto templates = Load(assets);
  for (const char* const url :
       {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>", " javascript:x"}) {
    INFO(url);
    Page page("home.tpl");
    page.content().Show("PRODUCTS");
    page.content().Include("AD", "ad.tpl").Set("AD_URL", url).Set("AD_TEXT", "an ad");
    page.content().Include("PRODUCT_CARD", "product_card.tpl").Set("PRODUCT_URL", url).Set("PICTURE_URL", url);
    const std::string html = templates->Render(page);
    CHECK_FALSE(absl::StrContains(absl::AsciiStrToLower(html), "\"javascript:"));
    CHECK_FALSE(absl::StrContains(html, "\"data:text"));
  }
}

}  // namespace boutique::gateway
