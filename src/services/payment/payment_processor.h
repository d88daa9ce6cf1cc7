// SPDX-License-Identifier: Apache-2.0
// Who moves the money.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <string>

#include "platform/base/money.h"
#include "platform/rpc/call_context.h"
#include "services/payment/card.h"

namespace boutique::payment {

// What has become of a payment at its processor.
struct Payment {
  enum class State {
    kOpen,      // no money has moved, and none does unless Confirm is called
    kStanding,  // the money is ours
    kDeclined,  // no money moves
    kReturned,  // the money was given back, or never moves
  };
  State state = State::kOpen;
  std::string id;      // the transaction's; an open payment has one
  std::string reason;  // of kDeclined: a sentence for the shopper
};

// A processor whose Begin leaves no payment open needs no other method: then there is nothing in doubt, and what it
// charged is given back by its record alone.
class PaymentProcessor {
 public:
  virtual ~PaymentProcessor() = default;

  // Begins to charge the card: kStanding or kDeclined if that was all, or kOpen, and then the id is to be stored before
  // Confirm is called with it. Two with one key give one payment. INVALID_ARGUMENT, which names the field, for a card
  // or an amount that the processor does not take; ALREADY_EXISTS if the key has a payment of another amount or card.
  virtual rpc::Reply<Payment> Begin(const rpc::CallContext& call, const std::string& key, const base::Money& amount,
                                    const Card& card) = 0;
  // Whether Begin is done at no cost and comes to nothing where its outcome is not kept: then nobody need ask before
  // whether the key has been charged. (While nothing can be kept, a repeat then fails, though its first could be read.)
  virtual bool MayBeginInVain() const { return false; }
  // Charges an open payment. kOpen if it did not come to that; UNAVAILABLE and the like while nobody knows.
  virtual rpc::Reply<Payment> Confirm(const rpc::CallContext&, std::string /*key*/, std::string /*id*/) {
    co_return Foreign();
  }
  // Changes nothing. UNAVAILABLE and the like while nobody knows.
  virtual rpc::Reply<Payment> Read(const rpc::CallContext&, std::string /*id*/) { co_return Foreign(); }
  // Cancels what is open and refunds what stands; OK when no money of it is ours or ever will be.
  virtual rpc::Reply<Payment> GiveBack(const rpc::CallContext&, std::string /*id*/) {
    co_return Foreign();
  }

 private:
  static absl::Status Foreign() {
    return absl::UnavailableError("this charge is at a payment processor that this service is not set up for");
  }
};

}  // namespace boutique::payment
