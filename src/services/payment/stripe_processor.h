// SPDX-License-Identifier: Apache-2.0
// Charges Stripe's test cards by PaymentIntents of its test mode (https://docs.stripe.com/api/payment_intents).
// Threads: as PaymentProcessor.
//
// Begin creates an intent without confirming it, which moves no money. What Stripe did not answer clearly is read by
// the intent's id. No card number is sent, only the name of a test payment method.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/curl/http_client.h"
#include "services/payment/payment_processor.h"
#include "services/payment/stripe_settings.h"

namespace boutique::payment {

class StripeProcessor final : public PaymentProcessor {
 public:
  // `http` outlives the processor.
  StripeProcessor(curl::HttpClient& http, StripeOptions options) : http_(http), options_(std::move(options)) {}

  rpc::Reply<Payment> Begin(const rpc::CallContext& call, const std::string& key, const base::Money& amount,
                            const Card& card) override;
  rpc::Reply<Payment> Confirm(const rpc::CallContext& call, std::string key, std::string id) override;
  rpc::Reply<Payment> Read(const rpc::CallContext& call, std::string id) override;
  rpc::Reply<Payment> GiveBack(const rpc::CallContext& call, std::string id) override;

 private:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  rpc::Reply<Payment> Refund(const rpc::CallContext& call, std::string id);
  // `key` empty: without an Idempotency-Key.
  rpc::Reply<curl::HttpAnswer> Post(const rpc::CallContext& call, std::string path, std::string key, Fields fields);
  std::vector<std::string> Headers() const;

  curl::HttpClient& http_;
  const StripeOptions options_;
};

}  // namespace boutique::payment
