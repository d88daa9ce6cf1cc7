// SPDX-License-Identifier: Apache-2.0
// Charges cards and gives money back.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <string>

#include "hipstershop/payment.grpc.pb.h"
#include "platform/base/clock.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/payment/charge_store.h"
#include "services/payment/payment_processor.h"

namespace boutique::payment {

// The methods' contract is that of protos/hipstershop/payment.proto.
class PaymentService {
 public:
  // All of them outlive the service.
  PaymentService(ChargeStore& charges, PaymentProcessor& processor,
                 const base::Clock& clock = base::SystemClock::Instance())
      : charges_(charges), processor_(processor), clock_(clock) {}

  rpc::Reply<pb::ChargeResponse> Charge(const rpc::CallContext& call, const pb::ChargeRequest& request);
  rpc::Reply<pb::ChargeRecord> GetCharge(const rpc::CallContext& call, const pb::GetChargeRequest& request);
  rpc::Reply<pb::ChargeRecord> Refund(const rpc::CallContext& call, const pb::RefundRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  // Gives back an open payment that is not on record, because its key had another fate meanwhile. Best effort.
  coro::Task<void> Abandon(const rpc::CallContext& call, std::string id);
  // The answer to Charge: of an open charge, when it has been confirmed.
  rpc::Reply<pb::ChargeResponse> Complete(const rpc::CallContext& call, KeptCharge charge, std::string fingerprint);
  // What became of an open charge, as it is on record then. Confirms it, if `may_confirm` and the charge is young
  // enough; one that is too old and was never confirmed is given back. Open if it is at the processor.
  rpc::Reply<KeptCharge> Establish(const rpc::CallContext& call, KeptCharge charge, bool may_confirm);
  rpc::Reply<KeptCharge> GiveBack(const rpc::CallContext& call, std::string key);

  ChargeStore& charges_;
  PaymentProcessor& processor_;
  const base::Clock& clock_;
};

}  // namespace boutique::payment
