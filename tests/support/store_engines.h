// SPDX-License-Identifier: Apache-2.0
// The engines that a store's tests run against: TEMPLATE_TEST_CASE_METHOD(…, STORE_ENGINES).
// Threads: belongs to the test's.
//
// Each opens a database with a schema's tables. Open again, after the first is gone, finds what was kept, if the engine
// is durable.
#pragma once

#include <memory>
#include <string>

#include "platform/storage/postgres/database.h"
#include "platform/storage/sql/database.h"
#include "platform/storage/sqlite/database.h"
#include "support/catch.h"
#include "support/postgres_server.h"
#include "support/temporary_folder.h"

#define STORE_ENGINES \
  ::boutique::testing::SqliteInMemory, ::boutique::testing::SqliteInFile, ::boutique::testing::Postgres

namespace boutique::testing {

struct SqliteInMemory {
  static constexpr bool kDurable = false;
  static std::unique_ptr<sql::Database> Open(const sql::Schema& schema) {
    auto opened = sqlite::Database::Open(":memory:", schema.sqlite);
    REQUIRE_OK(opened);
    return *std::move(opened);
  }
};

struct SqliteInFile {
  static constexpr bool kDurable = true;
  std::unique_ptr<sql::Database> Open(const sql::Schema& schema) const {
    auto opened = sqlite::Database::Open(folder.File("store.db"), schema.sqlite);
    REQUIRE_OK(opened);
    return *std::move(opened);
  }
  const TemporaryFolder folder;
};

struct Postgres {
  static constexpr bool kDurable = true;
  std::unique_ptr<sql::Database> Open(const sql::Schema& schema) const {
    auto opened = postgres::Database::Open(*postgres::ParseUrl(url), schema, 4);
    REQUIRE_OK(opened);
    return *std::move(opened);
  }
  const std::string url = PostgresServer::Shared().NewDatabase();
};

}  // namespace boutique::testing
