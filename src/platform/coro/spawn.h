// SPDX-License-Identifier: Apache-2.0
// Runs a task from code that is no coroutine. Whoever spawns owns the wait for the end: see TaskScope and SyncWait.
#pragma once

#include <optional>
#include <semaphore>
#include <utility>

#include "platform/coro/task.h"

namespace boutique::coro {

// Starts the task at once and hands its result to `done` on the thread on which it ends. The task's frame is freed
// before `done` runs. The caller sees to it that whatever the task refers to lives until then.
template <typename T, typename Done>
internal::Root Spawn(Task<T> task, Done done) {
  std::optional<T> result;
  {
    Task<T> running = std::move(task);
    result.emplace(co_await std::move(running));
  }
  done(*std::move(result));
}
template <typename Done>
internal::Root Spawn(Task<void> task, Done done) {
  {
    Task<void> running = std::move(task);
    co_await std::move(running);
  }
  done();
}

// Starts the task and blocks this thread until it has ended. Never on a loop's thread.
template <typename T>
T SyncWait(Task<T> task) {
  std::optional<T> result;
  std::binary_semaphore ended(0);
  Spawn(std::move(task), [&](T value) {
    result.emplace(std::move(value));
    ended.release();
  });
  ended.acquire();
  return *std::move(result);
}
inline void SyncWait(Task<void> task) {
  std::binary_semaphore ended(0);
  Spawn(std::move(task), [&] { ended.release(); });
  ended.acquire();
}

}  // namespace boutique::coro
