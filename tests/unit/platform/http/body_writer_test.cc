// SPDX-License-Identifier: Apache-2.0
#include "platform/http/body_writer.h"

#include <utility>
#include <vector>

#include "platform/coro/when_all.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/on_loop.h"

namespace boutique::http {
namespace {

// A peer that takes what it is sent when the test says so.
struct Body {
  Body() { loop.Start(); }
  ~Body() { loop.Stop(); }
  bool Write(std::string bytes) { return testing::RunOn(loop, writer.Write(std::move(bytes))); }

  rpc::Loop loop;
  std::stop_source stop;
  rpc::CallContext call = rpc::Begin(loop, std::chrono::seconds(20), stop.get_token());
  bool takes = true;
  bool answers = true;
  std::vector<std::string> sent;
  std::vector<std::function<void(bool)>> waiting;
  BodyWriter writer{call, [this](std::string bytes, std::function<void(bool)> news) {
                      sent.push_back(std::move(bytes));
                      if (answers) return news(takes);
                      waiting.push_back(std::move(news));
                    }};
};

TEST_CASE_METHOD(Body, "a piece is written when it was taken, and an empty one is none", "[stream]") {
  CHECK(Write("one"));
  CHECK(Write(""));
  CHECK(Write("two"));
  CHECK(sent == std::vector<std::string>{"one", "two"});
  CHECK(writer.written() == 6);
}

TEST_CASE_METHOD(Body, "after a piece that was not taken nothing more is sent", "[stream]") {
  takes = false;
  CHECK_FALSE(Write("one"));
  takes = true;
  CHECK_FALSE(Write("two"));
  CHECK(sent.size() == 1);
  CHECK(writer.written() == 0);
  CHECK_FALSE(writer.is_stuck());
}

TEST_CASE_METHOD(Body, "pieces under way at once go in their order, and cancelling gives them up", "[stream]") {
  answers = false;
  loop.Post([this] {
    loop.Post([this] { stop.request_stop(); });
  });
  const auto both = testing::RunOn(loop, coro::WhenAll(writer.Write("one"), writer.Write("two")));
  CHECK(both == std::tuple(false, false));
  CHECK(sent == std::vector<std::string>{"one", "two"});
  CHECK(writer.is_stuck());
  // The news comes too late, and finds nobody.
  for (auto& news : waiting) news(true);
  CHECK_FALSE(Write("three"));
  CHECK(sent.size() == 2);
  CHECK(writer.written() == 0);
}

}  // namespace
}  // namespace boutique::http
