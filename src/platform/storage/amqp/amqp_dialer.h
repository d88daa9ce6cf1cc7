// SPDX-License-Identifier: Apache-2.0
// Connects, and connects again after growing pauses; says in the log, and to whom it may concern, when that changes.
// Threads: RequestStop and bell().Ring are safe from any; everything else is for the I/O thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "platform/storage/amqp/amqp_bell.h"
#include "platform/storage/amqp/amqp_connection.h"

namespace boutique::amqp::internal {

class Dialer {
 public:
  Dialer(Options options, Topology topology, std::string name, std::function<void(bool answers)> on_state);

  // One attempt, with whatever `prepare` has to say on the new connection. After a failure it returns null, when the
  // pause or the dialer's time is over.
  std::unique_ptr<Connection> Dial(const std::function<absl::Status(Connection&)>& prepare);
  // Tells that the connection is lost.
  void Lost(const absl::Status& why);
  // Tells that RabbitMQ takes no messages over the connection at present, and that it does again.
  void Blocked(absl::string_view why);
  void Unblocked();

  void RequestStop() {
    stopping_.store(true);
    bell_.Ring();
  }
  bool IsStopping() const { return stopping_.load(); }
  Bell& bell() { return bell_; }
  const Options& options() const { return options_; }
  const Topology& topology() const { return topology_; }
  // How long the I/O thread may wait without a look at heartbeats.
  std::chrono::milliseconds Beat() const { return std::chrono::milliseconds(options_.heartbeat) / 4; }

 private:
  void Pause();
  void Tell(bool answers);

  const Options options_;
  const Topology topology_;
  const std::string name_;
  const std::function<void(bool)> on_state_;
  Bell bell_;
  std::atomic<bool> stopping_{false};
  bool answers_ = false;     // as was told last
  int failures_ = 0;         // since the last success
  std::set<std::string> logged_;  // what the failures since the last success were
  std::minstd_rand random_{std::random_device()()};
};

}  // namespace boutique::amqp::internal
