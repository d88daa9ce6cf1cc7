// SPDX-License-Identifier: Apache-2.0
// Who moves the money.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <string>

#include "platform/base/money.h"
#include "platform/rpc/call_context.h"
#include "services/payment/card.h"

namespace boutique::payment {

class PaymentProcessor {
 public:
  virtual ~PaymentProcessor() = default;

  // Charges the card: the id of the transaction. FAILED_PRECONDITION, with a sentence for the shopper, if the card is
  // declined. Two charges with one key move the money once.
  virtual rpc::Reply<std::string> Charge(const rpc::CallContext& call, const std::string& key,
                                         const base::Money& amount, const Card& card) = 0;
};

}  // namespace boutique::payment
