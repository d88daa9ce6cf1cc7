// SPDX-License-Identifier: Apache-2.0
// The payment service's methods in a cashier's words.
// Threads: everything here is safe from any.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "hipstershop/payment.grpc.pb.h"

namespace boutique::contract {

namespace pb = ::hipstershop;
using Payments = pb::PaymentService;

// 12.34 dollars from a good card.
pb::ChargeRequest Payment(const std::string& key = "");
absl::StatusOr<pb::ChargeResponse> Charge(const pb::ChargeRequest& request);
absl::StatusOr<pb::ChargeRecord> ChargeOf(const std::string& key);
absl::StatusOr<pb::ChargeRecord> Refund(const std::string& key);

// As CheckRefusal, for the payment service.
void CheckPaymentRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field = "");

}  // namespace boutique::contract
