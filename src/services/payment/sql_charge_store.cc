// SPDX-License-Identifier: Apache-2.0
#include "services/payment/sql_charge_store.h"

#include <optional>

#include "platform/base/money.h"

namespace boutique::payment {
namespace {

std::optional<KeptCharge> Find(sql::Connection& connection, const std::string& key) {
  sql::Rows rows = connection.Query(
      "SELECT state, transaction_id, currency, units, nanos, card_brand, card_last_four, fingerprint, reason, "
      "attempt, attempted_at_ms FROM charges WHERE idempotency_key = ?",
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
  charge.attempt = rows.Text(9);
  charge.attempted_at_ms = rows.Integer(10);
  return charge;
}

// Whether there was none of this key yet.
bool Insert(sql::Connection& connection, const KeptCharge& charge) {
  const pb::ChargeRecord& record = charge.record;
  return connection.Execute(
             "INSERT INTO charges (idempotency_key, state, transaction_id, currency, units, nanos, card_brand, "
             "card_last_four, fingerprint, reason, attempt, attempted_at_ms) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
             {record.idempotency_key(), static_cast<int>(record.state()), record.transaction_id(),
              record.amount().currency_code(), record.amount().units(), record.amount().nanos(), record.card_brand(),
              record.card_last_four(), charge.fingerprint, charge.reason, charge.attempt, charge.attempted_at_ms}) == 1;
}

absl::StatusOr<KeptCharge> FindKept(sql::Connection& connection, const std::string& key) {
  auto kept = Find(connection, key);
  if (!kept.has_value()) return absl::NotFoundError("no charge has this key");
  return *std::move(kept);
}

}  // namespace

rpc::Reply<KeptCharge> SqlChargeStore::Keep(const rpc::CallContext& call, KeptCharge charge) {
  auto keep = [&charge](sql::Connection& connection) -> absl::StatusOr<KeptCharge> {
    if (Insert(connection, charge)) return charge;
    return FindKept(connection, charge.record.idempotency_key());
  };
  auto kept = co_await database_.WriteOnce(call, std::move(keep));
  co_return std::move(kept);
}

rpc::Reply<KeptCharge> SqlChargeStore::Get(const rpc::CallContext& call, std::string key) {
  auto get = [&key](sql::Connection& connection) { return FindKept(connection, key); };
  auto charge = co_await database_.Read(call, std::move(get));
  co_return std::move(charge);
}

rpc::Reply<KeptCharge> SqlChargeStore::Settle(const rpc::CallContext& call, std::string key,
                                              pb::ChargeRecord::State state, std::string reason) {
  auto settle = [&key, state, &reason](sql::Connection& connection) -> absl::StatusOr<KeptCharge> {
    connection.Execute("UPDATE charges SET state = ?, reason = ? WHERE idempotency_key = ? AND state = ?",
                       {static_cast<int>(state), reason, key, static_cast<int>(pb::ChargeRecord::STATE_UNSPECIFIED)});
    return FindKept(connection, key);
  };
  auto charge = co_await database_.WriteOnce(call, std::move(settle));
  co_return std::move(charge);
}

rpc::Reply<KeptCharge> SqlChargeStore::Refund(const rpc::CallContext& call, std::string key, std::string given_back) {
  auto refund = [&key, &given_back](sql::Connection& connection) -> absl::StatusOr<KeptCharge> {
    // One that was declined stays so.
    connection.Execute(
        "INSERT INTO charges (idempotency_key, state) VALUES (?, ?) "
        "ON CONFLICT (idempotency_key) DO UPDATE SET state = excluded.state "
        "WHERE charges.state IN (?, ?) AND charges.attempt = ?",
        {key, static_cast<int>(pb::ChargeRecord::REFUNDED), static_cast<int>(pb::ChargeRecord::STANDING),
         static_cast<int>(pb::ChargeRecord::STATE_UNSPECIFIED), given_back});
    return FindKept(connection, key);
  };
  auto charge = co_await database_.WriteOnce(call, std::move(refund));
  co_return std::move(charge);
}

}  // namespace boutique::payment
