// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/blocking_pool.h"

namespace boutique::rpc {

BlockingPool::BlockingPool(unsigned threads, std::size_t most_waiting)
    : most_threads_(threads), most_waiting_(most_waiting) {}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool BlockingPool::Enqueue(Waiting* work) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || waiting_.size() >= most_waiting_) return false;
    waiting_.push_back(work);
    if (idle_ < waiting_.size() && threads_.size() < most_threads_) threads_.emplace_back([this] { Drain(); });
  }
  wake_.notify_one();
  return true;
}

void BlockingPool::Drain() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    Waiting* const work = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    work->Execute();
    lock.lock();
  }
}

}  // namespace boutique::rpc
