// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_watch.h"

#include <utility>
#include <vector>

#include "platform/rpc/sleep.h"

namespace boutique::order {

// Touched on its loop only, but for what never changes.
struct OrderWatch::Seat {
  Seat(rpc::Loop* loop, std::string order_id) : loop(loop), order_id(std::move(order_id)) {}

  rpc::Loop* const loop;
  const std::string order_id;
  bool has_news = false;
  std::stop_source wake;  // of the pause that is being waited for
};

std::unique_ptr<OrderWatch::Watcher> OrderWatch::Join(const rpc::CallContext& call, std::string order_id) {
  auto seat = std::make_shared<Seat>(call.loop, std::move(order_id));
  const std::lock_guard lock(mutex_);
  if (seats_.size() >= most_) return nullptr;
  seats_.emplace(seat->order_id, seat);
  return std::make_unique<Watcher>(*this, call, std::move(seat));
}

void OrderWatch::Leave(const std::shared_ptr<Seat>& seat) {
  const std::lock_guard lock(mutex_);
  const auto [first, last] = seats_.equal_range(seat->order_id);
  for (auto each = first; each != last; ++each) {
    if (each->second != seat) continue;
    seats_.erase(each);
    return;
  }
}

void OrderWatch::Changed(const std::string& order_id) {
  // Under the lock, so that a loop is posted to only while a call of it runs.
  const std::lock_guard lock(mutex_);
  const auto [first, last] = seats_.equal_range(order_id);
  for (auto each = first; each != last; ++each) {
    each->second->loop->Post([seat = each->second] {
      seat->has_news = true;
      std::stop_source wake = seat->wake;  // outlives whoever it wakes
      wake.request_stop();
    });
  }
}

std::size_t OrderWatch::size() const {
  const std::lock_guard lock(mutex_);
  return seats_.size();
}

coro::Task<bool> OrderWatch::Watcher::Wait(std::chrono::nanoseconds patience) {
  if (!seat_->has_news) {
    // A pause that ends early by news as by cancellation.
    seat_->wake = std::stop_source();
    rpc::CallContext pause = call_;
    pause.cancelled = seat_->wake.get_token();
    const std::stop_callback on_cancel(call_.cancelled, [wake = seat_->wake]() mutable { wake.request_stop(); });
    co_await rpc::Sleep(pause, patience);
  }
  seat_->has_news = false;
  co_return !call_.cancelled.stop_requested();
}

}  // namespace boutique::order
