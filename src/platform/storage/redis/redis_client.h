// SPDX-License-Identifier: Apache-2.0
// A client of one Redis over one connection, on which the commands of all callers follow each other without waiting.
// Threads: start and stop from one thread; commands from any loop, and each continues on its call's.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/redis/redis_command.h"
#include "platform/storage/redis/redis_options.h"
#include "platform/storage/redis/redis_value.h"

namespace boutique::redis {

// The connection is made by itself, and again when it breaks, after 100 ms to 2 s. Until the first attempt has ended,
// and again after a break, commands wait for it as long as their deadlines; after an attempt has failed they are
// refused at once, UNAVAILABLE, until one succeeds.
//
// Statuses of every command: UNAVAILABLE if Redis is away, or went away before it answered: then nobody knows whether
// the command was done, and it is not sent again. DEADLINE_EXCEEDED and CANCELLED: a command that was not written yet is
// not done any more, for others that is unknown too. RESOURCE_EXHAUSTED if too many commands wait. And those of
// Value::Error.
class Client {
 public:
  // `on_state` is told of every change, on a thread of the client's: whether Redis answers. At first it does not.
  explicit Client(Options options, std::function<void(bool answers)> on_state = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // Begins to connect; does not wait. INVALID_ARGUMENT if the certificates to trust cannot be read.
  absl::Status Start();
  // Answers what waits, UNAVAILABLE, and joins. No command may be sent meanwhile; those sent later are refused. The
  // loops of what waits still run.
  void Stop();

  // Redis's answer to the command.
  rpc::Reply<Value> Send(const rpc::CallContext& call, Command command);
  // The answer of the script to `words`, of which the first `keys` are its keys. The script and what `words` refer to
  // belong to the caller's frame. Redis gets the whole script only when it does not have it.
  rpc::Reply<Value> Run(const rpc::CallContext& call, const Script& script, std::size_t keys,
                        absl::Span<const absl::string_view> words);

 private:
  class Core;
  class Sending;
  const std::unique_ptr<Core> core_;
};

}  // namespace boutique::redis
