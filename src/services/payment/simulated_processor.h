// SPDX-License-Identifier: Apache-2.0
// A processor that moves no money: every card is good, but for the well-known numbers that test refusals.
// Threads: stateless, safe from any.
#pragma once

#include "services/payment/payment_processor.h"

namespace boutique::payment {

// 4000 0000 0000 0002 is declined and 4000 0000 0000 9995 has insufficient funds, as Stripe's test cards of these
// numbers (https://docs.stripe.com/testing#declined-payments).
class SimulatedProcessor final : public PaymentProcessor {
 public:
  rpc::Reply<Payment> Begin(const rpc::CallContext& call, const std::string& key, const base::Money& amount,
                            const Card& card) override;
  bool MayBeginInVain() const override { return true; }
};

}  // namespace boutique::payment
