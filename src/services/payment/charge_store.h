// SPDX-License-Identifier: Apache-2.0
// Where charges are kept. No card number is.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <string>

#include "hipstershop/payment.pb.h"
#include "platform/rpc/call_context.h"

namespace boutique::payment {

namespace pb = ::hipstershop;

struct KeptCharge {
  pb::ChargeRecord record;
  std::string fingerprint;  // of amount and card; empty for one that was refunded before it was charged
  std::string reason;       // why it was declined, for the shopper
};

class ChargeStore {
 public:
  virtual ~ChargeStore() = default;

  // Keeps a new charge, or answers the one that its key already has, whatever that is. Of concurrent calls with one key
  // one is kept.
  virtual rpc::Reply<KeptCharge> Keep(const rpc::CallContext& call, KeptCharge charge) = 0;
  // NOT_FOUND for an unknown key.
  virtual rpc::Reply<KeptCharge> Get(const rpc::CallContext& call, std::string key) = 0;
  // Marks the key's charge as refunded, or forbids there ever to be one; a declined one stays declined. The charge as
  // it is then.
  virtual rpc::Reply<KeptCharge> Refund(const rpc::CallContext& call, std::string key) = 0;
};

}  // namespace boutique::payment
