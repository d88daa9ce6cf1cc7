// SPDX-License-Identifier: Apache-2.0
// The file that the catalog comes from, read again when it changes.
// Threads: Load at start; then Refresh from one thread at a time that may block, never on a loop.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "platform/coro/task.h"
#include "platform/rpc/blocking_pool.h"
#include "platform/telemetry/metrics.h"
#include "services/productcatalog/catalog.h"

namespace boutique::productcatalog {

class CatalogFile {
 public:
  // Counts product_catalog_reloads_total by result, and sets product_catalog_stale to 1 while the file cannot be used
  // and an older catalog is served.
  CatalogFile(std::string path, telemetry::Metrics& metrics);

  // Reads the catalog. INVALID_ARGUMENT, in one line that names the file, if it cannot be read or is no catalog.
  // Blocks.
  absl::StatusOr<std::shared_ptr<const Catalog>> Load();

  // Reads the file again if it is not what was read before, and replaces `live` if it is a good catalog; otherwise
  // `live` stays and the log has one line for each new problem. Blocks.
  void Refresh(LiveCatalog& live);

  // Refreshes on the pool, at this interval, until `stop` is requested, which happens on `loop`. Starts there, and
  // needs everything it is given until it has ended.
  coro::Task<void> Watch(LiveCatalog& live, rpc::BlockingPool& pool, rpc::Loop& loop, std::chrono::nanoseconds interval,
                         std::stop_token stop);

 private:
  // By which a changed file is known without reading it.
  struct Stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    std::int64_t modified_ns;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  struct Content {
    std::string text;
    Stamp stamp;
  };
  static Stamp StampOf(const struct ::stat& status);
  absl::StatusOr<Content> Read() const;
  absl::Status Named(absl::string_view problem) const;
  absl::StatusOr<std::shared_ptr<const Catalog>> Parse(const Content& content);
  bool IsAsBefore() const;
  void Report(const absl::Status& outcome);

  const std::string path_;
  prometheus::Counter& reloaded_;
  prometheus::Counter& failed_;
  prometheus::Gauge& stale_;
  std::optional<Stamp> read_;    // what was read last, unless it may have changed since within one tick of its clock
  std::size_t digest_ = 0;       // of the text that was read last
  absl::Status parsed_;          // what came of that text
  std::string problem_;          // the last one reported; empty if all is well
};

}  // namespace boutique::productcatalog
