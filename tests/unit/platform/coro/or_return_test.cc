// SPDX-License-Identifier: Apache-2.0
#include "platform/coro/or_return.h"

#include <memory>
#include <string>
#include <vector>

#include "platform/coro/spawn.h"
#include "signal.h"
#include "support/catch.h"

namespace boutique::coro {
namespace {

absl::StatusOr<int> Stock(const std::string& product) {
  if (product == "mug") return 3;
  return absl::NotFoundError("no " + product);
}

Reply<int> Twice(std::string product, std::vector<std::string>& steps) {
  steps.push_back("asked");
  const int stock = co_await OrReturn(Stock(product));
  steps.push_back("found");
  co_return stock * 2;
}

TEST_CASE("a value is unwrapped and the coroutine goes on", "[or_return]") {
  std::vector<std::string> steps;
  CHECK(SyncWait(Twice("mug", steps)).value() == 6);
  CHECK(steps == std::vector<std::string>{"asked", "found"});
}

TEST_CASE("an error ends the coroutine and is its result", "[or_return]") {
  std::vector<std::string> steps;
  CHECK(SyncWait(Twice("teapot", steps)).status() == absl::NotFoundError("no teapot"));
  CHECK(steps == std::vector<std::string>{"asked"});
}

Reply<std::string> Priced(std::string product, std::vector<std::string>& steps) {
  const int doubled = co_await OrReturn(co_await Twice(product, steps));
  steps.push_back("priced");
  co_return std::to_string(doubled);
}

TEST_CASE("an error passes through every coroutine that does not handle it", "[or_return]") {
  std::vector<std::string> steps;
  CHECK(SyncWait(Priced("teapot", steps)).status() == absl::NotFoundError("no teapot"));
  CHECK(SyncWait(Priced("mug", steps)).value() == "6");
  CHECK(steps == std::vector<std::string>{"asked", "asked", "found", "priced"});
}

Reply<int> Checked(absl::Status status) {
  co_await OrReturn(status);
  co_return 1;
}
Task<absl::Status> OnlyAStatus(absl::Status status) {
  co_await OrReturn(status);
  co_return absl::InternalError("went on");
}

TEST_CASE("a status alone ends the coroutine, or lets it go on", "[or_return]") {
  CHECK(SyncWait(Checked(absl::OkStatus())).value() == 1);
  CHECK(SyncWait(Checked(absl::AbortedError("changed"))).status() == absl::AbortedError("changed"));
  CHECK(SyncWait(OnlyAStatus(absl::AbortedError("changed"))) == absl::AbortedError("changed"));
  CHECK(SyncWait(OnlyAStatus(absl::OkStatus())) == absl::InternalError("went on"));
}

Reply<int> FailsBetween(int& alive, Signal& signal, absl::Status status) {
  const Witness outer(alive);
  const auto held = std::make_unique<Witness>(alive);
  co_await signal;
  co_await OrReturn(std::move(status));
  const Witness never(alive);
  co_return alive;
}

TEST_CASE("the destructors of a coroutine that an error ends have run before the result is handed over",
          "[or_return]") {
  int alive = 0;
  int alive_at_end = -1;
  Signal signal;
  absl::StatusOr<int> result = 0;
  Spawn(FailsBetween(alive, signal, absl::DataLossError("gone")), [&](absl::StatusOr<int> value) {
    alive_at_end = alive;
    result = std::move(value);
  });
  CHECK(alive == 2);
  signal.Fire();
  CHECK(alive_at_end == 0);
  CHECK(result.status() == absl::DataLossError("gone"));
}

Reply<std::unique_ptr<int>> Boxed(absl::StatusOr<std::unique_ptr<int>> box) {
  std::unique_ptr<int> opened = co_await OrReturn(std::move(box));
  ++*opened;
  co_return std::move(opened);
}

TEST_CASE("a value that can only be moved is unwrapped too", "[or_return]") {
  CHECK(**SyncWait(Boxed(std::make_unique<int>(1))) == 2);
  CHECK_CODE(SyncWait(Boxed(absl::CancelledError())), kCancelled);
}

}  // namespace
}  // namespace boutique::coro
