// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/store_database.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/storage/postgres/database.h"
#include "platform/storage/sqlite/database.h"

namespace boutique::runtime {

StoreDatabase::StoreDatabase(Settings& settings) {
  settings.DataDirectory(&data_directory_);
  settings.Secret("DATABASE_URL", &url_,
                  "postgresql://user:password@host/database?sslmode=verify-full, where orders, payments, shipments "
                  "and products are kept; without it they are in DATA_DIR");
  settings.Secret("DATABASE_PASSWORD", &password_, "password at that database; wins over the one in DATABASE_URL");
  settings.Integer("DATABASE_POOL", &connections_, 1, 100, "connections that each service has to that database");
}

absl::StatusOr<std::unique_ptr<sql::Database>> StoreDatabase::OpenEngine(const sql::Schema& schema) const {
  if (url_.empty()) {
    return sqlite::Database::Open(sqlite::FileIn(data_directory_, absl::StrCat(schema.name, ".db")), schema.sqlite);
  }
  const auto options = postgres::ParseUrl(url_, password_);
  if (!options.ok()) {
    return absl::Status(options.status().code(), absl::StrCat("DATABASE_URL: ", options.status().message()));
  }
  return postgres::Database::Open(*options, schema, static_cast<int>(connections_));
}

absl::StatusOr<sql::Database*> StoreDatabase::Open(Host& host, const sql::Schema& schema) const {
  auto opened = OpenEngine(schema);
  if (!opened.ok()) return opened.status();
  return &host.Keep(*std::move(opened));
}

absl::StatusOr<sql::Database*> StoreDatabase::Open(Host& host, absl::string_view service,
                                                   const sql::Schema& schema) const {
  const auto opened = Open(host, schema);
  if (!opened.ok()) return opened;
  (*opened)->WatchHealth([&host, name = std::string(service)](bool able) { host.SetReady(name, able); });
  return opened;
}

}  // namespace boutique::runtime
