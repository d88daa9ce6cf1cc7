// SPDX-License-Identifier: Apache-2.0
#include "platform/base/check_field.h"

namespace boutique::base {
namespace {

constexpr std::size_t kLongestAddress = 254;  // of a path in SMTP, without its brackets
constexpr std::size_t kLongestLocalPart = 64;

bool HasForbiddenCharacter(absl::string_view address) {
  for (const char c : address) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || absl::string_view("\"(),:;<>[\\]").find(c) != absl::string_view::npos) {
      return true;
    }
  }
  return false;
}

// Labels between dots, none of them empty.
bool HasEmptyLabel(absl::string_view dotted) {
  return dotted.front() == '.' || dotted.back() == '.' || dotted.find("..") != absl::string_view::npos;
}

}  // namespace

absl::Status CheckEmail(absl::string_view field, absl::string_view address) {
  if (absl::Status bad = CheckLength(field, address, 1, kLongestAddress); !bad.ok()) return bad;
  const absl::Status implausible = InvalidField(field, "is not an e-mail address");
  if (HasForbiddenCharacter(address)) return implausible;
  const std::size_t at = address.find('@');
  if (at == absl::string_view::npos || at == 0 || at > kLongestLocalPart) return implausible;
  const absl::string_view domain = address.substr(at + 1);
  const bool one_at = domain.find('@') == absl::string_view::npos;
  if (domain.empty() || !one_at || domain.find('.') == absl::string_view::npos) return implausible;
  if (HasEmptyLabel(address.substr(0, at)) || HasEmptyLabel(domain)) return implausible;
  return absl::OkStatus();
}

}  // namespace boutique::base
