// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_value.h"

#include "absl/strings/match.h"

namespace boutique::redis {

absl::string_view View::text() const {
  if (!IsText()) return {};
  return absl::string_view(value_.bytes_).substr(static_cast<std::size_t>(node_.number), node_.size);
}

View View::operator[](std::size_t part) const {
  return View(value_, value_.parts_[static_cast<std::size_t>(node_.number) + part]);
}

absl::Status Value::Error() const {
  if (root_.kind != internal::Node::Kind::kError) return absl::OkStatus();
  const absl::string_view message = bytes_;  // of an error there is nothing else
  for (const char* name : {"LOADING", "BUSY", "MASTERDOWN", "READONLY", "TRYAGAIN", "CLUSTERDOWN", "NOAUTH", "SHUTDOWN",
                           "NOREPLICAS", "MISCONF"}) {
    if (absl::StartsWith(message, name)) return absl::UnavailableError(message);
  }
  if (absl::StartsWith(message, "OOM")) return absl::ResourceExhaustedError(message);
  return absl::InternalError(message);
}

bool IsNoScript(const absl::Status& error) { return absl::StartsWith(error.message(), "NOSCRIPT"); }

bool WantsReconnection(const absl::Status& error) {
  return absl::StartsWith(error.message(), "READONLY") || absl::StartsWith(error.message(), "NOAUTH") ||
         absl::StartsWith(error.message(), "MASTERDOWN") || absl::StartsWith(error.message(), "MISCONF");
}

}  // namespace boutique::redis
