// SPDX-License-Identifier: Apache-2.0
// Where charges are kept. No card number is.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <cstdint>
#include <string>

#include "hipstershop/payment.pb.h"
#include "platform/rpc/call_context.h"

namespace boutique::payment {

namespace pb = ::hipstershop;

struct KeptCharge {
  pb::ChargeRecord record;
  std::string fingerprint;  // of amount and card; empty for one that was refunded before it was charged
  std::string reason;       // why it was declined, for the shopper
  // The payment at a processor that has to be asked what became of it and to give it back; empty if there is none. Until
  // it is known to have ended the record's state is STATE_UNSPECIFIED.
  std::string attempt;
  std::int64_t attempted_at_ms = 0;  // since 1970

  bool IsOpen() const { return record.state() == pb::ChargeRecord::STATE_UNSPECIFIED; }
};

class ChargeStore {
 public:
  virtual ~ChargeStore() = default;

  // Keeps a new charge, or answers the one that its key already has, whatever that is. Of concurrent calls with one key
  // one is kept.
  virtual rpc::Reply<KeptCharge> Keep(const rpc::CallContext& call, KeptCharge charge) = 0;
  // NOT_FOUND for an unknown key.
  virtual rpc::Reply<KeptCharge> Get(const rpc::CallContext& call, std::string key) = 0;
  // Gives the key's charge its state and reason if it is open, and leaves it otherwise. The charge as it is then;
  // NOT_FOUND for an unknown key.
  virtual rpc::Reply<KeptCharge> Settle(const rpc::CallContext& call, std::string key, pb::ChargeRecord::State state,
                                        std::string reason) = 0;
  // Marks the key's charge as refunded, or forbids there ever to be one; a declined one stays declined, and so does one
  // with an attempt other than `given_back` stay as it is: that is to be given back first. The charge as it is then.
  virtual rpc::Reply<KeptCharge> Refund(const rpc::CallContext& call, std::string key, std::string given_back) = 0;
};

}  // namespace boutique::payment
