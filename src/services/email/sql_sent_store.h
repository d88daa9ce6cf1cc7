// SPDX-License-Identifier: Apache-2.0
// What was sent, in a relational database.
// Threads: as SentStore.
#pragma once

#include <string>

#include "platform/base/clock.h"
#include "platform/storage/sql/database.h"
#include "services/email/sent_store.h"

namespace boutique::email {

class SqlSentStore final : public SentStore {
 public:
  // `database` has the tables of SentSchema; it and the clock outlive the store.
  SqlSentStore(sql::Database& database, const base::Clock& clock) : database_(database), clock_(clock) {}

  rpc::Reply<Claim> ClaimToSend(const rpc::CallContext& call, std::string message_id,
                                std::chrono::milliseconds lease) override;
  rpc::Reply<bool> MarkSent(const rpc::CallContext& call, std::string message_id) override;
  rpc::Reply<bool> Release(const rpc::CallContext& call, std::string message_id, std::int64_t number) override;

 private:
  sql::Database& database_;
  const base::Clock& clock_;
};

}  // namespace boutique::email
