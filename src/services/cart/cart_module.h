// SPDX-License-Identifier: Apache-2.0
// Puts CartService into a process, with the store that the settings ask for.
// Threads: used at start, by one thread.
#pragma once

#include <chrono>
#include <string>

#include "platform/runtime/process.h"
#include "services/cart/cart_store.h"

namespace boutique::cart {

class CartModule final : public runtime::Module {
 public:
  explicit CartModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  absl::StatusOr<CartStore*> OpenStore(runtime::Host& host) const;
  absl::StatusOr<CartStore*> OpenRedis(runtime::Host& host) const;

  std::string data_dir_;
  std::string redis_address_;
  std::string redis_password_;
  std::string redis_ca_file_;
  bool redis_tls_ = false;
  std::chrono::nanoseconds ttl_ = std::chrono::hours(24 * 30);
};

}  // namespace boutique::cart
