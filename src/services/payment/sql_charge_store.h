// SPDX-License-Identifier: Apache-2.0
// Charges in a relational database.
// Threads: as ChargeStore.
#pragma once

#include <string>

#include "platform/storage/sql/database.h"
#include "services/payment/charge_store.h"

namespace boutique::payment {

class SqlChargeStore final : public ChargeStore {
 public:
  // `database` has the tables of ChargeSchema and outlives the store.
  explicit SqlChargeStore(sql::Database& database) : database_(database) {}

  rpc::Reply<KeptCharge> Keep(const rpc::CallContext& call, KeptCharge charge) override;
  rpc::Reply<KeptCharge> Get(const rpc::CallContext& call, std::string key) override;
  rpc::Reply<KeptCharge> Settle(const rpc::CallContext& call, std::string key, pb::ChargeRecord::State state,
                                std::string reason) override;
  rpc::Reply<KeptCharge> Refund(const rpc::CallContext& call, std::string key, std::string given_back) override;

 private:
  sql::Database& database_;
};

}  // namespace boutique::payment
