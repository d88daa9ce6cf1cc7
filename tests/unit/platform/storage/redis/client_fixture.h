// SPDX-License-Identifier: Apache-2.0
// What tests of the Redis client have in common: a running loop, a client, and a watch on its state.
// Threads: belongs to the test's, but for what the client reports.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "platform/storage/redis/redis_client.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/redis_server.h"

namespace boutique::redis {

struct ClientFixture : testing::LoopCall {
  ~ClientFixture() {
    if (client != nullptr) client->Stop();
  }

  static Options At(const std::string& text) {
    std::vector<std::string> ignored;
    return ParseOptions(text, &ignored).value();
  }

  void Connect(Options options) {
    client = std::make_unique<Client>(std::move(options), [this](bool now) {
      const std::lock_guard lock(mutex);
      answers = now;
      changed.notify_all();
    });
    REQUIRE_OK(client->Start());
  }
  // Whether the client says so within ten seconds.
  bool Becomes(bool wanted) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), [&] { return answers == wanted; });
  }

  rpc::Reply<Value> Sent(const rpc::CallContext& of, std::vector<absl::string_view> words) {
    auto answer = co_await client->Send(of, Command(words));
    co_return std::move(answer);
  }
  absl::StatusOr<Value> Do(const rpc::CallContext& of, const std::vector<absl::string_view>& words) {
    return testing::RunOn(loop, Sent(of, words));
  }
  absl::StatusOr<Value> Do(const std::vector<absl::string_view>& words) { return Do(call, words); }
  rpc::Reply<Value> Evaluated(const Script& script, std::size_t keys, std::vector<absl::string_view> words) {
    const Script::Input input{.keys = keys, .words = words};
    auto answer = co_await client->Run(call, script, input);
    co_return std::move(answer);
  }
  absl::StatusOr<Value> Run(const Script& script, std::size_t keys, const std::vector<absl::string_view>& words) {
    return testing::RunOn(loop, Evaluated(script, keys, words));
  }

  bool Answers() {
    const std::lock_guard lock(mutex);
    return answers;
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool answers = false;
  std::unique_ptr<Client> client;
};

}  // namespace boutique::redis
