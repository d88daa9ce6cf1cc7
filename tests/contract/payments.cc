// SPDX-License-Identifier: Apache-2.0
#include "contract/payments.h"

#include "contract/goods.h"
#include "contract/shop.h"

namespace boutique::contract {

pb::ChargeRequest Payment(const std::string& key) {
  pb::ChargeRequest request;
  *request.mutable_amount() = Amount("USD", 12, 340000000);
  *request.mutable_credit_card() = Card();
  request.set_idempotency_key(key);
  return request;
}

absl::StatusOr<pb::ChargeResponse> Charge(const pb::ChargeRequest& request) {
  return Call<Payments>(&Payments::Stub::Charge, request);
}

absl::StatusOr<pb::ChargeRecord> ChargeOf(const std::string& key) {
  pb::GetChargeRequest request;
  request.set_idempotency_key(key);
  return Call<Payments>(&Payments::Stub::GetCharge, request);
}

absl::StatusOr<pb::ChargeRecord> Refund(const std::string& key) {
  pb::RefundRequest request;
  request.set_idempotency_key(key);
  return Call<Payments>(&Payments::Stub::Refund, request);
}

void CheckPaymentRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field) {
  CheckRefusal(Payments::service_full_name(), status, code, field);
}

}  // namespace boutique::contract
