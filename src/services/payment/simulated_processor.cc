// SPDX-License-Identifier: Apache-2.0
#include "services/payment/simulated_processor.h"

#include "platform/base/ids.h"

namespace boutique::payment {

rpc::Reply<std::string> SimulatedProcessor::Charge(const rpc::CallContext&, const std::string&, const base::Money&,
                                                   const Card& card) {
  if (card.number == "4000000000000002") {
    co_return absl::FailedPreconditionError("The card was declined. Please use another one.");
  }
  if (card.number == "4000000000009995") {
    co_return absl::FailedPreconditionError("The card has insufficient funds. Please use another one.");
  }
  co_return base::RandomUuid();
}

}  // namespace boutique::payment
