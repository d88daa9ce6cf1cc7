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
#include "platform/telemetry/log.h"

namespace boutique::payment {
namespace {

using rpc::OrReturn;

constexpr auto kRecordBudget = std::chrono::seconds(5);
constexpr auto kProcessorBudget = std::chrono::seconds(12);
// A processor knows a repeat by its key for a day at least; what is older than this is only read.
constexpr auto kResendFor = std::chrono::hours(12);

pb::ChargeRecord::State StateOf(Payment::State state) {
  switch (state) {
    case Payment::State::kStanding: return pb::ChargeRecord::STANDING;
    case Payment::State::kDeclined: return pb::ChargeRecord::DECLINED;
    case Payment::State::kReturned: return pb::ChargeRecord::REFUNDED;
    case Payment::State::kOpen: break;
  }
  return pb::ChargeRecord::STATE_UNSPECIFIED;
}

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
  if (charge.IsOpen()) return absl::UnavailableError("it is not known yet whether the card was charged");
  pb::ChargeResponse reply;
  reply.set_transaction_id(record.transaction_id());
  reply.set_card_brand(record.card_brand());
  reply.set_card_last_four(record.card_last_four());
  return reply;
}

// Of a charge that was begun every failure leaves open whether the money has moved, whatever its own code says: one that
// a full queue refused may have been the record of a card that was charged. Only UNAVAILABLE is never taken for a no.
absl::Status Unclear(const absl::Status& failure) {
  return absl::UnavailableError(absl::StrCat("it is not known yet whether the card was charged: ", failure.message()));
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
  if (!request.idempotency_key().empty() && !processor_.MayBeginInVain()) {
    auto earlier = co_await charges_.Get(call, request.idempotency_key());
    if (earlier.ok()) {
      auto answer = co_await Complete(call, *std::move(earlier), fingerprint);
      co_return std::move(answer);
    }
    if (!absl::IsNotFound(earlier.status())) co_return earlier.status();
  }
  const auto payment = co_await processor_.Begin(call, charge.record.idempotency_key(), amount, card);
  if (!payment.ok()) co_return payment.status();
  charge.record.set_state(StateOf(payment->state));
  charge.record.set_transaction_id(payment->id);
  charge.reason = payment->reason;
  charge.fingerprint = fingerprint;
  charge.record.set_card_brand(card.brand);
  charge.record.set_card_last_four(card.last_four);
  *charge.record.mutable_amount() = request.amount();
  if (charge.IsOpen()) {
    charge.attempt = payment->id;
    charge.attempted_at_ms = clock_.NowMs();
  }
  // Whoever asked may have gone meanwhile, but the money may have moved: that is recorded all the same.
  const rpc::CallContext own = call.Detached(kRecordBudget);
  auto kept = co_await charges_.Keep(own, std::move(charge));
  const bool is_anothers = kept.ok() && kept->attempt != payment->id;
  if (payment->state == Payment::State::kOpen && is_anothers) co_await Abandon(call, payment->id);
  if (!kept.ok()) co_return Unclear(kept.status());
  auto answer = co_await Complete(call, *std::move(kept), fingerprint);
  co_return std::move(answer);
}

coro::Task<void> PaymentService::Abandon(const rpc::CallContext& call, std::string id) {
  const rpc::CallContext own = call.Detached(kProcessorBudget);
  const auto abandoned = co_await processor_.GiveBack(own, id);
  if (abandoned.ok()) co_return;
  // It is never confirmed: no money moves.
  telemetry::Log(telemetry::Severity::kWarning, "a payment stays open at its processor",
                 {{"transaction_id", id}, {"error", abandoned.status().message()}});
}

rpc::Reply<pb::ChargeResponse> PaymentService::Complete(const rpc::CallContext& call, KeptCharge charge,
                                                        std::string fingerprint) {
  if (!charge.IsOpen() || charge.fingerprint != fingerprint) co_return AnswerOf(charge, fingerprint);
  const auto established = co_await Establish(call, std::move(charge), true);
  if (!established.ok()) co_return Unclear(established.status());
  co_return AnswerOf(*established, fingerprint);
}

rpc::Reply<KeptCharge> PaymentService::Establish(const rpc::CallContext& call, KeptCharge charge, bool may_confirm) {
  co_await OrReturn(call.Alive());
  // What is begun here runs to its end.
  const rpc::CallContext own = call.Detached(kProcessorBudget);
  const std::string key = charge.record.idempotency_key();
  const bool is_old = std::chrono::milliseconds(clock_.NowMs() - charge.attempted_at_ms) >= kResendFor;
  absl::StatusOr<Payment> payment = Payment();
  if (may_confirm && !is_old) {
    payment = co_await processor_.Confirm(own, key, charge.attempt);
  } else {
    payment = co_await processor_.Read(own, charge.attempt);
  }
  if (!payment.ok()) co_return payment.status();
  if (payment->state != Payment::State::kOpen) {
    const rpc::CallContext recording = call.Detached(kRecordBudget);
    auto settled = co_await charges_.Settle(recording, key, StateOf(payment->state), std::move(payment->reason));
    co_return std::move(settled);
  }
  if (!may_confirm || !is_old) co_return std::move(charge);
  auto given_back = co_await GiveBack(own, key);
  co_return std::move(given_back);
}

rpc::Reply<KeptCharge> PaymentService::GiveBack(const rpc::CallContext& call, std::string key) {
  auto charge = co_await charges_.Refund(call, key, "");
  const bool is_at_processor =
      charge.ok() && (charge->IsOpen() || charge->record.state() == pb::ChargeRecord::STANDING);
  if (!is_at_processor) co_return std::move(charge);
  const std::string attempt = charge->attempt;
  const auto returned = co_await processor_.GiveBack(call, attempt);
  if (!returned.ok()) co_return returned.status();
  const rpc::CallContext recording = call.Detached(kRecordBudget);
  charge = co_await charges_.Refund(recording, std::move(key), attempt);
  co_return std::move(charge);
}

rpc::Reply<pb::ChargeRecord> PaymentService::GetCharge(const rpc::CallContext& call,
                                                       const pb::GetChargeRequest& request) {
  co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
  auto charge = co_await charges_.Get(call, request.idempotency_key());
  if (charge.ok() && charge->IsOpen()) charge = co_await Establish(call, *std::move(charge), false);
  if (!charge.ok()) co_return charge.status();
  if (charge->IsOpen()) co_return absl::NotFoundError("the charge of this key was begun, and nothing was charged");
  co_return std::move(charge->record);
}

rpc::Reply<pb::ChargeRecord> PaymentService::Refund(const rpc::CallContext& call, const pb::RefundRequest& request) {
  co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
  auto charge = co_await GiveBack(call, request.idempotency_key());
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
