// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/recommendation.grpc.pb.h"

namespace boutique::contract {
namespace {

using Recommendations = pb::RecommendationService;
using Ids = std::vector<std::string>;

absl::StatusOr<pb::ListRecommendationsResponse> Recommend(const Ids& known, const std::string& user = "somebody") {
  pb::ListRecommendationsRequest request;
  request.set_user_id(user);
  for (const std::string& id : known) request.add_product_ids(id);
  return Call<Recommendations>(&Recommendations::Stub::ListRecommendations, request);
}

Ids Recommended(const Ids& known) {
  const auto reply = Recommend(known);
  REQUIRE_OK(reply);
  return {reply->product_ids().begin(), reply->product_ids().end()};
}

TEST_CASE("five different products of the catalog are recommended", "[recommendation]") {
  NEEDS(Recommendations);
  const Ids all = AllProducts();
  for (int i = 0; i < 20; ++i) {
    const Ids ids = Recommended({});
    CHECK(ids.size() == 5);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 5);
    for (const std::string& id : ids) CHECK(std::count(all.begin(), all.end(), id) == 1);
  }
}

TEST_CASE("what the shopper already looks at is not recommended", "[recommendation]") {
  NEEDS(Recommendations);
  const Ids known = {kMug, kWatch, kJar, "NO-SUCH-ID"};
  for (int i = 0; i < 20; ++i) {
    const Ids ids = Recommended(known);
    CHECK(ids.size() == 5);
    for (const std::string& id : ids) CHECK(std::count(known.begin(), known.end(), id) == 0);
  }
}

TEST_CASE("fewer than five are left when more is known", "[recommendation]") {
  NEEDS(Recommendations);
  Ids known = AllProducts();
  known.resize(7);
  const Ids ids = Recommended(known);
  CHECK(std::set<std::string>(ids.begin(), ids.end()) == std::set<std::string>{kJar, kMug});
  CHECK(Recommended(AllProducts()).empty());
}

TEST_CASE("recommendations vary", "[recommendation]") {
  NEEDS(Recommendations);
  std::set<Ids> seen;
  for (int i = 0; i < 20; ++i) seen.insert(Recommended({}));
  CHECK(seen.size() > 1);
}

TEST_CASE("at most 1,000 products can be left out", "[recommendation][ours]") {
  NEEDS(Recommendations);
  REQUIRE_OK(Recommend(Ids(1000, kMug)));
  CheckRefusal(Recommendations::service_full_name(), Recommend(Ids(1001, kMug)).status(),
               absl::StatusCode::kInvalidArgument, "product_ids");
}

}  // namespace
}  // namespace boutique::contract
