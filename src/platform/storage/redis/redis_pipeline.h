// SPDX-License-Identifier: Apache-2.0
// The commands that wait for Redis, in order, and the connection over which they go; it is made again when it breaks.
// Threads: everything on the thread that runs the io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "platform/storage/redis/redis_link.h"
#include "platform/storage/redis/redis_options.h"
#include "platform/storage/redis/redis_pending.h"

namespace boutique::redis::internal {

// Every command from the inbox is settled once, and sent back to its loop. One batch of commands is in flight at a
// time: what comes meanwhile goes out together when its replies are in, and nobody need be woken for it. So the more
// there is to do, the fewer writes and wake-ups it takes, and a command waits for at most one other round trip.
class Pipeline final : LinkEvents {
 public:
  // `on_state` hears of every change: whether Redis answers. The inbox, `options` and `tls`, null for none, outlive the
  // pipeline.
  Pipeline(boost::asio::io_context& io, Inbox& inbox, const Options& options, boost::asio::ssl::context* tls,
           std::function<void(bool)> on_state);

  // Begins to connect.
  void Open();
  // Takes what is in the inbox.
  void Look();
  // Settles the command as CANCELLED if it still waits.
  void Cancel(std::uint64_t id);
  // Gives up the connection and settles everything as UNAVAILABLE.
  void Close();

 private:
  enum class State {
    kTrying,  // not connected, and no attempt has failed yet: commands wait
    kUp,
    kAway,  // an attempt has failed: commands are refused until one succeeds
    kClosed,
  };
  using SystemTime = std::chrono::system_clock::time_point;
  using Error = boost::system::error_code;

  void OnOpen() override;
  void OnValue(Value value) override;
  void OnValuesEnd() override;
  void OnWritten() override;
  void OnClosed(absl::Status why) override;

  const Endpoint& endpoint() const { return options_.endpoints[attempts_ % options_.endpoints.size()]; }
  void Write();
  void Lose(const absl::Status& why);
  void RetryLater();
  void FailAll(const absl::Status& why, bool waiting_too);
  void WatchDeadline(SystemTime deadline);
  void SettleOverdue();
  void KeepAlive();

  Inbox& inbox_;
  const Options& options_;
  boost::asio::io_context& io_;
  boost::asio::ssl::context* const tls_;
  const std::function<void(bool)> on_state_;
  std::shared_ptr<Link> link_;  // null between two attempts
  State state_ = State::kTrying;
  std::vector<Pending*> waiting_;    // not written yet
  std::deque<Pending*> in_flight_;   // written, in the order of the replies; null when settled before its reply
  std::string out_;                  // what is to be written next
  bool writing_ = false;
  bool heard_ = false;               // since the last look of KeepAlive
  bool asked_ = false;               // for a sign of life
  bool another_ = false;             // another connection may do better
  Settled settled_;
  boost::asio::steady_timer retry_;
  boost::asio::steady_timer overdue_;
  boost::asio::steady_timer keepalive_;
  SystemTime watched_ = SystemTime::max();  // when overdue_ goes off
  std::size_t attempts_ = 0;                // to connect, so far
  int failures_ = 0;                        // since the last success
  std::minstd_rand random_;
};

}  // namespace boutique::redis::internal
