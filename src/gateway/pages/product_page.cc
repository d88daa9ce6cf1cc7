// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/format.h"
#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"
#include "platform/coro/when_all.h"
#include "platform/http/forms.h"

namespace boutique::gateway {
namespace {

using nlohmann::json;

constexpr auto kPackagingBudget = std::chrono::milliseconds(300);

// What the packaging service says of a product, or null: the page does without it.
coro::Task<json> Packaging(Storefront& front, const Visit& visit, std::string id) {
  const std::string& service = front.settings().packaging_service_url;
  if (service.empty()) co_return json();
  http::FetchOptions options;
  options.timeout = kPackagingBudget;
  auto answer = co_await front.web().Get(visit.call, absl::StrCat(service, "/", http::PercentEncode(id)), options);
  if (!answer.ok() || answer->status != 200) co_return json();
  auto facts = json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  if (!facts.is_object()) co_return json();
  co_return facts;
}

void AddPackaging(const json& packaging, Fields content) {
  struct Fact {
    const char* key;
    const char* name;
    const char* unit;
  };
  bool shown = false;
  for (const Fact& fact : {Fact{"weight", "Weight", "kg"}, Fact{"width", "Width", "cm"}, Fact{"height", "Height", "cm"},
                           Fact{"depth", "Depth", "cm"}}) {
    const auto value = packaging.find(fact.key);
    if (value == packaging.end() || !value->is_number()) continue;
    if (!std::exchange(shown, true)) content.Show("PACKAGING");
    Fields row = content.Add("PACKAGING_FACTS");
    row.Set("FACT_NAME", fact.name).Set("FACT_VALUE", absl::StrFormat("%g %s", value->get<double>(), fact.unit));
  }
}

// The original's form: snake_case keys, units as a number, nothing for what is zero.
json MetaOf(const pb::Product& product) {
  json meta = json::object();
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) meta[key] = value;
  };
  set("id", product.id());
  set("name", product.name());
  set("description", product.description());
  set("picture", product.picture());
  const pb::Money& price = product.price_usd();
  json amount = json::object();
  if (!price.currency_code().empty()) amount["currency_code"] = price.currency_code();
  if (price.units() != 0) amount["units"] = price.units();
  if (price.nanos() != 0) amount["nanos"] = price.nanos();
  if (product.has_price_usd()) meta["price_usd"] = std::move(amount);
  for (const std::string& category : product.categories()) meta["categories"].push_back(category);
  return meta;
}

}  // namespace

PageReply ShowProduct(Storefront& front, const Visit& visit) {
  const std::string id(visit.request.Param("id"));
  auto [found, packaging] = co_await coro::WhenAll(front.shop().Product(visit.call, VisitorOf(visit), id),
                                                   Packaging(front, visit, id));
  const auto view = co_await coro::OrReturn(std::move(found));
  const pb::Product& product = view.product.product;
  Page page("product.tpl");
  Fields content = page.content();
  content.Set("NAME", product.name()).Set("DESCRIPTION_LONG", product.description()).Set("PRODUCT_ID", product.id());
  content.Set("PRICE", FormatMoney(view.product.price));
  content.Set("PICTURE_URL", front.assets().PictureUrl(product.picture()));
  Around around;
  if (!product.categories().empty()) {
    around.category = product.categories(0);
    content.Show("CATEGORY").Set("CATEGORY_NAME", CategoryName(around.category));
    content.Set("CATEGORY_URL", front.CategoryUrl(around.category));
  }
  AddPackaging(packaging, content);
  front.AddRecommendations(view.recommendations, content);
  front.AddAd(view.ad, content);
  around.title = product.name();
  around.description = product.description();
  co_return front.Finish(visit, view.frame, around, &page);
}

PageReply ShowProductMeta(Storefront& front, const Visit& visit) {
  pb::GetProductRequest request;
  request.set_id(std::string(visit.request.Param("id")));
  const auto product = co_await coro::OrReturn(
      co_await front.shop().clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(
          visit.call, std::move(request)));
  const std::string meta = MetaOf(product).dump(-1, ' ', false, json::error_handler_t::replace);
  co_return http::Answer(200, "application/json", meta);
}

}  // namespace boutique::gateway
