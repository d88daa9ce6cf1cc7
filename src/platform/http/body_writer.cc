// SPDX-License-Identifier: Apache-2.0
#include "platform/http/body_writer.h"

#include <coroutine>
#include <optional>
#include <stop_token>
#include <utility>

namespace boutique::http {

// One piece on its way. It ends once: with the news of it, or when the request is cancelled, both on the loop.
class BodyWriter::Flight {
 public:
  enum class End { kTaken, kFailed, kGivenUp };

  Flight(const rpc::CallContext& call, const Send& send, std::string bytes)
      : call_(call), send_(send), bytes_(std::move(bytes)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    awaiting_ = awaiting;
    // What the news finds: this piece, or nothing if it has been given up on.
    auto in_flight = std::make_shared<Flight*>(this);
    in_flight_ = in_flight;
    const auto settle = [in_flight, loop = call_.loop](End end) {
      loop->Post([in_flight, end] {
        if (*in_flight != nullptr) (*in_flight)->Settle(end);
      });
    };
    canceller_.emplace(call_.cancelled, [settle] { settle(End::kGivenUp); });
    send_(std::move(bytes_), [settle](bool taken) { settle(taken ? End::kTaken : End::kFailed); });
  }
  End await_resume() const noexcept { return end_; }

 private:
  void Settle(End end) {
    end_ = end;
    *in_flight_ = nullptr;
    awaiting_.resume();
  }

  const rpc::CallContext& call_;
  const Send& send_;
  std::string bytes_;
  End end_ = End::kFailed;
  std::coroutine_handle<> awaiting_;
  std::shared_ptr<Flight*> in_flight_;
  std::optional<std::stop_callback<std::function<void()>>> canceller_;
};

coro::Task<bool> BodyWriter::Write(std::string bytes) {
  if (has_failed_ || call_.cancelled.stop_requested()) co_return false;
  // An empty piece would be the end of the body.
  if (bytes.empty()) co_return true;
  const std::size_t size = bytes.size();
  Flight flight(call_, send_, std::move(bytes));
  const Flight::End end = co_await flight;
  if (end == Flight::End::kTaken) written_ += size;
  if (end == Flight::End::kFailed) has_failed_ = true;
  if (end == Flight::End::kGivenUp) is_stuck_ = true;
  co_return end == Flight::End::kTaken;
}

}  // namespace boutique::http
