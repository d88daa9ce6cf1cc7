// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/call_context.h"

#include <algorithm>

namespace boutique::rpc {
namespace {

std::chrono::system_clock::time_point After(std::chrono::nanoseconds budget) {
  return std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(budget);
}

}  // namespace

CallContext CallContext::Within(std::chrono::nanoseconds budget) const {
  CallContext call = *this;
  call.deadline = std::min(deadline, After(budget));
  return call;
}

CallContext CallContext::Detached(std::chrono::nanoseconds budget) const {
  CallContext call = *this;
  call.deadline = After(budget);
  call.cancelled = {};
  return call;
}

absl::Status CallContext::Alive() const {
  if (cancelled.stop_requested()) return absl::CancelledError("the caller has gone");
  if (Left() <= std::chrono::nanoseconds(0)) return absl::DeadlineExceededError("the deadline has passed");
  return absl::OkStatus();
}

CallContext Begin(Loop& loop, std::chrono::nanoseconds budget, std::stop_token cancelled) {
  CallContext call;
  call.deadline = After(budget);
  call.cancelled = std::move(cancelled);
  call.loop = &loop;
  return call;
}

}  // namespace boutique::rpc
