// SPDX-License-Identifier: Apache-2.0
// One thread that drains one completion queue: what arrives, what is answered and what is called onward. What runs on a
// loop runs alone there.
// Threads: Post and RunOrPost are safe from any thread; everything else belongs to the thread that starts and stops the
// loop.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <atomic>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/random/random.h"
#include "platform/coro/task.h"

namespace boutique::rpc {

// Something that waits for the queue; its address is the queue's tag.
class Event {
 public:
  virtual void Fire(bool ok) = 0;

 protected:
  ~Event() = default;
};

// Work that is handed to a loop. Whoever posts it keeps it alive until it has run; it may free itself in Run.
class Posted {
 public:
  virtual void Run() = 0;

 protected:
  ~Posted() = default;

 private:
  friend class Loop;
  Posted* next_ = nullptr;
};

class Loop final {
 public:
  // Takes a server's queue or one of its own.
  explicit Loop(std::unique_ptr<grpc::CompletionQueue> queue = std::make_unique<grpc::CompletionQueue>());
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  void Start();
  // Drains the queue and joins the thread. Nothing may be started on the loop any more: the last call, alarm and post
  // have ended. For a server's queue, after the server has shut down.
  void Stop();

  // Runs `work` on the loop's thread, after what was posted before it. Wakes the loop once for any number of posts that
  // it has not seen yet. This and RunOrPost are the only ways onto a loop.
  void Post(Posted* work);
  // The same for a function, at the cost of an allocation.
  void Post(std::function<void()> work);
  // Runs `work` on the calling thread, and returns when that is done, if nothing else runs on the loop meanwhile; posts
  // it otherwise. It spares what goes on there the time until the loop's thread is awake: for threads that have
  // something to give back, hold no lock, and do nothing urgent after it.
  void RunOrPost(Posted* work);

  // Whether the calling thread is running on the loop.
  bool IsCurrent() const { return std::this_thread::get_id() == running_.load(std::memory_order_relaxed); }

  grpc::CompletionQueue* queue() { return queue_.get(); }
  // For ids of spans and jitter, not for secrets. Only on the loop.
  absl::InsecureBitGen& random() { return random_; }

 private:
  struct Wake final : Event {
    explicit Wake(Loop& loop) : loop(loop) {}
    void Fire(bool) override { loop.RunPosted(); }
    Loop& loop;
  };

  // The right to run on the loop. What is said to be the loop's, or to happen on its thread, needs no lock because of
  // it, whichever thread has it.
  class Turn {
   public:
    Turn(Loop& loop, std::unique_lock<std::mutex> lock) : loop_(loop), lock_(std::move(lock)) {
      loop_.running_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    }
    ~Turn() { loop_.running_.store(std::thread::id(), std::memory_order_relaxed); }

   private:
    Loop& loop_;
    const std::unique_lock<std::mutex> lock_;
  };

  void RunPosted();

  std::unique_ptr<grpc::CompletionQueue> queue_;
  std::atomic<Posted*> posted_{nullptr};  // newest first
  std::atomic<int> posting_{0};           // threads within Post or RunOrPost
  grpc::Alarm alarm_;
  Wake wake_{*this};
  absl::InsecureBitGen random_;
  std::thread thread_;
  std::mutex turn_;
  std::atomic<std::thread::id> running_;  // who has the turn
};

// Awaitable that continues the awaiting coroutine on `loop`, always by way of its queue: `co_await ResumeOn(loop);`
class ResumeOn final : Posted {
 public:
  explicit ResumeOn(Loop& loop) : loop_(loop) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    awaiting_ = awaiting;
    loop_.Post(this);
  }
  void await_resume() const noexcept {}

 private:
  void Run() override { awaiting_.resume(); }
  Loop& loop_;
  std::coroutine_handle<> awaiting_;
};

}  // namespace boutique::rpc
