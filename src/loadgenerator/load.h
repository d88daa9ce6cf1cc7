// SPDX-License-Identifier: Apache-2.0
// Shoppers who come to the shop, on one thread: closed loop by their number, or open loop by a rate.
// Threads: started and stopped from one; the results belong to the load's own thread from Start to Stop.
//
// Latency is what a shopper waits for. In an open loop it counts from the moment at which a task was due, not from when
// its request could be sent: a shop that stalls is charged for everybody who came meanwhile (coordinated omission,
// Gil Tene, "How NOT to Measure Latency"). In a closed loop nobody comes while a shopper waits: there is nothing to add,
// and its percentiles are those of these users and no others. What is due when the duration is over is still served,
// for as long as the shop's patience, and is then a failure: a shop that hangs at the end is charged for that, too.
#pragma once

// Boost 1.74 leaves this one out of awaitable.hpp.
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "loadgenerator/browser.h"
#include "loadgenerator/plan.h"
#include "loadgenerator/results.h"
#include "loadgenerator/shopper_tasks.h"

namespace boutique::loadgenerator {

class Load {
 public:
  using Clock = std::chrono::steady_clock;

  // `results` outlives the load. `ended` is called once, on the load's thread, when the plan's duration is over and what
  // was due by then has ended, when its requests are made, or when the shop was not there in time; then nothing more is
  // counted.
  Load(Plan plan, Results& results, prometheus::Gauge& users, std::function<void()> ended);
  // Stops.
  ~Load();

  // Waits for the shop to show its home page, as long as the plan says, and then begins.
  void Start();
  // Abandons what is under way, uncounted. Returns when the thread has ended.
  void Stop();

  // How long the shop has been asked: from its first good answer to the end. After Stop.
  std::chrono::nanoseconds elapsed() const { return ended_at_ - began_at_; }
  // How the last attempt failed, if the plan's wait was over before the shop showed its home page; else empty. After Stop.
  const std::string& unreached() const { return unreached_; }

 private:
  struct Shopper;

  boost::asio::awaitable<void> Run();
  boost::asio::awaitable<void> AwaitShop();
  boost::asio::awaitable<void> GiveUp();
  boost::asio::awaitable<void> ComeAndStay();
  boost::asio::awaitable<void> Arrive();
  boost::asio::awaitable<void> Serve(Shopper& shopper, Clock::time_point due);
  boost::asio::awaitable<void> Do(Shopper& shopper, Task task, Clock::time_point due);
  boost::asio::awaitable<void> DoVisits(Shopper& shopper, Task task, Clock::time_point due);
  boost::asio::awaitable<void> Visit(Shopper& shopper, const char* name, std::string path,
                                     std::optional<std::string> form, Clock::time_point due);
  boost::asio::awaitable<void> Until(Clock::time_point time);
  void Go(boost::asio::awaitable<void> work);
  Shopper& NewShopper();
  void Queue(Clock::time_point due);
  void Note(const char* name, Clock::time_point due, const std::string& failure);
  void NoteUnanswered();
  bool Close();
  void End();

  const Plan plan_;
  Results& results_;
  prometheus::Gauge& users_;
  const std::function<void()> ended_;
  bool closing_ = false;  // nothing new becomes due
  bool over_ = false;
  std::int64_t busy_ = 0;  // tasks under way
  bool reached_ = false;  // the home page was shown
  std::string last_failure_ = "no answer";
  std::string unreached_;
  Clock::time_point began_at_;
  Clock::time_point ended_at_;
  std::deque<Clock::time_point> waiting_;  // tasks that are due while every shopper is busy
  std::vector<Shopper*> idle_;
  // Owns the frames of whoever is under way, which refer to what is above.
  std::unique_ptr<boost::asio::io_context> context_;
  std::vector<std::unique_ptr<Shopper>> shoppers_;
  std::thread thread_;
};

}  // namespace boutique::loadgenerator
