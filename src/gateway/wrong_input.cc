// SPDX-License-Identifier: Apache-2.0
#include "gateway/wrong_input.h"

#include "absl/strings/cord.h"

namespace boutique::gateway {
namespace {

constexpr char kForShoppers[] = "boutique/for-shoppers";

}  // namespace

absl::Status WrongInput(absl::string_view sentence) {
  absl::Status status = absl::InvalidArgumentError(sentence);
  status.SetPayload(kForShoppers, absl::Cord());
  return status;
}

std::string SentenceOf(const absl::Status& status) {
  return status.GetPayload(kForShoppers).has_value() ? std::string(status.message()) : std::string();
}

}  // namespace boutique::gateway
