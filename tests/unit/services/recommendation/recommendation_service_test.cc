// SPDX-License-Identifier: Apache-2.0
#include "services/recommendation/recommendation_service.h"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "platform/coro/spawn.h"
#include "support/catch.h"

namespace boutique::recommendation {
namespace {

using Ids = std::vector<std::string>;

class FakeProductIds final : public ProductIds {
 public:
  rpc::Reply<ProductIdList> List(const rpc::CallContext&) override { co_return list; }
  absl::StatusOr<ProductIdList> list = std::make_shared<const Ids>(Ids{"A", "B", "C", "D", "E", "F", "G", "H", "I"});
};

struct Shop {
  FakeProductIds products;
  std::deque<std::size_t> drawn;  // then always the first
  RecommendationService service{products, [this](const rpc::CallContext&, std::size_t count) {
                                  if (drawn.empty()) return std::size_t{0};
                                  const std::size_t next = drawn.front();
                                  drawn.pop_front();
                                  CHECK(next < count);
                                  return next;
                                }};
  rpc::CallContext call;

  absl::StatusOr<pb::ListRecommendationsResponse> List(const pb::ListRecommendationsRequest& request) {
    return coro::SyncWait(service.ListRecommendations(call, request));
  }
  Ids Beside(const Ids& excluded) {
    pb::ListRecommendationsRequest request;
    request.mutable_product_ids()->Assign(excluded.begin(), excluded.end());
    const auto reply = List(request);
    REQUIRE_OK(reply);
    return Ids(reply->product_ids().begin(), reply->product_ids().end());
  }
};

TEST_CASE_METHOD(Shop, "five products are drawn, none twice", "[recommendation]") {
  CHECK(Beside({}) == Ids{"A", "B", "C", "D", "E"});
  drawn = {8, 7, 6, 5, 4};
  CHECK(Beside({}) == Ids{"I", "A", "B", "C", "D"});
  drawn = {4, 4, 4, 4, 4};
  CHECK(Beside({}) == Ids{"E", "F", "G", "H", "I"});
}

TEST_CASE_METHOD(Shop, "what the shopper looks at is not recommended", "[recommendation]") {
  CHECK(Beside({"A", "C", "X", "A"}) == Ids{"B", "D", "E", "F", "G"});
  CHECK(Beside({"A", "B", "C", "D", "E", "F"}) == Ids{"G", "H", "I"});
  CHECK(Beside({"A", "B", "C", "D", "E", "F", "G", "H", "I"}).empty());
}

TEST_CASE_METHOD(Shop, "a shop with nothing to sell recommends nothing", "[recommendation]") {
  products.list = std::make_shared<const Ids>();
  CHECK(Beside({}).empty());
}

TEST_CASE_METHOD(Shop, "without the catalog there are no recommendations", "[recommendation]") {
  products.list = absl::UnavailableError("the product catalog does not answer");
  CHECK_CODE(List({}), kUnavailable);
}

TEST_CASE_METHOD(Shop, "requests are bounded", "[recommendation]") {
  pb::ListRecommendationsRequest request;
  request.set_user_id(std::string(128, 'x'));
  for (int i = 0; i < 1000; ++i) request.add_product_ids(std::string(128, 'x'));
  CHECK(List(request).ok());
  request.add_product_ids("A");
  CHECK_CODE(List(request), kInvalidArgument);
  request.clear_product_ids();
  request.add_product_ids(std::string(129, 'x'));
  CHECK_CODE(List(request), kInvalidArgument);
  request.clear_product_ids();
  request.set_user_id(std::string(129, 'x'));
  const auto reply = List(request);
  CHECK_CODE(reply, kInvalidArgument);
  CHECK(reply.status().message().substr(0, 8) == "user_id:");
}

TEST_CASE_METHOD(Shop, "every product is recommended about as often as any other", "[recommendation]") {
  rpc::Loop loop;
  call.loop = &loop;
  RecommendationService even(products);
  std::map<std::string, int> times;
  constexpr int kRequests = 9000;
  for (int i = 0; i < kRequests; ++i) {
    const auto reply = coro::SyncWait(even.ListRecommendations(call, {}));
    REQUIRE_OK(reply);
    const std::set<std::string> ids(reply->product_ids().begin(), reply->product_ids().end());
    REQUIRE(ids.size() == 5);
    for (const std::string& id : ids) ++times[id];
  }
  CHECK(times.size() == 9);
  // Each is in five of nine answers: 5,000, with a standard deviation of 47.
  for (const auto& [id, count] : times) CHECK(std::abs(count - kRequests * 5 / 9) < 400);
}

}  // namespace
}  // namespace boutique::recommendation
