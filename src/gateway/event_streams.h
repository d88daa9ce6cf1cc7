// SPDX-License-Identifier: Apache-2.0
// Bounds the streams of events that are open at once, of one session and in all.
// Safe from any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"

namespace boutique::gateway {

class EventStreams {
 public:
  // Of a session: a browser opens six connections to a shop by HTTP/1.1, and its pages need some of them.
  static constexpr int kMostOfSession = 4;
  // In all: each holds a connection here and a watcher of the order service, which has 2000 places; half of them leaves
  // room for a second gateway, and connections for those who shop.
  static constexpr std::size_t kMostInAll = 1000;

  explicit EventStreams(int most_of_session = kMostOfSession, std::size_t most_in_all = kMostInAll)
      : most_of_session_(most_of_session), most_in_all_(most_in_all) {}

  enum class Verdict { kWelcome, kTooManyOfSession, kTooManyInAll };
  // Takes a place and hands out what gives it back with its last copy. `session` is empty where visitors share one: then
  // only the bound of all counts. The streams outlive their places.
  Verdict Take(const std::string& session, std::shared_ptr<void>* place) {
    const std::lock_guard lock(mutex_);
    if (open_ >= most_in_all_) return Verdict::kTooManyInAll;
    if (!session.empty()) {
      int& of_session = by_session_[session];
      if (of_session >= most_of_session_) return Verdict::kTooManyOfSession;
      ++of_session;
    }
    ++open_;
    *place = std::shared_ptr<void>(nullptr, [this, session](void*) { Free(session); });
    return Verdict::kWelcome;
  }

  // How many are open.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }

 private:
  void Free(const std::string& session) {
    const std::lock_guard lock(mutex_);
    --open_;
    const auto found = by_session_.find(session);
    if (found != by_session_.end() && --found->second == 0) by_session_.erase(found);
  }

  const int most_of_session_;
  const std::size_t most_in_all_;
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  absl::flat_hash_map<std::string, int> by_session_;
};

}  // namespace boutique::gateway
