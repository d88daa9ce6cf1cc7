// SPDX-License-Identifier: Apache-2.0
// Answers CurrencyService calls from one table of rates.
// Threads: immutable, safe from any loop.
#pragma once

#include "hipstershop/currency.grpc.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/currency/exchange_rates.h"

namespace boutique::currency {

namespace pb = ::hipstershop;

// The methods' contract is that of protos/hipstershop/currency.proto.
class CurrencyService {
 public:
  explicit CurrencyService(ExchangeRates rates) : rates_(std::move(rates)) {}

  rpc::Reply<pb::GetSupportedCurrenciesResponse> GetSupportedCurrencies(const rpc::CallContext& call,
                                                                        const pb::Empty& request);
  rpc::Reply<pb::Money> Convert(const rpc::CallContext& call, const pb::CurrencyConversionRequest& request);
  rpc::Reply<pb::ConvertManyResponse> ConvertMany(const rpc::CallContext& call, const pb::ConvertManyRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  const ExchangeRates rates_;
};

}  // namespace boutique::currency
