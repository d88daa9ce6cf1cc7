// SPDX-License-Identifier: Apache-2.0
#include "services/email/confirmation_sender.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "platform/base/sha256.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"
#include "services/email/confirmation_view.h"

namespace boutique::email {
namespace {

constexpr std::chrono::milliseconds kFirstPause(20);
constexpr std::chrono::milliseconds kLongestPause(500);
// For writing down what became of a letter, whatever the caller's time.
constexpr auto kNoting = std::chrono::seconds(5);
constexpr char kCounter[] = "email_confirmations_total";
constexpr char kCounterHelp[] = "Order confirmations that were to be mailed, by outcome.";

// Whether the same letter would be refused again.
bool IsForGood(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status);
}

}  // namespace

std::string MessageIdOf(absl::string_view order_id, absl::string_view host) {
  const bool plain = std::all_of(order_id.begin(), order_id.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_';
  });
  return absl::StrCat("<order-", plain ? std::string(order_id) : absl::BytesToHexString(base::Sha256(order_id)), "@",
                      host, ">");
}

ConfirmationSender::ConfirmationSender(SentStore& sent, Mailer& mailer, const base::Clock& clock,
                                       telemetry::Metrics& metrics, Options options)
    : sent_(sent),
      mailer_(mailer),
      clock_(clock),
      options_(std::move(options)),
      host_(options_.from.address.substr(options_.from.address.find('@') + 1)),
      sent_now_(metrics.Counter(kCounter, kCounterHelp, {{"outcome", "sent"}})),
      repeated_(metrics.Counter(kCounter, kCounterHelp, {{"outcome", "repeated"}})),
      refused_(metrics.Counter(kCounter, kCounterHelp, {{"outcome", "refused"}})),
      failed_(metrics.Counter(kCounter, kCounterHelp, {{"outcome", "failed"}})) {}

rpc::Reply<Claim> ConfirmationSender::AwaitClaim(const rpc::CallContext& call, std::string message_id) {
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    // It may wait for a free connection as long as the caller does.
    const auto lease = options_.longest_sending + std::chrono::ceil<std::chrono::milliseconds>(call.Left());
    auto claim = co_await sent_.ClaimToSend(call, message_id, lease);
    if (!claim.ok() || claim->kind != Claim::Kind::kHeld) co_return std::move(claim);
    const bool in_time = call.Left() > pause;
    if (!in_time) co_return absl::UnavailableError("another call is sending this confirmation");
    const bool elapsed = co_await rpc::Sleep(call, pause);
    if (!elapsed) co_return absl::CancelledError("the caller has gone");
  }
}

coro::Task<absl::Status> ConfirmationSender::SendClaimed(const rpc::CallContext& call,
                                                         const pb::SendOrderConfirmationRequest& request,
                                                         std::string message_id, std::int64_t claim) {
  const ConfirmationView view = ViewOf(request.order());
  Letter letter{.from = options_.from,
                .to = request.email(),
                .subject = SubjectOf(view),
                .message_id = message_id,
                .date = clock_.Now(),
                .text = TextOf(view),
                .html = HtmlOf(view)};
  const absl::Status outcome = co_await mailer_.Send(call, std::move(letter));
  const rpc::CallContext noting = call.Detached(kNoting);
  if (!outcome.ok()) {
    const auto released = co_await sent_.Release(noting, std::move(message_id), claim);
    (void)released;  // otherwise it ends by itself
    co_return outcome;
  }
  const auto marked = co_await sent_.MarkSent(noting, std::move(message_id));
  if (!marked.ok()) {
    telemetry::Log(telemetry::Severity::kError, "a sent confirmation could not be remembered",
                   {{"order_id", request.order().order_id()}, {"error", marked.status().message()}});
  }
  co_return absl::OkStatus();
}

void ConfirmationSender::Note(const pb::SendOrderConfirmationRequest& request, const absl::Status& outcome) {
  const std::string& order_id = request.order().order_id();
  if (outcome.ok()) {
    sent_now_.Increment();
    telemetry::Log(telemetry::Severity::kInfo, "order confirmed to its buyer", {{"order_id", order_id}});
    return;
  }
  (IsForGood(outcome) ? refused_ : failed_).Increment();
  telemetry::Log(telemetry::Severity::kWarning, "an order could not be confirmed to its buyer",
                 {{"order_id", order_id}, {"for_good", IsForGood(outcome)}, {"error", outcome.message()}});
}

rpc::Reply<pb::Empty> ConfirmationSender::Send(const rpc::CallContext& call,
                                               const pb::SendOrderConfirmationRequest& request) {
  const std::string message_id = MessageIdOf(request.order().order_id(), host_);
  const auto claim = co_await AwaitClaim(call, message_id);
  if (claim.ok() && claim->kind == Claim::Kind::kSent) {
    repeated_.Increment();
    co_return pb::Empty();
  }
  absl::Status outcome = claim.status();
  if (claim.ok()) outcome = co_await SendClaimed(call, request, message_id, claim->number);
  Note(request, outcome);
  if (!outcome.ok()) co_return outcome;
  co_return pb::Empty();
}

}  // namespace boutique::email
