// SPDX-License-Identifier: Apache-2.0
// The API's currencies, conversion and postage.
#include <utility>

#include "gateway/api/api.h"
#include "gateway/api/json.h"
#include "platform/base/status.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {

using coro::OrReturn;

ApiReply GetCurrencies(Api& api, const Visit& visit) {
  const auto supported = co_await api.shop().SupportedCurrencies(visit.call);
  if (supported.empty()) co_return absl::UnavailableError("the currencies are not known at the moment");
  pb::GetSupportedCurrenciesResponse reply;
  reply.mutable_currency_codes()->Assign(supported.begin(), supported.end());
  co_return JsonAnswer(200, reply);
}

ApiReply PostConvert(Api& api, const Visit& visit) {
  pb::CurrencyConversionRequest request;
  co_await OrReturn(FromJson(visit.request.body, &request));
  if (!request.has_from()) co_return base::InvalidField("from", "is required");
  co_await OrReturn(base::CheckMoney("from", base::Money::Of(request.from())));
  co_await OrReturn(co_await SupportedCurrency(api, visit, request.from().currency_code(), "from.currency_code"));
  co_await OrReturn(co_await SupportedCurrency(api, visit, request.to_code(), "to_code"));
  // Then both are dollars.
  if (!api.clients().currency.IsConnected()) co_return JsonAnswer(200, request.from());
  const auto converted = co_await OrReturn(
      co_await api.clients().currency.Call<&pb::CurrencyService::Stub::AsyncConvert>(visit.call, std::move(request)));
  co_return JsonAnswer(200, converted);
}

ApiReply PostQuote(Api& api, const Visit& visit) {
  if (!api.clients().shipping.IsConnected()) co_return absl::UnimplementedError("this shop sends nothing");
  pb::GetQuoteRequest request;
  co_await OrReturn(FromJson(visit.request.body, &request));
  const auto currency = co_await OrReturn(co_await CurrencyAsked(api, visit));
  const auto reply = co_await OrReturn(
      co_await api.clients().shipping.Call<&pb::ShippingService::Stub::AsyncGetQuote>(visit.call, std::move(request)));
  v1::Quote quote;
  *quote.mutable_cost_usd() = reply.cost_usd();
  if (!currency.empty()) {
    std::vector<base::Money> cost = {base::Money::Of(reply.cost_usd())};
    const auto converted =
        co_await OrReturn(co_await api.shop().calls().Convert(visit.call, std::move(cost), currency));
    const auto rounded = co_await OrReturn(base::RoundToMinorUnit(converted.front()));
    rounded.CopyTo(quote.mutable_cost());
  }
  co_return JsonAnswer(200, quote);
}

}  // namespace boutique::gateway
