// SPDX-License-Identifier: Apache-2.0
// Where the body of a response that streams is written, piece by piece, as fast as the client takes it.
// Threads: on the request's loop only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "platform/coro/task.h"
#include "platform/rpc/call_context.h"

namespace boutique::http {

class BodyWriter {
 public:
  // Sends bytes on their way and calls `sent` once, from any thread, with whether the client's side has taken them.
  using Send = std::function<void(std::string bytes, std::function<void(bool taken)> sent)>;

  // `call` outlives the writer.
  BodyWriter(const rpc::CallContext& call, Send send) : call_(call), send_(std::move(send)) {}
  BodyWriter(const BodyWriter&) = delete;
  BodyWriter& operator=(const BodyWriter&) = delete;

  // Sends one piece and waits until the client has taken it: `const bool goes_on = co_await body.Write("…");`. False when
  // the client has gone or is too slow, or the server stops: then nothing more is sent, and the body is to end. Several
  // may be under way; they go in their order.
  coro::Task<bool> Write(std::string bytes);

  // How many bytes were taken.
  std::size_t written() const { return written_; }
  // Whether a piece was given up on while it was on its way: what follows it cannot be sent in time.
  bool is_stuck() const { return is_stuck_; }

 private:
  class Flight;
  const rpc::CallContext& call_;
  const Send send_;
  std::size_t written_ = 0;
  bool is_stuck_ = false;
  bool has_failed_ = false;
};

}  // namespace boutique::http
