// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/loop.h"

#include <grpc/support/time.h>

#include <utility>

namespace boutique::rpc {
namespace {

class PostedFunction final : public Posted {
 public:
  explicit PostedFunction(std::function<void()> work) : work_(std::move(work)) {}
  void Run() override {
    const std::unique_ptr<PostedFunction> self(this);
    work_();
  }

 private:
  std::function<void()> work_;
};

}  // namespace

Loop::Loop(std::unique_ptr<grpc::CompletionQueue> queue) : queue_(std::move(queue)) {}

Loop::~Loop() {
  if (thread_.joinable()) {
    Stop();
  } else if (queue_ != nullptr) {
    // Never started, or stopped before: a queue must be shut down and drained before it is destroyed.
    queue_->Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_->Next(&tag, &ok)) static_cast<Event*>(tag)->Fire(false);
  }
}

void Loop::Start() {
  thread_ = std::thread([this] {
    void* tag = nullptr;
    bool ok = false;
    while (queue_->Next(&tag, &ok)) {
      const Turn turn(*this, std::unique_lock(turn_));
      static_cast<Event*>(tag)->Fire(ok);
    }
  });
}

void Loop::Stop() {
  if (!thread_.joinable()) return;
  // Whoever posted last may still be about to wake the loop, though what was posted has run.
  while (posting_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
  queue_->Shutdown();
  thread_.join();
  queue_.reset();
}

void Loop::Post(Posted* work) {
  posting_.fetch_add(1, std::memory_order_relaxed);
  Posted* newest = posted_.load(std::memory_order_relaxed);
  do {
    work->next_ = newest;
  } while (!posted_.compare_exchange_weak(newest, work, std::memory_order_release, std::memory_order_relaxed));
  // Whoever finds the list empty wakes the loop; it will see whatever is pushed until it takes the list.
  if (newest == nullptr) alarm_.Set(queue_.get(), gpr_inf_past(GPR_CLOCK_MONOTONIC), static_cast<Event*>(&wake_));
  posting_.fetch_sub(1, std::memory_order_release);
}

void Loop::RunOrPost(Posted* work) {
  posting_.fetch_add(1, std::memory_order_relaxed);
  if (std::unique_lock lock(turn_, std::try_to_lock); lock.owns_lock()) {
    const Turn turn(*this, std::move(lock));
    work->Run();
  } else {
    Post(work);
  }
  posting_.fetch_sub(1, std::memory_order_release);
}

void Loop::Post(std::function<void()> work) { Post(new PostedFunction(std::move(work))); }

void Loop::RunPosted() {
  Posted* newest = posted_.exchange(nullptr, std::memory_order_acquire);
  Posted* oldest = nullptr;
  while (newest != nullptr) {
    Posted* const next = newest->next_;
    newest->next_ = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest != nullptr) {
    Posted* const work = std::exchange(oldest, oldest->next_);  // it may be gone once it has run
    work->Run();
  }
}

}  // namespace boutique::rpc
