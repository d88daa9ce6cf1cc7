// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/page_token.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/base/status.h"

namespace boutique::productcatalog {
namespace {

constexpr std::size_t kOffsetDigits = 8;
constexpr std::size_t kDigits = kOffsetDigits + 16;

// FNV-1a, the same on every machine.
std::uint64_t Digest(absl::string_view bytes) {
  std::uint64_t digest = 0xCBF29CE484222325U;
  for (const char c : bytes) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return digest;
}

std::string MoneyKey(const pb::Money& money) {
  return absl::StrCat(money.currency_code(), " ", money.units(), " ", money.nanos());
}

// Everything that the results depend on, with lengths before texts so that no two searches look alike.
std::uint64_t DigestOf(const pb::SearchProductsRequest& search, std::uint32_t offset) {
  return Digest(absl::StrCat(offset, ";", search.query().size(), ":", search.query(), ";", search.category().size(),
                             ":", search.category(), ";", search.has_min_price_usd(), MoneyKey(search.min_price_usd()),
                             ";", search.has_max_price_usd(), MoneyKey(search.max_price_usd())));
}

}  // namespace

std::string MakePageToken(const pb::SearchProductsRequest& search, std::uint32_t offset) {
  return absl::StrCat(absl::Hex(offset, absl::kZeroPad8), absl::Hex(DigestOf(search, offset), absl::kZeroPad16));
}

absl::StatusOr<std::uint32_t> ReadPageToken(const pb::SearchProductsRequest& search) {
  const std::string& token = search.page_token();
  if (token.empty()) return 0;
  std::uint32_t offset = 0;
  const absl::string_view digits(token.data(), token.size() == kDigits ? kOffsetDigits : 0);
  if (!absl::SimpleHexAtoi(digits, &offset) || token != MakePageToken(search, offset)) {
    return base::InvalidField("page_token", "is not one that this search gave");
  }
  return offset;
}

}  // namespace boutique::productcatalog
