// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/api.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/api/openapi.h"
#include "gateway/api/problem.h"
#include "gateway/format.h"
#include "platform/base/iso4217.h"
#include "platform/base/status.h"
#include "platform/coro/or_return.h"
#include "platform/telemetry/log.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;

constexpr int kServerError = 500;
constexpr char kDollar[] = "USD";

void LogFailure(const Visit& visit, const absl::Status& status) {
  telemetry::Log(telemetry::Severity::kWarning, "an API request failed",
                 {{"route", visit.request.route}, {"request_id", visit.request_id}, {"error", status.ToString()}});
}

}  // namespace

Api::Api(const GatewaySettings& settings, const Clients& clients, const base::Clock& clock)
    : settings_(settings),
      clock_(clock),
      assets_(settings.base_url),
      shop_(clients),
      document_(OpenApiDocument(settings.base_url)) {}

ApiReply Answer(Api& api, ApiFunction function, const Visit& visit) {
  auto answer = co_await function(api, visit);
  if (answer.ok()) co_return std::move(answer);
  // Fields of a body have JSON's names; parameters stand as they are written.
  const auto names = visit.request.IsUnsafe() ? FieldNames::kOfBody : FieldNames::kOfQuery;
  const v1::Problem problem = ProblemOf(answer.status(), names);
  if (problem.status() >= kServerError) LogFailure(visit, answer.status());
  co_return ProblemAnswer(problem, visit.request_id);
}

ApiReply GetOpenApi(Api& api, const Visit&) { co_return http::Answer(200, "application/json", api.document()); }

rpc::Reply<std::string> CurrencyAsked(Api& api, const Visit& visit) {
  std::string code(visit.Field("currency"));
  if (code.empty()) co_return code;
  co_return co_await SupportedCurrency(api, visit, std::move(code), "currency");
}

rpc::Reply<std::string> SupportedCurrency(Api& api, const Visit& visit, std::string code, std::string field) {
  if (!base::IsCurrencyCode(code)) co_return base::InvalidField(field, "must be three capital letters");
  if (code == kDollar) co_return code;
  const auto supported = co_await api.shop().SupportedCurrencies(visit.call);
  if (supported.empty()) co_return absl::UnavailableError("the currencies are not known at the moment");
  if (std::find(supported.begin(), supported.end(), code) == supported.end()) {
    co_return base::InvalidField(field, "is not a currency that this shop converts");
  }
  co_return code;
}

absl::StatusOr<std::int32_t> NumberAsked(const Visit& visit, absl::string_view name, std::int32_t most) {
  const absl::string_view text = visit.Field(name);
  std::int32_t number = 0;
  if (text.empty()) return number;
  if (!absl::SimpleAtoi(text, &number) || number < 0 || number > most) {
    return base::InvalidField(name, absl::StrCat("must be a whole number from 0 to ", most));
  }
  return number;
}

v1::Product ProductOf(const pb::Product& product, const Assets& assets, absl::string_view base_url) {
  v1::Product described;
  described.set_id(product.id());
  described.set_name(product.name());
  described.set_description(product.description());
  const std::string picture = assets.PictureUrl(product.picture());
  described.set_picture(std::string(absl::StripPrefix(picture, base_url)));
  *described.mutable_price_usd() = product.price_usd();
  *described.mutable_categories() = product.categories();
  return described;
}

rpc::Reply<v1::ProductList> Describe(Shop& shop, const Assets& assets, const Visit& visit,
                                     std::vector<pb::Product> products, std::string currency) {
  v1::ProductList list;
  for (const pb::Product& product : products) *list.add_products() = ProductOf(product, assets, visit.base);
  if (currency.empty()) co_return list;
  Frame frame;
  frame.currency = currency;
  const auto priced = co_await OrReturn(co_await shop.PriceProducts(visit.call, std::move(products), &frame));
  // Where a page would show dollars, a program gets what it asked for or nothing.
  if (frame.currency != currency) co_return absl::UnavailableError("prices cannot be converted at the moment");
  for (int i = 0; i < list.products_size(); ++i) {
    priced[static_cast<std::size_t>(i)].price.CopyTo(list.mutable_products(i)->mutable_price());
  }
  co_return list;
}

v1::Order OrderOf(const pb::Order& order) {
  v1::Order shown;
  shown.set_order_id(order.order_id());
  shown.set_state(order.state());
  shown.set_email(order.email());
  *shown.mutable_shipping_address() = order.shipping_address();
  *shown.mutable_items() = order.items();
  *shown.mutable_shipping_cost() = order.shipping_cost();
  *shown.mutable_total() = order.total();
  shown.set_card_brand(order.card_brand());
  shown.set_card_last_four(order.card_last_four());
  shown.set_shipping_tracking_id(order.shipping_tracking_id());
  // Only a refusal of the card is worded for its owner.
  if (order.reason_code() == static_cast<int>(absl::StatusCode::kFailedPrecondition)) shown.set_reason(order.reason());
  if (order.created_at_ms() > 0) shown.set_created_at(FormatIsoTime(order.created_at_ms()));
  return shown;
}

}  // namespace boutique::gateway
