// SPDX-License-Identifier: Apache-2.0
// Sees to it that the answers of a server that stops reach their callers before gRPC closes the connections.
// Threads: safe from any.
//
// gRPC closes a connection as soon as the kernel has taken the last answer. If something of the client's is unread
// then, or comes later (gRPC's clients answer data with a PING), the kernel resets the connection and throws away what
// it could not send yet: what is beyond the congestion window, or the client's. So an answer of a stopping server
// waits, and its call keeps the connection open, until what went before it has arrived; unless a newer one waits
// instead. Only one is ever on its way when the connection closes, and it leaves at once. (The end of a stream and what
// is refused do not wait: who loses them learns the same from the connection's end.)
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "platform/coro/task.h"
#include "platform/rpc/call_context.h"

namespace boutique::rpc::internal {

class Farewell {
 public:
  // A connection that is still answered on. Lives as long as its farewell.
  class Connection {
   public:
    Connection(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
    // One answer has been handed to the kernel, or given up.
    void Written() { --unwritten_; }

   private:
    friend class Farewell;
    bool HasArrived() const;

    const int fd_;  // gRPC's: what it is now is looked at each time
    const std::string name_;
    std::atomic<int> newest_{0};     // the answer that waits, by its number
    std::atomic<int> unwritten_{0};  // answers that wait or that gRPC has
  };

  // To those that are connected to the server that listens on `port` now. Looks at every file of the process: not for
  // a loop's thread.
  explicit Farewell(int port);

  // The connection to a peer as gRPC names it, or null: there is nothing to wait for then.
  Connection* Find(const std::string& peer) const;
  // Ends when the call's answer may go: at once unless something is on its way on this connection, and after a second
  // at the latest. Written must follow. Both outlive the task.
  static coro::Task<void> AwaitTurn(Connection& connection, const CallContext& call);

 private:
  std::map<std::string, std::unique_ptr<Connection>> connections_;
};

}  // namespace boutique::rpc::internal
