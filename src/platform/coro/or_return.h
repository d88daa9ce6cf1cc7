// SPDX-License-Identifier: Apache-2.0
// `co_await OrReturn(result)` yields the value, or ends the awaiting coroutine with the error.
// Safe wherever the awaiting coroutine runs: it never changes thread.
#pragma once

#include <coroutine>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace boutique::coro {

// The coroutine form of "if (!result.ok()) return result.status();". For use in coroutines whose result can be made
// of an absl::Status.
template <typename T>
class [[nodiscard]] OrReturn {
 public:
  explicit OrReturn(absl::StatusOr<T> result) : result_(std::move(result)) {}
  bool await_ready() const noexcept { return result_.ok(); }
  template <typename Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> failing) {
    failing.promise().return_value(std::move(result_).status());
    return failing.promise().continuation;
  }
  T await_resume() { return *std::move(result_); }

 private:
  absl::StatusOr<T> result_;
};

// For results that are only a status.
template <>
class [[nodiscard]] OrReturn<void> {
 public:
  explicit OrReturn(absl::Status status) : status_(std::move(status)) {}
  bool await_ready() const noexcept { return status_.ok(); }
  template <typename Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> failing) {
    failing.promise().return_value(std::move(status_));
    return failing.promise().continuation;
  }
  void await_resume() const noexcept {}

 private:
  absl::Status status_;
};

template <typename T>
OrReturn(absl::StatusOr<T>) -> OrReturn<T>;
OrReturn(absl::Status) -> OrReturn<void>;

}  // namespace boutique::coro
