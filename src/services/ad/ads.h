// SPDX-License-Identifier: Apache-2.0
// The advertisements and the context keys that ask for them.
// Threads: immutable, safe to share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "hipstershop/ad.pb.h"

namespace boutique::ad {

namespace pb = ::hipstershop;

class Ads {
 public:
  // Each ad with its key; a key may have several. At least one.
  explicit Ads(std::vector<std::pair<std::string, pb::Ad>> by_key);

  // The shop's own seven, for the keys and products of the public Online Boutique.
  static Ads OfTheShop();

  // The key's ads, compared exactly, in the order they were given; empty if it has none.
  const std::vector<pb::Ad>& Of(absl::string_view key) const;
  // Every ad; never empty.
  const std::vector<pb::Ad>& all() const { return all_; }

 private:
  std::vector<pb::Ad> all_;
  absl::flat_hash_map<std::string, std::vector<pb::Ad>> by_key_;
  const std::vector<pb::Ad> none_;
};

}  // namespace boutique::ad
