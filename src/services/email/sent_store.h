// SPDX-License-Identifier: Apache-2.0
// Which mails were sent, so that none is sent again.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "platform/rpc/call_context.h"

namespace boutique::email {

// What a claim found.
struct Claim {
  enum class Kind {
    kMine,  // nobody has sent it: the claimer does, and says what became of it
    kSent,  // it was sent before
    kHeld,  // somebody else has claimed it and has not said yet
  };
  Kind kind = Kind::kHeld;
  std::int64_t number = 0;  // of this claim, for Release
};

// A sender that dies between sending and MarkSent leaves a claim that ends by itself: the mail is then sent once more.
class SentStore {
 public:
  virtual ~SentStore() = default;

  // Of concurrent claims of one message id one is kMine. It holds for `lease`. A mail that was sent more than 30 days
  // ago is forgotten.
  virtual rpc::Reply<Claim> ClaimToSend(const rpc::CallContext& call, std::string message_id,
                                        std::chrono::milliseconds lease) = 0;
  // Whoever holds the claim by now: the mail has left. The value means nothing.
  virtual rpc::Reply<bool> MarkSent(const rpc::CallContext& call, std::string message_id) = 0;
  // Ends the claim of this number, so that another may send at once. Whether it still held.
  virtual rpc::Reply<bool> Release(const rpc::CallContext& call, std::string message_id, std::int64_t number) = 0;
};

}  // namespace boutique::email
