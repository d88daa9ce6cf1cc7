// SPDX-License-Identifier: Apache-2.0
// What a load is: where the shop is, how many shoppers come and how they behave.
// Values; safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace boutique::loadgenerator {

struct Shop {
  std::string host;
  std::string port = "80";
  std::string base_url;  // what every path begins with; empty or "/online-boutique"
  std::string authorization;  // the header's value, of a shop that needs a user and password; empty: none
  std::chrono::nanoseconds patience = std::chrono::seconds(30);  // with one answer
};

struct Plan {
  Shop shop;
  // Closed loop: this many shoppers, each of whom waits for an answer and then thinks, `think_least` to `think_most`.
  std::int64_t users = 10;
  std::int64_t users_per_second = 1;  // that begin
  std::chrono::nanoseconds think_least = std::chrono::seconds(1);
  std::chrono::nanoseconds think_most = std::chrono::seconds(10);
  // Open loop, if not 0: tasks that become due each second, at random (Poisson) and whether or not earlier ones have
  // been answered. `users` is then how many can be under way; what is due while all are busy waits, and if more wait
  // than `most_waiting`, the one who waited longest leaves: a failure.
  std::int64_t arrivals_per_second = 0;
  std::size_t most_waiting = 1'000'000;
  std::chrono::nanoseconds wait = std::chrono::minutes(5);  // for the first home page; 0: as long as it takes
  std::chrono::nanoseconds duration{0};  // 0: until stopped; then nobody comes, and the tasks that were due are ended
  std::int64_t requests = 0;             // the load ends after as many; 0: it does not
  std::uint64_t seed = 0;
};

}  // namespace boutique::loadgenerator
