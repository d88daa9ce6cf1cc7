// SPDX-License-Identifier: Apache-2.0
#include "services/payment/payment_service.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/ids.h"
#include "platform/base/money.h"
#include "platform/base/sha256.h"

namespace boutique::payment {
namespace {

using rpc::OrReturn;

constexpr auto kRecordBudget = std::chrono::seconds(5);

absl::Status CheckAmount(const pb::ChargeRequest& request) {
  if (!request.has_amount()) return base::InvalidField("amount", "is required");
  const base::Money amount = base::Money::Of(request.amount());
  if (absl::Status bad = base::CheckMoney("amount", amount); !bad.ok()) return bad;
  if (amount.IsNegative()) return base::InvalidField("amount", "must not be negative");
  return absl::OkStatus();
}

// What a repeat must have in common with the first charge. Of the card only what is kept anyway: from a digest of the
// whole number the number could be found by trying.
std::string FingerprintOf(const base::Money& amount, const Card& card) {
  return absl::BytesToHexString(base::Sha256(absl::StrCat(base::ToString(amount), ";", card.brand, ";", card.last_four,
                                                          ";", card.expiration_year, ";", card.expiration_month)));
}

// The answer that a charge on record gives to whoever charges with its key and fingerprint.
absl::StatusOr<pb::ChargeResponse> AnswerOf(const KeptCharge& charge, const std::string& fingerprint) {
  const pb::ChargeRecord& record = charge.record;
  if (charge.fingerprint.empty()) return absl::FailedPreconditionError("the charge of this key was refunded");
  if (charge.fingerprint != fingerprint) {
    return absl::AlreadyExistsError("idempotency_key: was used for another amount or card");
  }
  if (record.state() == pb::ChargeRecord::DECLINED) return absl::FailedPreconditionError(charge.reason);
  if (record.state() == pb::ChargeRecord::REFUNDED) {
    return absl::FailedPreconditionError("the charge of this key was refunded");
  }
  pb::ChargeResponse reply;
  reply.set_transaction_id(record.transaction_id());
  reply.set_card_brand(record.card_brand());
  reply.set_card_last_four(record.card_last_four());
  return reply;
}

}  // namespace

rpc::Reply<pb::ChargeResponse> PaymentService::Charge(const rpc::CallContext& call, const pb::ChargeRequest& request) {
  co_await OrReturn(CheckAmount(request));
  if (!request.has_credit_card()) co_return base::InvalidField("credit_card", "is required");
  if (!request.idempotency_key().empty()) co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
  const Card card = co_await OrReturn(CheckCard(request.credit_card(), clock_.Now()));
  const base::Money amount = base::Money::Of(request.amount());
  const std::string fingerprint = FingerprintOf(amount, card);

  KeptCharge charge;
  // A charge without a key is one of its own, kept like the others.
  charge.record.set_idempotency_key(request.idempotency_key().empty() ? base::RandomUuid()
                                                                      : request.idempotency_key());
  if (!request.idempotency_key().empty()) {
    const auto earlier = co_await charges_.Get(call, request.idempotency_key());
    if (earlier.ok()) co_return AnswerOf(*earlier, fingerprint);
    if (!absl::IsNotFound(earlier.status())) co_return earlier.status();
  }
  const auto transaction = co_await processor_.Charge(call, charge.record.idempotency_key(), amount, card);
  if (!transaction.ok() && !absl::IsFailedPrecondition(transaction.status())) co_return transaction.status();
  charge.record.set_state(transaction.ok() ? pb::ChargeRecord::STANDING : pb::ChargeRecord::DECLINED);
  charge.record.set_transaction_id(transaction.ok() ? *transaction : "");
  charge.reason = std::string(transaction.status().message());
  charge.fingerprint = fingerprint;
  charge.record.set_card_brand(card.brand);
  charge.record.set_card_last_four(card.last_four);
  *charge.record.mutable_amount() = request.amount();
  // Whoever asked may have gone meanwhile, but the money has moved: that is recorded all the same.
  const rpc::CallContext own = call.Detached(kRecordBudget);
  const auto kept = co_await charges_.Keep(own, std::move(charge));
  if (!kept.ok()) co_return kept.status();
  co_return AnswerOf(*kept, fingerprint);
}

rpc::Reply<pb::ChargeRecord> PaymentService::GetCharge(const rpc::CallContext& call,
                                                       const pb::GetChargeRequest& request) {
  co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
  auto charge = co_await charges_.Get(call, request.idempotency_key());
  if (!charge.ok()) co_return charge.status();
  co_return std::move(charge->record);
}

rpc::Reply<pb::ChargeRecord> PaymentService::Refund(const rpc::CallContext& call, const pb::RefundRequest& request) {
  co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
  auto charge = co_await charges_.Refund(call, request.idempotency_key());
  if (!charge.ok()) co_return charge.status();
  co_return std::move(charge->record);
}

void PaymentService::RegisterWith(rpc::Server& server) {
  using Async = pb::PaymentService::AsyncService;
  server.Add<pb::PaymentService>(*this, rpc::Method<&Async::RequestCharge, &PaymentService::Charge>{},
                                 rpc::Method<&Async::RequestGetCharge, &PaymentService::GetCharge>{},
                                 rpc::Method<&Async::RequestRefund, &PaymentService::Refund>{});
}

}  // namespace boutique::payment
