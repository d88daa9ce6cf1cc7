// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/ad.grpc.pb.h"

namespace boutique::contract {
namespace {

using Ads = pb::AdService;

absl::StatusOr<pb::AdResponse> AdsFor(const std::vector<std::string>& keys) {
  pb::AdRequest request;
  for (const std::string& key : keys) request.add_context_keys(key);
  return Call<Ads>(&Ads::Stub::GetAds, request);
}

std::vector<std::string> LinksFor(const std::vector<std::string>& keys) {
  const auto reply = AdsFor(keys);
  REQUIRE_OK(reply);
  std::vector<std::string> links;
  for (const pb::Ad& ad : reply->ads()) {
    CHECK_FALSE(ad.text().empty());
    links.push_back(ad.redirect_url());
  }
  return links;
}

std::string LinkTo(const std::string& product) { return "/product/" + product; }

using Links = std::vector<std::string>;

TEST_CASE("each category has its ads", "[ad]") {
  NEEDS(Ads);
  CHECK(LinksFor({"clothing"}) == Links{LinkTo(kTankTop)});
  CHECK(LinksFor({"accessories"}) == Links{LinkTo(kWatch)});
  CHECK(LinksFor({"footwear"}) == Links{LinkTo(kLoafers)});
  CHECK(LinksFor({"hair"}) == Links{LinkTo(kHairdryer)});
  CHECK(LinksFor({"decor"}) == Links{LinkTo(kCandleHolder)});
  auto kitchen = LinksFor({"kitchen"});
  std::sort(kitchen.begin(), kitchen.end());
  CHECK(kitchen == Links{LinkTo(kMug), LinkTo(kJar)});
}

TEST_CASE("the ads of several keys come key by key, repeats included", "[ad]") {
  NEEDS(Ads);
  CHECK(LinksFor({"hair", "beauty", "clothing", "hair"}) ==
        Links{LinkTo(kHairdryer), LinkTo(kTankTop), LinkTo(kHairdryer)});
}

TEST_CASE("without a key that has ads, two of the shop's are drawn", "[ad]") {
  NEEDS(Ads);
  const Links all = {LinkTo(kTankTop),      LinkTo(kWatch), LinkTo(kLoafers), LinkTo(kHairdryer),
                     LinkTo(kCandleHolder), LinkTo(kJar),   LinkTo(kMug)};
  for (const std::vector<std::string>& keys : std::vector<Links>{{}, {"tops"}, {"beauty", "home"}, {"Clothing"}}) {
    const Links drawn = LinksFor(keys);
    CHECK(drawn.size() == 2);
    for (const std::string& link : drawn) CHECK(std::count(all.begin(), all.end(), link) == 1);
  }
}

TEST_CASE("too many keys, and too long ones, are refused", "[ad][ours]") {
  NEEDS(Ads);
  REQUIRE_OK(AdsFor(std::vector<std::string>(100, "hair")));
  const auto many = AdsFor(std::vector<std::string>(101, "hair"));
  CheckRefusal(Ads::service_full_name(), many.status(), absl::StatusCode::kInvalidArgument, "context_keys");
  REQUIRE_OK(AdsFor({std::string(128, 'k')}));
  const auto longest = AdsFor({std::string(129, 'k')});
  CheckRefusal(Ads::service_full_name(), longest.status(), absl::StatusCode::kInvalidArgument, "context_keys");
}

}  // namespace
}  // namespace boutique::contract
