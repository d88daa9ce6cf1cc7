// SPDX-License-Identifier: Apache-2.0
#include "services/currency/currency_service.h"

#include "platform/coro/spawn.h"
#include "support/catch.h"

namespace boutique::currency {
namespace {

struct Bureau {
  CurrencyService service{ExchangeRates::Reference()};
  rpc::CallContext call;

  absl::StatusOr<pb::Money> Convert(const pb::CurrencyConversionRequest& request) {
    return coro::SyncWait(service.Convert(call, request));
  }
};

pb::Money Of(const std::string& code, std::int64_t units, std::int32_t nanos) {
  pb::Money money;
  base::Money{code, units, nanos}.CopyTo(&money);
  return money;
}

TEST_CASE_METHOD(Bureau, "the euro comes first among 33 currencies", "[currency]") {
  const auto reply = coro::SyncWait(service.GetSupportedCurrencies(call, {}));
  REQUIRE_OK(reply);
  REQUIRE(reply->currency_codes_size() == 33);
  CHECK(reply->currency_codes(0) == "EUR");
  CHECK(reply->currency_codes(1) == "USD");
}

TEST_CASE_METHOD(Bureau, "an amount is required", "[currency]") {
  pb::CurrencyConversionRequest request;
  request.set_to_code("EUR");
  const auto reply = Convert(request);
  CHECK_CODE(reply, kInvalidArgument);
  CHECK(reply.status().message() == "from: is required");
}

TEST_CASE_METHOD(Bureau, "many amounts convert as each would alone", "[currency]") {
  pb::ConvertManyRequest many;
  many.set_to_code("JPY");
  *many.add_from() = Of("USD", 19, 990000000);
  *many.add_from() = Of("EUR", 1, 0);
  const auto reply = coro::SyncWait(service.ConvertMany(call, many));
  REQUIRE_OK(reply);
  REQUIRE(reply->converted_size() == 2);
  for (int i = 0; i < 2; ++i) {
    pb::CurrencyConversionRequest one;
    *one.mutable_from() = many.from(i);
    one.set_to_code("JPY");
    const auto alone = Convert(one);
    REQUIRE_OK(alone);
    CHECK(reply->converted(i).SerializeAsString() == alone->SerializeAsString());
  }
}

TEST_CASE_METHOD(Bureau, "one bad amount fails the whole conversion", "[currency]") {
  pb::ConvertManyRequest many;
  many.set_to_code("JPY");
  *many.add_from() = Of("USD", 1, 0);
  *many.add_from() = Of("XAF", 1, 0);
  CHECK_CODE(coro::SyncWait(service.ConvertMany(call, many)), kInvalidArgument);
}

TEST_CASE_METHOD(Bureau, "nothing is not converted into an unknown currency", "[currency]") {
  pb::ConvertManyRequest many;
  many.set_to_code("JPY");
  CHECK(coro::SyncWait(service.ConvertMany(call, many)).ok());
  many.set_to_code("XAF");
  CHECK_CODE(coro::SyncWait(service.ConvertMany(call, many)), kInvalidArgument);
}

TEST_CASE_METHOD(Bureau, "a thousand amounts are enough", "[currency]") {
  pb::ConvertManyRequest many;
  many.set_to_code("JPY");
  for (int i = 0; i < 1001; ++i) *many.add_from() = Of("USD", 1, 0);
  CHECK_CODE(coro::SyncWait(service.ConvertMany(call, many)), kInvalidArgument);
}

}  // namespace
}  // namespace boutique::currency
