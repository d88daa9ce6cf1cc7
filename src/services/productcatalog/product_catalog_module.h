// SPDX-License-Identifier: Apache-2.0
// Puts ProductCatalogService into a process.
// Threads: used at start, by one thread.
#pragma once

#include <chrono>
#include <string>

#include "platform/runtime/process.h"
#include "platform/runtime/store_database.h"

namespace boutique::productcatalog {

class ProductCatalogModule final : public runtime::Module {
 public:
  explicit ProductCatalogModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  std::string file_;  // empty: the catalog that is built in
  std::chrono::nanoseconds extra_latency_{0};
  const runtime::StoreDatabase database_;
};

}  // namespace boutique::productcatalog
