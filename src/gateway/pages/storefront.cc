// SPDX-License-Identifier: Apache-2.0
#include "gateway/pages/storefront.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/format.h"
#include "platform/http/conditional.h"
#include "platform/http/forms.h"

namespace boutique::gateway {
namespace {

struct Platform {
  absl::string_view name;
  const char* label;
  const char* css_class;
};
constexpr std::array<Platform, 6> kPlatforms = {{
    {"aws", "AWS", "aws-platform"},
    {"onprem", "On-Premises", "onprem-platform"},
    {"azure", "Azure", "azure-platform"},
    {"gcp", "Google Cloud", "gcp-platform"},
    {"alibaba", "Alibaba Cloud", "alibaba-platform"},
    {"local", "local", "local"},
}};

void AddPlatform(absl::string_view name, Fields layout) {
  for (const Platform& platform : kPlatforms) {
    if (platform.name != name) continue;
    layout.Show("PLATFORM").Set("PLATFORM_LABEL", platform.label).Set("PLATFORM_CLASS", platform.css_class);
  }
}

}  // namespace

Storefront::Storefront(const GatewaySettings& settings, const SessionRules& rules, const Clients& clients,
                       rpc::BlockingPool& blocking, const base::Clock& clock)
    : settings_(settings),
      session_rules_(rules),
      clock_(clock),
      assets_(settings.base_url),
      shop_(clients),
      web_(blocking) {}

absl::StatusOr<std::unique_ptr<Storefront>> Storefront::Make(const GatewaySettings& settings, const SessionRules& rules,
                                                             const Clients& clients, rpc::BlockingPool& blocking,
                                                             const base::Clock& clock) {
  std::unique_ptr<Storefront> storefront(new Storefront(settings, rules, clients, blocking, clock));
  auto templates = Templates::Load(storefront->assets_, settings.base_url);
  if (!templates.ok()) return templates.status();
  storefront->templates_ = *std::move(templates);
  return storefront;
}

http::Response Storefront::Finish(const Visit& visit, const Frame& frame, const Around& around, Page* page) const {
  AddLayout(around, visit.request_id, visit.session.hash, visit.csrf, page);
  AddFrame(frame, around, page->layout());
  return http::Answer(around.status, "text/html; charset=utf-8", templates_->Render(*page));
}

http::Response Storefront::FinishBare(const Around& around, absl::string_view request_id,
                                      absl::string_view session_hash, absl::string_view csrf, Page* page) const {
  AddLayout(around, request_id, session_hash, csrf, page);
  // The cart was not asked for: nothing is said of it.
  page->layout().Set("CART_COUNT", 0).Set("CART_COUNT_TEXT", "").Show("CART_IS_EMPTY");
  return http::Answer(around.status, "text/html; charset=utf-8", templates_->Render(*page));
}

void Storefront::AddLayout(const Around& around, absl::string_view request_id, absl::string_view session_hash,
                           absl::string_view csrf, Page* page) const {
  const char* const shop_name = settings_.ShopName();
  page->SetEverywhere("SHOP_NAME", shop_name).SetEverywhere("CSRF", csrf).SetEverywhere("REQUEST_ID", request_id);
  if (HasOrders()) page->ShowEverywhere("ORDERS_LINK");
  Fields layout = page->layout();
  layout.Set("TITLE", around.title.empty() ? shop_name : absl::StrCat(around.title, " · ", shop_name));
  if (!around.description.empty()) layout.Show("DESCRIPTION", "DESCRIPTION_TEXT", around.description);
  layout.Set("LOGO_URL", assets_.Url(settings_.cymbal_branding ? "img/logo-cymbal.svg" : "img/logo.svg"));
  layout.Set("FAVICON_URL", assets_.Url(settings_.cymbal_branding ? "img/favicon-cymbal.svg" : "img/favicon.svg"));
  layout.Set("SEARCH_QUERY", around.search_query);
  if (!settings_.message.empty()) layout.Show("BANNER", "BANNER_TEXT", settings_.message);
  AddPlatform(settings_.platform, layout);
  layout.ShowIf(settings_.enable_assistant, "ASSISTANT");
  if (!session_hash.empty()) layout.Show("SESSION", "SESSION_HASH", session_hash);
  layout.Set("VERSION", settings_.version);
}

void Storefront::AddFrame(const Frame& frame, const Around& around, Fields layout) const {
  if (!frame.currencies.empty()) {
    layout.Show("CURRENCY_FORM");
    for (const std::string& code : frame.currencies) {
      Fields option = layout.Add("CURRENCIES");
      option.Set("CODE", code).Set("LABEL", CurrencyLabel(code)).ShowIf(code == frame.currency, "SELECTED");
    }
  }
  if (!frame.categories.empty()) {
    layout.Show("CATEGORY_NAV").ShowIf(around.at_home, "AT_HOME");
    for (const std::string& category : frame.categories) {
      Fields link = layout.Add("CATEGORIES");
      link.Set("CATEGORY_NAME", CategoryName(category)).Set("CATEGORY_URL", CategoryUrl(category));
      link.ShowIf(category == around.category, "CURRENT");
    }
  }
  layout.Set("CART_COUNT", frame.cart_count).Set("CART_COUNT_TEXT", CartCountText(frame.cart_count));
  layout.ShowIf(frame.cart_count <= 0, "CART_IS_EMPTY");
}

void Storefront::AddCards(const std::vector<PricedProduct>& products, std::size_t at_once, Fields content) const {
  std::size_t index = 0;
  for (const auto& [product, price] : products) {
    Fields card = content.Include("PRODUCT_CARD", "product_card.tpl");
    card.Set("NAME", product.name()).Set("PRICE", FormatMoney(price));
    card.Set("PRODUCT_URL", ProductUrl(product.id())).Set("PICTURE_URL", assets_.PictureUrl(product.picture()));
    card.ShowIf(index++ >= at_once, "LAZY");
  }
}

void Storefront::AddRecommendations(const std::vector<PricedProduct>& products, Fields content) const {
  if (products.empty()) return;
  content.Show("RECOMMENDATIONS");
  AddCards(products, 0, content);
}

void Storefront::AddAd(const std::optional<pb::Ad>& ad, Fields content) const {
  if (!ad || !http::IsLocalPath(ad->redirect_url())) return;
  Fields shown = content.Include("AD", "ad.tpl");
  shown.Set("AD_TEXT", ad->text()).Set("AD_URL", absl::StrCat(settings_.base_url, ad->redirect_url()));
}

bool Storefront::HasOrders() const {
  return !settings_.single_shared_session && shop_.clients().orders.IsConnected();
}

std::string Storefront::ProductUrl(absl::string_view id) const {
  return absl::StrCat(settings_.base_url, "/product/", http::PercentEncode(id));
}

std::string Storefront::CategoryUrl(absl::string_view category) const {
  return absl::StrCat(settings_.base_url, "/category/", http::PercentEncode(category));
}

}  // namespace boutique::gateway
