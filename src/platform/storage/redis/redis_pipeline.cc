// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_pipeline.h"

#include <algorithm>
#include <utility>

#include "platform/telemetry/log.h"

namespace boutique::redis::internal {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{2000};
constexpr int kMostDoublings = 5;
constexpr std::size_t kKeptCapacity = std::size_t{1} << 20;

}  // namespace

Pipeline::Pipeline(boost::asio::io_context& io, Inbox& inbox, const Options& options, boost::asio::ssl::context* tls,
                   std::function<void(bool)> on_state)
    : inbox_(inbox),
      options_(options),
      io_(io),
      tls_(tls),
      on_state_(std::move(on_state)),
      retry_(io),
      overdue_(io),
      keepalive_(io),
      random_(std::random_device()()) {}

void Pipeline::Open() {
  link_ = std::make_shared<Link>(io_, tls_, options_, static_cast<LinkEvents&>(*this));
  link_->Open(endpoint());
}

void Pipeline::Look() {
  for (Pending* each = inbox_.Take(); each != nullptr;) {
    Pending* const next = each->next;
    if (state_ == State::kAway || state_ == State::kClosed) {
      settled_.Add(each, absl::UnavailableError("redis is away"));
    } else {
      WatchDeadline(each->call.deadline);
      waiting_.push_back(each);
    }
    each = next;
  }
  settled_.Post();
  Write();
}

void Pipeline::Write() {
  if (state_ != State::kUp || writing_ || !in_flight_.empty() || waiting_.empty()) return;
  out_.clear();
  if (out_.capacity() > kKeptCapacity) out_.shrink_to_fit();
  for (Pending* const pending : waiting_) {
    out_ += pending->command.bytes();
    in_flight_.push_back(pending);
  }
  waiting_.clear();
  inbox_.PromiseToLook(watched_);  // sooner, if the replies come sooner
  writing_ = true;
  link_->Write(&out_);
}

void Pipeline::OnWritten() {
  writing_ = false;
  Write();
}

void Pipeline::OnValue(Value value) {
  heard_ = true;
  if (in_flight_.empty()) {
    another_ = true;  // a reply to nothing: the two sides no longer agree on where they are
    return;
  }
  Pending* const pending = in_flight_.front();
  in_flight_.pop_front();
  if (pending == nullptr) return;
  if (absl::Status error = value.Error(); error.ok()) {
    settled_.Add(pending, std::move(value));
  } else {
    another_ = another_ || WantsReconnection(error);
    settled_.Add(pending, std::move(error));
  }
}

void Pipeline::OnValuesEnd() {
  settled_.Post();
  if (another_) return Lose(absl::UnavailableError("redis: another connection is wanted"));
  if (!in_flight_.empty()) return;
  inbox_.WithdrawPromise();
  Look();
}

void Pipeline::OnOpen() {
  telemetry::Log(telemetry::Severity::kInfo, "redis is connected", {{"address", ToString(endpoint())}});
  state_ = State::kUp;
  failures_ = 0;
  asked_ = false;
  another_ = false;
  writing_ = false;
  KeepAlive();
  on_state_(true);
  Write();
}

void Pipeline::OnClosed(absl::Status why) { Lose(why); }

void Pipeline::Lose(const absl::Status& why) {
  link_->Close();
  link_.reset();
  keepalive_.cancel();
  const State before = std::exchange(state_, state_ == State::kUp ? State::kTrying : State::kAway);
  if (before != State::kAway) {
    telemetry::Log(telemetry::Severity::kWarning,
                   before == State::kUp ? "redis has gone; connecting again" : "redis is away; trying on",
                   {{"address", ToString(endpoint())}, {"error", why.message()}});
  }
  if (before == State::kUp) on_state_(false);
  FailAll(why, /*waiting_too=*/state_ == State::kAway);
  inbox_.WithdrawPromise();
  Look();
  ++attempts_;
  RetryLater();
}

void Pipeline::RetryLater() {
  const milliseconds whole = std::min(kLongestPause, kFirstPause * (1 << std::min(failures_++, kMostDoublings)));
  std::uniform_int_distribution<std::int64_t> jitter(whole.count() / 2, whole.count());
  retry_.expires_after(milliseconds(jitter(random_)));
  retry_.async_wait([this](const Error& error) {
    if (!error && state_ != State::kClosed) Open();
  });
}

void Pipeline::FailAll(const absl::Status& why, bool waiting_too) {
  for (Pending* const pending : in_flight_) {
    if (pending != nullptr) settled_.Add(pending, why);
  }
  in_flight_.clear();
  if (waiting_too) {
    for (Pending* const pending : waiting_) settled_.Add(pending, why);
    waiting_.clear();
  }
  settled_.Post();
}

void Pipeline::Cancel(std::uint64_t id) {
  const auto is_it = [id](const Pending* pending) { return pending != nullptr && pending->id == id; };
  Pending* found = nullptr;
  if (const auto waits = std::find_if(waiting_.begin(), waiting_.end(), is_it); waits != waiting_.end()) {
    found = *waits;
    waiting_.erase(waits);
  } else if (const auto flies = std::find_if(in_flight_.begin(), in_flight_.end(), is_it); flies != in_flight_.end()) {
    found = std::exchange(*flies, nullptr);  // its reply will find nobody
  }
  if (found == nullptr) return;
  settled_.Add(found, absl::CancelledError("the caller has gone"));
  settled_.Post();
}

void Pipeline::WatchDeadline(SystemTime deadline) {
  // Most commands are answered long before: the timer is set only when it would go off too late, and then finds
  // whatever is overdue.
  if (deadline >= watched_) return;
  watched_ = deadline;
  overdue_.expires_after(deadline - std::chrono::system_clock::now());
  overdue_.async_wait([this](const Error& error) {
    if (!error) SettleOverdue();
  });
}

void Pipeline::SettleOverdue() {
  inbox_.WithdrawPromise();
  Look();
  const SystemTime now = std::chrono::system_clock::now();
  SystemTime next = SystemTime::max();
  const auto settle_if_overdue = [&](Pending* pending) {
    if (pending->call.deadline > now) {
      next = std::min(next, pending->call.deadline);
      return false;
    }
    settled_.Add(pending, absl::DeadlineExceededError("redis did not answer in time"));
    return true;
  };
  waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), settle_if_overdue), waiting_.end());
  for (Pending*& pending : in_flight_) {
    if (pending != nullptr && settle_if_overdue(pending)) pending = nullptr;
  }
  watched_ = SystemTime::max();
  WatchDeadline(next);
  if (!in_flight_.empty()) inbox_.PromiseToLook(watched_);
  settled_.Post();
}

void Pipeline::KeepAlive() {
  heard_ = false;
  keepalive_.expires_after(options_.keepalive);
  keepalive_.async_wait([this](const Error& error) {
    if (error || state_ != State::kUp) return;
    if (heard_) {
      asked_ = false;
    } else if (asked_) {
      return Lose(absl::UnavailableError("redis: it does not answer"));
    } else {
      asked_ = true;
      if (!writing_ && in_flight_.empty()) {  // otherwise it owes an answer anyway
        out_ = "PING\r\n";
        in_flight_.push_back(nullptr);
        writing_ = true;
        link_->Write(&out_);
      }
    }
    KeepAlive();
  });
}

void Pipeline::Close() {
  state_ = State::kClosed;
  if (link_ != nullptr) link_->Close();
  retry_.cancel();
  overdue_.cancel();
  keepalive_.cancel();
  FailAll(absl::UnavailableError("the process is stopping"), /*waiting_too=*/true);
  inbox_.WithdrawPromise();
  Look();
}

}  // namespace boutique::redis::internal
