// SPDX-License-Identifier: Apache-2.0
#include "services/recommendation/recommendation_service.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/random/uniform_int_distribution.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "platform/base/check_field.h"
#include "platform/base/status.h"

namespace boutique::recommendation {
namespace {

using rpc::OrReturn;

constexpr int kMostExcluded = 1000;
constexpr std::size_t kLongestId = 128;
constexpr std::size_t kMostRecommended = 5;

absl::Status Check(const pb::ListRecommendationsRequest& request) {
  // The shopper makes no difference yet, and may be left out.
  if (absl::Status bad = base::CheckLength("user_id", request.user_id(), 0, kLongestId); !bad.ok()) return bad;
  if (request.product_ids_size() > kMostExcluded) {
    return base::InvalidField("product_ids", absl::StrCat("must be at most ", kMostExcluded));
  }
  for (const std::string& id : request.product_ids()) {
    if (absl::Status bad = base::CheckLength("product_ids", id, 0, kLongestId); !bad.ok()) return bad;
  }
  return absl::OkStatus();
}

}  // namespace

std::size_t DrawEvenly(const rpc::CallContext& call, std::size_t count) {
  return absl::uniform_int_distribution<std::size_t>(0, count - 1)(call.loop->random());
}

rpc::Reply<pb::ListRecommendationsResponse> RecommendationService::ListRecommendations(
    const rpc::CallContext& call, const pb::ListRecommendationsRequest& request) {
  co_await OrReturn(Check(request));
  const ProductIdList all = co_await OrReturn(co_await products_.List(call));
  const absl::flat_hash_set<absl::string_view> excluded(request.product_ids().begin(), request.product_ids().end());
  std::vector<absl::string_view> left;
  for (const std::string& id : *all) {
    if (!excluded.contains(id)) left.push_back(id);
  }
  pb::ListRecommendationsResponse reply;
  const std::size_t wanted = std::min(kMostRecommended, left.size());
  // The first steps of a Fisher-Yates shuffle: each draw is of what is left, so none comes twice.
  for (std::size_t i = 0; i < wanted; ++i) {
    std::swap(left[i], left[i + draw_(call, left.size() - i)]);
    reply.add_product_ids(left[i].data(), left[i].size());
  }
  co_return reply;
}

void RecommendationService::RegisterWith(rpc::Server& server) {
  using Async = pb::RecommendationService::AsyncService;
  server.Add<pb::RecommendationService>(
      *this, rpc::Method<&Async::RequestListRecommendations, &RecommendationService::ListRecommendations>{});
}

}  // namespace boutique::recommendation
