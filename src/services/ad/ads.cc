// SPDX-License-Identifier: Apache-2.0
#include "services/ad/ads.h"

#include <cassert>

namespace boutique::ad {
namespace {

pb::Ad Leading(const char* redirect_url, const char* text) {
  pb::Ad ad;
  ad.set_redirect_url(redirect_url);
  ad.set_text(text);
  return ad;
}

}  // namespace

Ads::Ads(std::vector<std::pair<std::string, pb::Ad>> by_key) {
  assert(!by_key.empty());
  for (auto& [key, ad] : by_key) {
    all_.push_back(ad);
    by_key_[key].push_back(std::move(ad));
  }
}

Ads Ads::OfTheShop() {
  return Ads({
      {"clothing", Leading("/product/66VCHSJNUP", "Warm days ahead: our cotton tank top, now 20% off.")},
      {"accessories", Leading("/product/1YMWWN1N4O", "One watch for you, one to give: buy one, the second is free.")},
      {"footwear", Leading("/product/L9ECAV7KIM", "Loafers for two: buy a pair, the second pair is free.")},
      {"hair", Leading("/product/2ZYFJ3GM2N", "Dry and out of the door: the hairdryer at 50% off.")},
      {"decor", Leading("/product/0PUK6V6EV0", "Evenings by candlelight: the candle holder at 30% off.")},
      {"kitchen", Leading("/product/9SIQT8TOJO", "Everything in its place: the bamboo glass jar at 10% off.")},
      {"kitchen", Leading("/product/6E92ZMYYFZ", "Coffee for three: buy two mugs, the third is free.")},
  });
}

const std::vector<pb::Ad>& Ads::Of(absl::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? none_ : found->second;
}

}  // namespace boutique::ad
