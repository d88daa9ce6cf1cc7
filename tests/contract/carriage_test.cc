// SPDX-License-Identifier: Apache-2.0
// What travels beside a request: deadlines and traces.
#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/currency.grpc.pb.h"
#include "hipstershop/recommendation.grpc.pb.h"

namespace boutique::contract {
namespace {

using Currencies = pb::CurrencyService;
using Recommendations = pb::RecommendationService;
using Metadata = std::vector<std::pair<std::string, std::string>>;

absl::Status CallWith(const CallOptions& options) {
  return Call<Currencies>(&Currencies::Stub::GetSupportedCurrencies, pb::Empty(), options).status();
}

TEST_CASE("a call may carry a trace, in any of the forms there are", "[carriage]") {
  NEEDS(Currencies);
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string span = "00f067aa0ba902b7";
  for (const Metadata& metadata : {
           Metadata{{"traceparent", "00-" + trace + "-" + span + "-01"}, {"tracestate", "a=b"}, {"baggage", "user=x"}},
           Metadata{{"traceparent", "00-" + trace + "-" + span + "-00"}},
           Metadata{{"b3", trace + "-" + span + "-1"}},
           Metadata{{"x-b3-traceid", trace}, {"x-b3-spanid", span}, {"x-b3-sampled", "1"}},
           Metadata{{"x-request-id", "d1c2b3a4"}},
       }) {
    CallOptions options;
    options.metadata = metadata;
    REQUIRE_OK(CallWith(options));
  }
}

TEST_CASE("a trace that is none does no harm", "[carriage]") {
  NEEDS(Currencies);
  for (const Metadata& metadata :
       {Metadata{{"traceparent", "00-zz-yy-01"}}, Metadata{{"traceparent", ""}}, Metadata{{"b3", "-"}},
        Metadata{{"traceparent", std::string(4000, '0')}},
        Metadata{{"x-b3-traceid", "x"}, {"x-b3-spanid", "y"}, {"x-b3-sampled", "z"}},
        Metadata{{"traceparent", "00-00000000000000000000000000000000-0000000000000000-01"}, {"tracestate", ",,,="}}}) {
    CallOptions options;
    options.metadata = metadata;
    REQUIRE_OK(CallWith(options));
  }
}

TEST_CASE("a trace passes through services that call others", "[carriage]") {
  NEEDS(Recommendations);
  CallOptions options;
  options.metadata = {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                      {"baggage", "user=" + std::string(2000, 'x')}};
  REQUIRE_OK(Call<Recommendations>(&Recommendations::Stub::ListRecommendations, pb::ListRecommendationsRequest(), options));
}

TEST_CASE("D9: a call whose time is over ends, and changes nothing afterwards", "[carriage][ours]") {
  NEEDS(Carts);
  const std::string user = NewUser();
  pb::AddItemRequest request;
  request.set_user_id(user);
  *request.mutable_item() = Item(kMug, 1);
  CallOptions options;
  options.budget = std::chrono::milliseconds(-1);
  CHECK_CODE(Call<Carts>(&Carts::Stub::AddItem, request, options), kDeadlineExceeded);
  CHECK(LinesOf(user).empty());
  REQUIRE_OK(CheckLives(Carts::service_full_name()));
}

TEST_CASE("D9: callers that give up at once leave the service unharmed", "[carriage][ours]") {
  NEEDS(Recommendations);
  CallOptions hasty;
  hasty.budget = std::chrono::milliseconds(1);
  AllAtOnce(16, [&hasty](int) {
    for (int i = 0; i < 10; ++i) {
      (void)Call<Recommendations>(&Recommendations::Stub::ListRecommendations, pb::ListRecommendationsRequest(), hasty);
    }
    return 0;
  });
  REQUIRE_OK(Call<Recommendations>(&Recommendations::Stub::ListRecommendations, pb::ListRecommendationsRequest()));
}

}  // namespace
}  // namespace boutique::contract
