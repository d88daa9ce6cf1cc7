// SPDX-License-Identifier: Apache-2.0
#include "services/payment/simulated_processor.h"

#include "platform/base/ids.h"

namespace boutique::payment {

rpc::Reply<Payment> SimulatedProcessor::Begin(const rpc::CallContext&, const std::string&, const base::Money&,
                                              const Card& card) {
  Payment payment{.state = Payment::State::kDeclined, .id = "", .reason = ""};
  if (card.number == "4000000000000002") {
    payment.reason = "The card was declined. Please use another one.";
  } else if (card.number == "4000000000009995") {
    payment.reason = "The card has insufficient funds. Please use another one.";
  } else {
    payment.state = Payment::State::kStanding;
    payment.id = base::RandomUuid();
  }
  co_return payment;
}

}  // namespace boutique::payment
