// SPDX-License-Identifier: Apache-2.0
#include "services/payment/sqlite_charge_store.h"

#include <optional>

#include "platform/base/money.h"

namespace boutique::payment {
namespace {

const sqlite::Migrations kMigrations = {R"sql(
  CREATE TABLE charges (
    idempotency_key TEXT PRIMARY KEY,
    state INTEGER NOT NULL,
    transaction_id TEXT NOT NULL DEFAULT '',
    currency TEXT NOT NULL DEFAULT '',
    units INTEGER NOT NULL DEFAULT 0,
    nanos INTEGER NOT NULL DEFAULT 0,
    card_brand TEXT NOT NULL DEFAULT '',
    card_last_four TEXT NOT NULL DEFAULT '',
    fingerprint TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID;
)sql"};

std::optional<KeptCharge> Find(sqlite::Connection& connection, const std::string& key) {
  sqlite::Rows rows = connection.Query(
      "SELECT state, transaction_id, currency, units, nanos, card_brand, card_last_four, fingerprint, reason "
      "FROM charges WHERE idempotency_key = ?",
      {key});
  if (!rows.Next()) return std::nullopt;
  KeptCharge charge;
  charge.record.set_idempotency_key(key);
  charge.record.set_state(static_cast<pb::ChargeRecord::State>(rows.Integer(0)));
  charge.record.set_transaction_id(rows.Text(1));
  if (const std::string currency = rows.Text(2); !currency.empty()) {
    base::Money{currency, rows.Integer(3), static_cast<std::int32_t>(rows.Integer(4))}.CopyTo(
        charge.record.mutable_amount());
  }
  charge.record.set_card_brand(rows.Text(5));
  charge.record.set_card_last_four(rows.Text(6));
  charge.fingerprint = rows.Text(7);
  charge.reason = rows.Text(8);
  return charge;
}

void Insert(sqlite::Connection& connection, const KeptCharge& charge) {
  const pb::ChargeRecord& record = charge.record;
  connection.Execute(
      "INSERT INTO charges (idempotency_key, state, transaction_id, currency, units, nanos, card_brand, "
      "card_last_four, fingerprint, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {record.idempotency_key(), static_cast<int>(record.state()), record.transaction_id(),
       record.amount().currency_code(), record.amount().units(), record.amount().nanos(), record.card_brand(),
       record.card_last_four(), charge.fingerprint, charge.reason});
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteChargeStore>> SqliteChargeStore::Open(const std::string& path) {
  auto database = sqlite::Database::Open(path, kMigrations);
  if (!database.ok()) return database.status();
  return std::unique_ptr<SqliteChargeStore>(new SqliteChargeStore(*std::move(database)));
}

rpc::Reply<KeptCharge> SqliteChargeStore::Keep(const rpc::CallContext& call, KeptCharge charge) {
  auto keep = [&charge](sqlite::Connection& connection) -> absl::StatusOr<KeptCharge> {
    if (auto kept = Find(connection, charge.record.idempotency_key()); kept.has_value()) return *std::move(kept);
    Insert(connection, charge);
    return charge;
  };
  auto kept = co_await database_->Write(call, std::move(keep));
  co_return std::move(kept);
}

rpc::Reply<KeptCharge> SqliteChargeStore::Get(const rpc::CallContext& call, std::string key) {
  auto get = [&key](sqlite::Connection& connection) -> absl::StatusOr<KeptCharge> {
    auto kept = Find(connection, key);
    if (!kept.has_value()) return absl::NotFoundError("no charge has this key");
    return *std::move(kept);
  };
  auto charge = co_await database_->Read(call, std::move(get));
  co_return std::move(charge);
}

rpc::Reply<KeptCharge> SqliteChargeStore::Refund(const rpc::CallContext& call, std::string key) {
  auto refund = [&key](sqlite::Connection& connection) -> absl::StatusOr<KeptCharge> {
    auto kept = Find(connection, key);
    if (!kept.has_value()) {
      kept.emplace().record.set_idempotency_key(key);
      kept->record.set_state(pb::ChargeRecord::REFUNDED);
      Insert(connection, *kept);
    } else if (kept->record.state() == pb::ChargeRecord::STANDING) {
      kept->record.set_state(pb::ChargeRecord::REFUNDED);
      connection.Execute("UPDATE charges SET state = ? WHERE idempotency_key = ?",
                         {static_cast<int>(pb::ChargeRecord::REFUNDED), key});
    }
    return *std::move(kept);
  };
  auto charge = co_await database_->Write(call, std::move(refund));
  co_return std::move(charge);
}

}  // namespace boutique::payment
