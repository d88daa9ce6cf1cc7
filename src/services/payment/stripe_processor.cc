// SPDX-License-Identifier: Apache-2.0
#include "services/payment/stripe_processor.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/base/status.h"
#include "platform/telemetry/log.h"

namespace boutique::payment {
namespace {

using Json = nlohmann::json;

constexpr char kIntents[] = "/v1/payment_intents";

Json Parse(const curl::HttpAnswer& answer) {
  Json json = Json::parse(answer.body, nullptr, false);
  return json.is_object() ? json : Json::object();
}

Json Part(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_object() ? *found : Json::object();
}

// Empty if it is absent, no text, or longer than an id or a code may be.
std::string Text(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return "";
  auto text = found->get<std::string>();
  return text.size() <= 100 ? text : "";
}

bool IsTrue(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}

// A word of Stripe's, which may be shown: not its sentences, which repeat what they were given.
std::string Word(const Json& json, const char* name) {
  std::string word = Text(json, name);
  const bool is_word =
      std::all_of(word.begin(), word.end(), [](char c) { return absl::ascii_islower(c) || c == '_'; });
  return is_word ? word : "";
}

std::string DeclineOf(const Json& error) {
  const std::string reason = Word(error, "decline_code");
  // A decline_code that says nothing more is beside a code that does.
  return StripeDecline(reason.empty() || reason == "generic_decline" ? Word(error, "code") : reason);
}

bool IsIntentId(const std::string& id) {
  return absl::StartsWith(id, "pi_") && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_';
  });
}

// Of an answer that is no success.
absl::Status FailureOf(const curl::HttpAnswer& answer) {
  const Json error = Part(Parse(answer), "error");
  const std::string code = Word(error, "code");
  if (answer.status == 401 || answer.status == 403) {
    telemetry::Log(telemetry::Severity::kError, "Stripe refuses the key", {{"status", std::to_string(answer.status)}});
    return absl::UnavailableError("the payment processor refuses its key");
  }
  if (answer.status == 409 || answer.status == 429 || answer.status >= 500) {
    return absl::UnavailableError(absl::StrCat("the payment processor cannot answer now (", answer.status, ")"));
  }
  if (Word(error, "type") == "idempotency_error") {
    return absl::AlreadyExistsError("idempotency_key: was used for another amount or card");
  }
  if (Word(error, "param") == "currency") {
    return base::InvalidField("amount.currency_code", "is no currency that Stripe charges in");
  }
  if (Word(error, "param") == "amount" || absl::StartsWith(code, "amount_too_")) {
    return base::InvalidField("amount", "is too small or too large for Stripe to charge");
  }
  return absl::InternalError(absl::StrCat("the payment processor refuses the request (", answer.status, " ", code, ")"));
}

absl::StatusOr<Payment> PaymentOf(const Json& intent) {
  using State = Payment::State;
  Payment payment{.state = State::kOpen, .id = Text(intent, "id"), .reason = ""};
  if (!IsIntentId(payment.id)) return absl::InternalError("the payment processor's answer is no payment");
  if (IsTrue(intent, "livemode")) return absl::InternalError("the payment processor is not in test mode");
  const std::string status = Text(intent, "status");
  const Json error = Part(intent, "last_payment_error");
  if (status == "requires_confirmation") return payment;
  if (status == "succeeded") {
    payment.state = IsTrue(Part(intent, "latest_charge"), "refunded") ? State::kReturned : State::kStanding;
  } else if (status == "canceled") {
    payment.state = State::kReturned;
  } else if (status == "requires_payment_method" && !error.empty()) {
    payment.state = State::kDeclined;
    payment.reason = DeclineOf(error);
  } else if (status == "processing") {
    return absl::UnavailableError("the payment processor is still charging the card");
  } else {
    return absl::InternalError("the payment is in a state that is not known here");
  }
  return payment;
}

absl::StatusOr<Payment> Declined(const curl::HttpAnswer& answer, std::string id) {
  return Payment{
      .state = Payment::State::kDeclined, .id = std::move(id), .reason = DeclineOf(Part(Parse(answer), "error"))};
}

}  // namespace

std::vector<std::string> StripeProcessor::Headers() const {
  // The version that the answers are read by, whatever the account's is.
  return {absl::StrCat("Authorization: Bearer ", options_.key), "Stripe-Version: 2024-06-20"};
}

rpc::Reply<curl::HttpAnswer> StripeProcessor::Post(const rpc::CallContext& call, std::string path, std::string key,
                                                   Fields fields) {
  curl::HttpRequest request;
  request.method = "POST";
  request.url = options_.base + path;
  request.headers = Headers();
  if (!key.empty()) request.headers.push_back("Idempotency-Key: " + key);
  request.form = curl::EncodeForm(fields);
  auto answer = co_await http_.Send(call, std::move(request));
  co_return std::move(answer);
}

rpc::Reply<Payment> StripeProcessor::Begin(const rpc::CallContext& call, const std::string& key,
                                           const base::Money& amount, const Card& card) {
  const std::string method = co_await rpc::OrReturn(StripePaymentMethod(card));
  const std::int64_t minor = co_await rpc::OrReturn(StripeAmount(amount));
  Fields fields;
  fields.emplace_back("amount", std::to_string(minor));
  fields.emplace_back("currency", absl::AsciiStrToLower(amount.currency));
  fields.emplace_back("payment_method", method);
  fields.emplace_back("payment_method_types[]", "card");
  fields.emplace_back("metadata[idempotency_key]", key);
  const auto answer = co_await Post(call, kIntents, "create-" + key, std::move(fields));
  if (!answer.ok()) co_return answer.status();
  if (answer->status == 402) co_return Declined(*answer, "");
  if (answer->status != 200) co_return FailureOf(*answer);
  co_return PaymentOf(Parse(*answer));
}

rpc::Reply<Payment> StripeProcessor::Confirm(const rpc::CallContext& call, std::string key, std::string id) {
  Fields fields;
  // A card whose bank asks the shopper back is declined.
  fields.emplace_back("error_on_requires_action", "true");
  // What is left then is for reading.
  const rpc::CallContext most = call.Within(call.Left() * 2 / 3);
  const auto answer =
      co_await Post(most, absl::StrCat(kIntents, "/", id, "/confirm"), "confirm-" + key, std::move(fields));
  if (answer.ok() && answer->status == 402) co_return Declined(*answer, std::move(id));
  if (answer.ok() && answer->status == 200) {
    auto payment = PaymentOf(Parse(*answer));
    if (payment.ok() && payment->id == id) co_return std::move(payment);
  }
  auto read = co_await Read(call, std::move(id));
  co_return std::move(read);
}

rpc::Reply<Payment> StripeProcessor::Read(const rpc::CallContext& call, std::string id) {
  curl::HttpRequest request;
  request.url = absl::StrCat(options_.base, kIntents, "/", id, "?expand%5B%5D=latest_charge");
  request.headers = Headers();
  const auto answer = co_await http_.Send(call, std::move(request));
  if (!answer.ok()) co_return answer.status();
  // Of another account, or deleted: no repetition finds it, and only a person can tell what has become of it.
  if (answer->status == 404) co_return absl::FailedPreconditionError("the payment processor does not know this payment");
  if (answer->status != 200) co_return FailureOf(*answer);
  co_return PaymentOf(Parse(*answer));
}

rpc::Reply<Payment> StripeProcessor::GiveBack(const rpc::CallContext& call, std::string id) {
  using State = Payment::State;
  Fields fields;
  fields.emplace_back("cancellation_reason", "abandoned");
  // Without a key: Stripe would repeat a refusal by it even when the intent can be cancelled.
  const rpc::CallContext part = call.Within(call.Left() / 3);
  const auto answer = co_await Post(part, absl::StrCat(kIntents, "/", id, "/cancel"), "", std::move(fields));
  auto payment = answer.ok() && answer->status == 200 ? PaymentOf(Parse(*answer)) : absl::UnavailableError("");
  if (!payment.ok()) payment = co_await Read(call, id);
  if (!payment.ok() || payment->state == State::kReturned) co_return std::move(payment);
  if (payment->state != State::kStanding) co_return absl::UnavailableError("the payment could not be cancelled yet");
  auto refunded = co_await Refund(call, std::move(id));
  co_return std::move(refunded);
}

rpc::Reply<Payment> StripeProcessor::Refund(const rpc::CallContext& call, std::string id) {
  Fields fields;
  fields.emplace_back("payment_intent", id);
  // Without a key, too: of one without an amount Stripe gives back what is left of the charge, so never more than all.
  const auto answer = co_await Post(call, "/v1/refunds", "", std::move(fields));
  if (!answer.ok()) co_return answer.status();
  const Json refund = Parse(*answer);
  Payment returned{.state = Payment::State::kReturned, .id = std::move(id), .reason = ""};
  if (answer->status == 400 && Word(Part(refund, "error"), "code") == "charge_already_refunded") co_return returned;
  if (answer->status != 200) co_return FailureOf(*answer);
  const std::string status = Text(refund, "status");
  if (status == "succeeded" || status == "pending") co_return returned;
  co_return absl::UnavailableError("the payment processor could not give the money back yet");
}

}  // namespace boutique::payment
