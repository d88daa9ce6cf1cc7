// SPDX-License-Identifier: Apache-2.0
// Methods are bound by their member functions: their names are those of the contract, and none may be missing.
#include <csignal>
#include <string_view>

#include "chain.h"
#include "hipstershop/currency.grpc.pb.h"
#include "platform/rpc/method_name.h"
#include "support/self.h"

namespace boutique::rpc {
namespace {

TEST_CASE("a member's name is found in each compiler's spelling", "[method_name]") {
  using internal::MemberOf;
  // GCC
  CHECK(MemberOf("constexpr std::string_view f() [with auto method = &a::Carts::Get; std::string_view = x<char>]") ==
        "Get");
  CHECK(MemberOf("f() [with auto method = (R (a::Stub::*)(C*, const P&, Q*))(& a::Stub::AsyncGet); V = x]") ==
        "AsyncGet");
  CHECK(MemberOf("f() [with auto method = &{anonymous}::Carts::Get_2]") == "Get_2");
  CHECK(MemberOf("f() [with auto method = &a::WithAsync<b::Base<int> >::RequestGet; V = x]") == "RequestGet");
  // clang
  CHECK(MemberOf("std::string_view f() [method = &a::Carts::Get]") == "Get");
  CHECK(MemberOf("f() [method = &(anonymous namespace)::Carts::Get]") == "Get");
  CHECK(MemberOf("f() [method = &a::WithAsync<b::Base<int>>::RequestGet]") == "RequestGet");
}

TEST_CASE("members of the contract's stubs and of handlers have their names", "[method_name]") {
  using Async = pb::CurrencyService::AsyncService;
  static_assert(internal::MemberName<&FakeAds::GetAds>() == "GetAds");
  static_assert(internal::MemberName<&pb::AdService::Stub::AsyncGetAds>() == "AsyncGetAds");
  CHECK(internal::NameOf<&pb::AdService::Stub::AsyncGetAds>("Async") == "GetAds");
  CHECK(internal::NameOf<&Async::RequestConvertMany>("Request") == "ConvertMany");
  CHECK(internal::NameOf<&Async::RequestGetSupportedCurrencies>("Request") == "GetSupportedCurrencies");
}

TEST_CASE("a method's place in its service is known", "[method_name]") {
  CHECK(internal::MethodIndex("hipstershop.CurrencyService", "GetSupportedCurrencies") == 0);
  CHECK(internal::MethodIndex("hipstershop.CurrencyService", "ConvertMany") == 2);
}

}  // namespace

// A handler's type is part of its sessions' types, so it has linkage.
struct FakeCurrency {
  Reply<pb::GetSupportedCurrenciesResponse> GetSupportedCurrencies(const CallContext&, const pb::Empty&) {
    co_return pb::GetSupportedCurrenciesResponse();
  }
  Reply<pb::Money> Convert(const CallContext&, const pb::CurrencyConversionRequest&) { co_return pb::Money(); }
};

namespace {

using Async = pb::CurrencyService::AsyncService;
using Supported = Method<&Async::RequestGetSupportedCurrencies, &FakeCurrency::GetSupportedCurrencies>;
using Convert = Method<&Async::RequestConvert, &FakeCurrency::Convert>;

TEST_CASE("binding without one method", "[.][dies]") {
  telemetry::Metrics metrics;
  FakeCurrency currency;
  Server server({}, metrics);
  server.Add<pb::CurrencyService>(currency, Supported{}, Convert{});
}

TEST_CASE("binding one method twice", "[.][dies]") {
  telemetry::Metrics metrics;
  FakeCurrency currency;
  Server server({}, metrics);
  server.Add<pb::CurrencyService>(currency, Supported{}, Convert{}, Convert{});
}

TEST_CASE("calling a method that the contract has not", "[.][dies]") {
  internal::MethodIndex("hipstershop.CurrencyService", "Devalue");
}

TEST_CASE("calling a service that the contract has not", "[.][dies]") {
  internal::MethodIndex("hipstershop.MintService", "Coin");
}

TEST_CASE("a server without a handler for one of its methods does not start: its callers would wait for ever",
          "[bindings]") {
  for (const char* form : {"binding without one method", "binding one method twice"}) {
    const auto end = testing::RunSelf(form);
    INFO(end.output);
    CHECK(end.signal == SIGABRT);
    CHECK(end.output.find("the handlers of hipstershop.CurrencyService are not those of the contract\n") !=
          std::string::npos);
  }
}

TEST_CASE("a client of what the contract has not ends the process and names it", "[bindings]") {
  const auto method = testing::RunSelf("calling a method that the contract has not");
  CHECK(method.signal == SIGABRT);
  CHECK(method.output.find("hipstershop.CurrencyService has no method Devalue\n") != std::string::npos);
  const auto service = testing::RunSelf("calling a service that the contract has not");
  CHECK(service.signal == SIGABRT);
  CHECK(service.output.find("the contract has no service hipstershop.MintService\n") != std::string::npos);
}

}  // namespace
}  // namespace boutique::rpc
