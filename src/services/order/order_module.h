// SPDX-License-Identifier: Apache-2.0
// Puts OrderService and its store into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"
#include "platform/runtime/store_database.h"

namespace boutique::order {

class OrderModule final : public runtime::Module {
 public:
  explicit OrderModule(runtime::Settings& settings) : database_(settings) {}
  absl::Status Install(runtime::Host& host) override;

 private:
  const runtime::StoreDatabase database_;
};

}  // namespace boutique::order
