// SPDX-License-Identifier: Apache-2.0
// A client of one Redis over one connection, on which the commands of all callers follow each other without waiting.
// Threads: start and stop from one thread; commands from any loop, and each continues on its call's.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/redis/redis_command.h"
#include "platform/storage/redis/redis_options.h"
#include "platform/storage/redis/redis_pending.h"
#include "platform/storage/redis/redis_value.h"

namespace boutique::redis {

// The connection is made by itself, and again when it breaks, after 100 ms to 2 s. Until the first attempt has ended,
// and again after a break, commands wait for it as long as their deadlines; after an attempt has failed they are
// refused at once, UNAVAILABLE, until one succeeds.
//
// Statuses of every command: UNAVAILABLE if Redis is away, or went away before it answered: then nobody knows whether
// the command was done, and it is not sent again. DEADLINE_EXCEEDED and CANCELLED: a command that was not written yet
// is not done any more, for others that is unknown too. RESOURCE_EXHAUSTED if too many commands wait. And those of
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

  class Sending;
  // `co_await client.Send(call, command)` is Redis's answer, a StatusOr<Value>. On the call's loop.
  Sending Send(const rpc::CallContext& call, Command command);
  // The same for a script, which Redis gets whole only when it does not have it. The script and what the input refers
  // to belong to the awaiting coroutine.
  Sending Run(const rpc::CallContext& call, const Script& script, Script::Input input);

 private:
  class Core;
  const std::unique_ptr<Core> core_;
};

// Awaits the answer to one command; it costs no coroutine and no allocation of its own.
class [[nodiscard]] Client::Sending final : internal::Pending {
 public:
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;
  bool await_ready();
  void await_suspend(std::coroutine_handle<> awaiting);
  absl::StatusOr<Value> await_resume();

 private:
  friend class Client;
  struct Cancel {
    Core& core;
    std::uint64_t id;
    void operator()() const;
  };
  Sending(Core& core, const rpc::CallContext& call, Command command, const Script* script, Script::Input input);
  void Enqueue();
  void Arrive() override;

  Core& core_;
  const Script* script_;  // to be sent whole if Redis does not have it; null otherwise
  const Script::Input input_;
  bool admitted_ = false;
  std::coroutine_handle<> awaiting_;
  std::optional<std::stop_callback<Cancel>> canceller_;
};

}  // namespace boutique::redis
