// SPDX-License-Identifier: Apache-2.0
// Where a service keeps what it must not lose: in the PostgreSQL that DATABASE_URL names, or in a file in DATA_DIR.
// Threads: used at start, by one thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/runtime/host.h"
#include "platform/runtime/settings.h"
#include "platform/storage/sql/database.h"
#include "platform/storage/sql/schema.h"

namespace boutique::runtime {

class StoreDatabase {
 public:
  // Declares DATA_DIR, DATABASE_URL, DATABASE_PASSWORD and DATABASE_POOL.
  explicit StoreDatabase(Settings& settings);
  StoreDatabase(const StoreDatabase&) = delete;
  StoreDatabase& operator=(const StoreDatabase&) = delete;

  // The database, of the host's own from now on, at the schema's newest version; `service`, a full name, is ready while
  // it works. FAILED_PRECONDITION, INVALID_ARGUMENT or INTERNAL, with one line without the password, if it can never
  // work; one that is out of reach may come.
  absl::StatusOr<sql::Database*> Open(Host& host, absl::string_view service, const sql::Schema& schema) const;
  // The same, but nobody's health follows it.
  absl::StatusOr<sql::Database*> Open(Host& host, const sql::Schema& schema) const;

  // Whether it is one that replicas share, that of DATABASE_URL.
  bool is_shared() const { return !url_.empty(); }

 private:
  absl::StatusOr<std::unique_ptr<sql::Database>> OpenEngine(const sql::Schema& schema) const;

  std::string data_directory_;
  std::string url_;
  std::string password_;
  std::int64_t connections_ = 8;
};

}  // namespace boutique::runtime
