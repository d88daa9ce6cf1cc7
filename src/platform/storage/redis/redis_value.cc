// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_value.h"

#include <hiredis/hiredis.h>

#include "absl/strings/match.h"

namespace boutique::redis {

bool View::IsNil() const { return reply_->type == REDIS_REPLY_NIL; }
bool View::IsText() const { return reply_->type == REDIS_REPLY_STRING || reply_->type == REDIS_REPLY_STATUS; }
bool View::IsInteger() const { return reply_->type == REDIS_REPLY_INTEGER; }
bool View::IsList() const { return reply_->type == REDIS_REPLY_ARRAY; }

absl::string_view View::text() const { return IsText() ? absl::string_view(reply_->str, reply_->len) : ""; }
std::int64_t View::integer() const { return IsInteger() ? reply_->integer : 0; }
std::size_t View::size() const { return IsList() ? reply_->elements : 0; }
View View::operator[](std::size_t part) const { return View(reply_->element[part]); }

void Value::Free::operator()(redisReply* reply) const { freeReplyObject(reply); }

absl::Status Value::Error() const {
  if (reply_->type != REDIS_REPLY_ERROR) return absl::OkStatus();
  const absl::string_view message(reply_->str, reply_->len);
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
         absl::StartsWith(error.message(), "MASTERDOWN");
}

}  // namespace boutique::redis
