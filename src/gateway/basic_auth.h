// SPDX-License-Identifier: Apache-2.0
// Basic authentication (RFC 7617): who may see the shop at all, by hashes of passwords.
// Safe from any thread; Check is called on the call's loop.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/rate_limit.h"
#include "platform/http/message.h"
#include "platform/rpc/blocking_pool.h"
#include "platform/rpc/call_context.h"

namespace boutique::gateway {

// Whether a request is answered without credentials: probes, robots.txt, and the styles, scripts and pictures of which
// the page that asks for them is made. Product pictures are the shop's, as its pages are.
bool IsOpenToAnybody(const http::Request& request);

// The value of the request's only Authorization header, empty if it has none or several. Removes them all: nothing
// behind the gateway's door sees one.
std::string TakeAuthorization(http::Request* request);

class BasicAuth {
 public:
  using Clock = RateLimit::Clock;
  enum class Verdict { kWelcome, kUnknown, kTooManyFailures, kBusy };

  // `users` is user:hash, once or more often, separated by white space; lines that begin with # do not count. Costs what
  // a login of each costs. INVALID_ARGUMENT names the first entry that is none by its number, never by its text, and
  // refuses a text without any.
  static absl::StatusOr<std::unique_ptr<BasicAuth>> Make(absl::string_view users,
                                                         Clock clock = std::chrono::steady_clock::now);

  // Who sends this Authorization header. What was right is remembered for an hour and costs nothing then; what is not
  // remembered is compared on a thread of its own. From one address only a few failures a second are heard, and only so
  // many wait. A name that there is not takes as long as a wrong password. Fails as BlockingPool::Run does, but for
  // RESOURCE_EXHAUSTED, which is kBusy.
  rpc::Reply<Verdict> Check(const rpc::CallContext& call, std::string authorization, std::string address);

  std::size_t users() const { return users_.size(); }
  // How many hashes have been computed by Check.
  std::int64_t hashed() const { return hashed_; }

 private:
  struct User {
    std::string name;
    std::string hash;
  };
  BasicAuth(std::vector<User> users, Clock clock);
  std::string Digest(absl::string_view text) const;
  bool Remembers(const std::string& digest);
  void Remember(const std::string& digest);
  // Blocks: for the pool.
  bool Compare(const std::string& credentials, const std::string& digest);

  const std::vector<User> users_;
  const Clock clock_;
  const std::string key_;  // of this process: a digest says nothing to who has not got it
  std::atomic<std::int64_t> hashed_{0};
  std::mutex mutex_;
  absl::flat_hash_map<std::string, std::chrono::steady_clock::time_point> known_;  // digests, until when
  RateLimit failures_;  // of an address
  // One thread: guessing costs one core at most, and those who come at once with the same password wait for one hash.
  rpc::BlockingPool pool_;
};

}  // namespace boutique::gateway
