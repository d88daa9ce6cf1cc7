// SPDX-License-Identifier: Apache-2.0
#include "services/currency/currency_service.h"

#include "absl/strings/str_cat.h"
#include "platform/base/status.h"

namespace boutique::currency {
namespace {

constexpr int kMostAmounts = 1000;

}  // namespace

rpc::Reply<pb::GetSupportedCurrenciesResponse> CurrencyService::GetSupportedCurrencies(const rpc::CallContext&,
                                                                                       const pb::Empty&) {
  pb::GetSupportedCurrenciesResponse reply;
  for (const std::string& code : rates_.codes()) reply.add_currency_codes(code);
  co_return reply;
}

rpc::Reply<pb::Money> CurrencyService::Convert(const rpc::CallContext&, const pb::CurrencyConversionRequest& request) {
  if (!request.has_from()) co_return base::InvalidField("from", "is required");
  const auto converted = rates_.Convert(base::Money::Of(request.from()), request.to_code());
  if (!converted.ok()) co_return converted.status();
  pb::Money reply;
  converted->CopyTo(&reply);
  co_return reply;
}

rpc::Reply<pb::ConvertManyResponse> CurrencyService::ConvertMany(const rpc::CallContext&,
                                                                 const pb::ConvertManyRequest& request) {
  if (request.from_size() > kMostAmounts) {
    co_return base::InvalidField("from", absl::StrCat("must have at most ", kMostAmounts, " amounts"));
  }
  // A list of nothing asks, too, for a currency that exists.
  if (const auto known = rates_.Convert({request.to_code(), 0, 0}, request.to_code()); !known.ok()) {
    co_return known.status();
  }
  pb::ConvertManyResponse reply;
  for (const pb::Money& amount : request.from()) {
    const auto converted = rates_.Convert(base::Money::Of(amount), request.to_code());
    if (!converted.ok()) co_return converted.status();
    converted->CopyTo(reply.add_converted());
  }
  co_return reply;
}

void CurrencyService::RegisterWith(rpc::Server& server) {
  using Async = pb::CurrencyService::AsyncService;
  server.Add<pb::CurrencyService>(
      *this, rpc::Method<&Async::RequestGetSupportedCurrencies, &CurrencyService::GetSupportedCurrencies>{},
      rpc::Method<&Async::RequestConvert, &CurrencyService::Convert>{},
      rpc::Method<&Async::RequestConvertMany, &CurrencyService::ConvertMany>{});
}

}  // namespace boutique::currency
