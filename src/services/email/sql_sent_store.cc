// SPDX-License-Identifier: Apache-2.0
#include "services/email/sql_sent_store.h"

#include <utility>

namespace boutique::email {
namespace {

constexpr std::int64_t kDay = std::chrono::milliseconds(std::chrono::hours(24)).count();
constexpr std::int64_t kRemembered = 30 * kDay;

// A few at a time: each claim brings at most one new row.
void Forget(sql::Connection& connection, std::int64_t now) {
  connection.Execute(
      "DELETE FROM sent_mail WHERE message_id IN "
      "(SELECT message_id FROM sent_mail WHERE until_ms < ? ORDER BY until_ms LIMIT 20)",
      {now - kDay});  // a day later, so that the numbers of late claimers are not used again
}

Claim ClaimNow(sql::Connection& connection, const std::string& id, std::int64_t now, std::int64_t until) {
  const std::int64_t inserted = connection.Execute(
      "INSERT INTO sent_mail (message_id, is_sent, claim, until_ms) VALUES (?, 0, 1, ?) ON CONFLICT DO NOTHING",
      {id, until});
  if (inserted == 1) return {Claim::Kind::kMine, 1};
  std::int64_t claim = 0;
  {
    sql::Rows rows =
        connection.QueryForUpdate("SELECT is_sent, claim, until_ms FROM sent_mail WHERE message_id = ?", {id});
    if (!rows.Next()) return {};  // forgotten just now
    if (rows.Integer(2) >= now) return {rows.Integer(0) != 0 ? Claim::Kind::kSent : Claim::Kind::kHeld};
    claim = rows.Integer(1) + 1;
  }
  connection.Execute("UPDATE sent_mail SET is_sent = 0, claim = ?, until_ms = ? WHERE message_id = ?",
                     {claim, until, id});
  return {Claim::Kind::kMine, claim};
}

}  // namespace

rpc::Reply<Claim> SqlSentStore::ClaimToSend(const rpc::CallContext& call, std::string message_id,
                                            std::chrono::milliseconds lease) {
  auto work = [this, &message_id, lease](sql::Connection& connection) -> absl::StatusOr<Claim> {
    const std::int64_t now = clock_.NowMs();
    Forget(connection, now);
    return ClaimNow(connection, message_id, now, now + lease.count());
  };
  auto claim = co_await database_.Write(call, std::move(work));
  co_return std::move(claim);
}

rpc::Reply<bool> SqlSentStore::MarkSent(const rpc::CallContext& call, std::string message_id) {
  auto work = [this, &message_id](sql::Connection& connection) -> absl::StatusOr<bool> {
    connection.Execute("UPDATE sent_mail SET is_sent = 1, until_ms = ? WHERE message_id = ?",
                       {clock_.NowMs() + kRemembered, message_id});
    return true;
  };
  auto marked = co_await database_.Write(call, std::move(work));
  co_return std::move(marked);
}

rpc::Reply<bool> SqlSentStore::Release(const rpc::CallContext& call, std::string message_id, std::int64_t number) {
  auto work = [this, &message_id, number](sql::Connection& connection) -> absl::StatusOr<bool> {
    // The row stays, ended, so that no later claim has this one's number.
    return connection.Execute(
               "UPDATE sent_mail SET until_ms = ? WHERE message_id = ? AND claim = ? AND is_sent = 0",
               {clock_.NowMs() - 1, message_id, number}) == 1;
  };
  auto released = co_await database_.Write(call, std::move(work));
  co_return std::move(released);
}

}  // namespace boutique::email
