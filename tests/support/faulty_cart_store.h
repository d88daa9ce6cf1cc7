// SPDX-License-Identifier: Apache-2.0
// A cart store that fails as often as it is told to, and otherwise does what another does.
// Threads: tell it while no call runs; otherwise as CartStore.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "services/cart/cart_store.h"

namespace boutique::cart {

class FaultyCartStore final : public CartStore {
 public:
  // The store behind it outlives this one.
  explicit FaultyCartStore(CartStore& behind) : behind_(behind) {}

  // The next `times` operations end with `failure`: after they were done if `done`, as when the reply is lost on its
  // way, otherwise instead.
  void Fail(absl::Status failure, int times = 1, bool done = false) {
    failure_ = std::move(failure);
    done_ = done;
    times_ = times;
  }

  rpc::Reply<pb::Empty> Add(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override {
    return Ended(behind_.Add(call, user_id, item));
  }
  rpc::Reply<pb::Empty> Set(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override {
    return Ended(behind_.Set(call, user_id, item));
  }
  rpc::Reply<pb::Cart> Get(const rpc::CallContext& call, const std::string& user_id) override {
    return Ended(behind_.Get(call, user_id));
  }
  rpc::Reply<pb::Empty> Subtract(const rpc::CallContext& call, const pb::RemoveOrderedRequest& ordered) override {
    return Ended(behind_.Subtract(call, ordered));
  }
  rpc::Reply<pb::Empty> Empty(const rpc::CallContext& call, const std::string& user_id) override {
    return Ended(behind_.Empty(call, user_id));
  }

 private:
  template <typename T>
  rpc::Reply<T> Ended(rpc::Reply<T> operation) {
    const bool fails = times_.fetch_sub(1) > 0;
    if (fails && !done_) co_return failure_;
    auto result = co_await std::move(operation);
    if (fails) co_return failure_;
    co_return std::move(result);
  }

  CartStore& behind_;
  absl::Status failure_;
  bool done_ = false;
  std::atomic<int> times_{0};
};

}  // namespace boutique::cart
