// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/tracking_id.h"

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"

namespace boutique::shipping {
namespace {

std::string Digits(int count, absl::BitGenRef random) {
  std::string digits;
  for (int i = 0; i < count; ++i) digits.push_back(static_cast<char>('0' + absl::Uniform(random, 0, 10)));
  return digits;
}

std::string Letter(absl::BitGenRef random) { return std::string(1, static_cast<char>('A' + absl::Uniform(random, 0, 26))); }

}  // namespace

std::string NewTrackingId(const hipstershop::Address& address, absl::BitGenRef random) {
  const std::size_t length =
      absl::StrCat(address.street_address(), ", ", address.city(), ", ", address.state()).size();
  const std::string letters = Letter(random) + Letter(random);
  return absl::StrCat(letters, "-", length, Digits(3, random), "-", length / 2, Digits(7, random));
}

}  // namespace boutique::shipping
