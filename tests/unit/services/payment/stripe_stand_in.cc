// SPDX-License-Identifier: Apache-2.0
#include "stripe_stand_in.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/http/forms.h"
#include "support/catch.h"

namespace boutique::payment {
namespace {

std::string HeaderOf(const std::string& head, const std::string& name) {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto from = at + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

// Reads until `text` holds one request: its head ends at the result; npos when the connection has ended.
std::size_t ReadRequest(int connection, std::string* text) {
  char buffer[4096];
  for (;;) {
    const auto end = text->find("\r\n\r\n");
    if (end != std::string::npos) {
      const auto length = std::strtoul(HeaderOf(*text, "Content-Length").c_str(), nullptr, 10);
      if (text->size() >= end + 4 + length) return end + 4;
    }
    const ssize_t got = ::recv(connection, buffer, sizeof(buffer), 0);
    if (got <= 0) return std::string::npos;
    text->append(buffer, static_cast<std::size_t>(got));
  }
}

// The kind and the intent of a request line.
std::pair<std::string, std::string> KindOf(const std::string& head) {
  const std::string target = head.substr(0, head.find(" HTTP/"));
  if (target == "POST /v1/payment_intents") return {"create", ""};
  if (target == "POST /v1/refunds") return {"refund", ""};
  const std::string path = "/v1/payment_intents/";
  const auto at = target.find(path);
  if (at == std::string::npos) return {"unknown", ""};
  std::string rest = target.substr(at + path.size());
  const std::string id = rest.substr(0, rest.find_first_of("/?"));
  if (target.starts_with("GET ")) return {"read", id};
  if (rest == id + "/confirm") return {"confirm", id};
  if (rest == id + "/cancel") return {"cancel", id};
  return {"unknown", ""};
}

}  // namespace

StripeStandIn::StripeStandIn() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener_, 64) == 0);
  REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

StripeStandIn::~StripeStandIn() {
  Release();
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int connection : connections_) ::close(connection);
}

void StripeStandIn::Accept() {
  for (;;) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const std::lock_guard lock(mutex_);
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] {
      Serve(connection);
      ::shutdown(connection, SHUT_RDWR);
    });
  }
}

void StripeStandIn::Serve(int connection) {
  std::string text;
  for (;;) {
    const std::size_t head_end = ReadRequest(connection, &text);
    if (head_end == std::string::npos) return;
    const std::string head = text.substr(0, head_end);
    const std::size_t length = std::strtoul(HeaderOf(head, "Content-Length").c_str(), nullptr, 10);
    const std::string body = text.substr(head_end, length);
    text.erase(0, head_end + length);
    if (!Reply(connection, head, body)) return;
  }
}

bool StripeStandIn::Reply(int connection, const std::string& head, const std::string& body) {
  const auto [kind, id] = KindOf(head);
  Fields fields;
  if (const auto form = http::ParseUrlEncoded(body); form.ok()) {
    for (const auto& [name, value] : form->fields()) fields[name] = value;
  }
  Answer answer{.status = 401, .body = R"({"error":{"type":"invalid_request_error"}})"};
  {
    std::unique_lock lock(mutex_);
    heard_ += head + body;
    ++seen_[kind];
    Fault fault = Fault::kNone;
    if (auto& next = faults_[kind]; !next.empty()) {
      fault = next.front();
      next.pop_front();
    }
    changed_.notify_all();
    if (fault == Fault::kDropUnseen) return false;
    if (fault == Fault::kBusy) {
      answer = {.status = 503, .body = "<html>busy</html>"};
    } else if (HeaderOf(head, "Authorization") == "Bearer " + key() && !HeaderOf(head, "Stripe-Version").empty()) {
      answer = Handle(kind, id, HeaderOf(head, "Idempotency-Key"), fields, body, fault);
    }
    if (fault == Fault::kDropDone) return false;
    if (fault == Fault::kHold) changed_.wait(lock, [this] { return released_; });
  }
  const std::string wire = absl::StrCat("HTTP/1.1 ", answer.status, " Answer\r\nContent-Type: application/json\r\n",
                                        "Content-Length: ", answer.body.size(), "\r\n\r\n", answer.body);
  return ::send(connection, wire.data(), wire.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(wire.size());
}

StripeStandIn::Answer StripeStandIn::Handle(const std::string& kind, const std::string& id, const std::string& key,
                                            const Fields& fields, const std::string& body, Fault fault) {
  const auto answer_first = [&] {
    if (fault == Fault::kPoor) return Refuse("invalid_request_error", "balance_insufficient");
    if (fault == Fault::kBroken) return Answer{.status = 500, .body = R"({"error":{"type":"api_error"}})"};
    return Do(kind, id, fields);
  };
  if (key.empty()) return answer_first();
  const auto found = repeats_.find(key);
  if (found == repeats_.end()) {
    const Answer answer = answer_first();
    repeats_[key] = {kind + id + body, answer};
    return answer;
  }
  return found->second.first == kind + id + body ? found->second.second : Refuse("idempotency_error", "");
}

StripeStandIn::Answer StripeStandIn::Do(const std::string& kind, const std::string& id, const Fields& fields) {
  if (kind == "create") return Create(fields);
  const std::string wanted = kind == "refund" && fields.contains("payment_intent") ? fields.at("payment_intent") : id;
  const auto found = intents_.find(wanted);
  if (found == intents_.end()) return {.status = 404, .body = R"({"error":{"code":"resource_missing"}})"};
  Intent& intent = found->second;
  if (kind == "read") return {.status = 200, .body = Json(wanted)};
  if (kind == "confirm") return Confirm(wanted);
  if (kind == "cancel") {
    if (intent.status == "succeeded" || intent.status == "canceled" || intent.status == "processing") {
      return Refuse("invalid_request_error", "payment_intent_unexpected_state");
    }
    intent.status = "canceled";
    return {.status = 200, .body = Json(wanted)};
  }
  if (intent.status != "succeeded") return Refuse("invalid_request_error", "payment_intent_unexpected_state");
  if (intent.refunded) return Refuse("invalid_request_error", "charge_already_refunded");
  intent.refunded = true;
  return {.status = 200, .body = R"({"id":"re_1","object":"refund","status":"succeeded"})"};
}

StripeStandIn::Answer StripeStandIn::Create(const Fields& fields) {
  const auto field = [&fields](const std::string& name) { return fields.contains(name) ? fields.at(name) : ""; };
  if (!absl::StartsWith(field("payment_method"), "pm_card_") || field("payment_method_types[]") != "card") {
    return Refuse("invalid_request_error", "parameter_missing");
  }
  if (std::atoll(field("amount").c_str()) < 50) return Refuse("invalid_request_error", "amount_too_small");
  const std::string id = absl::StrCat("pi_", intents_.size() + 1);
  Intent& intent = intents_[id];
  intent.payment_method = field("payment_method");
  intent.amount = field("amount");
  intent.currency = field("currency");
  return {.status = 200, .body = Json(id)};
}

StripeStandIn::Answer StripeStandIn::Confirm(const std::string& id) {
  Intent& intent = intents_[id];
  if (intent.status != "requires_confirmation" && intent.status != "requires_payment_method") {
    return Refuse("invalid_request_error", "payment_intent_unexpected_state");
  }
  const bool is_poor = absl::EndsWith(intent.payment_method, "InsufficientFunds");
  if (is_poor || absl::StrContains(intent.payment_method, "chargeDeclined")) {
    intent.status = "requires_payment_method";
    Answer declined = Refuse("card_error", "card_declined", is_poor ? "insufficient_funds" : "generic_decline");
    declined.status = 402;
    return declined;
  }
  intent.status = "succeeded";
  ++intent.charges;
  return {.status = 200, .body = Json(id)};
}

std::string StripeStandIn::Json(const std::string& id) const {
  const Intent& intent = intents_.at(id);
  std::string error = "null";
  if (intent.status == "requires_payment_method") {
    error = absl::StrCat(R"({"type":"card_error","code":"card_declined","decline_code":")",
                         absl::EndsWith(intent.payment_method, "InsufficientFunds") ? "insufficient_funds" : "fraudulent",
                         R"("})");
  }
  return absl::StrCat(R"({"id":")", id, R"(","object":"payment_intent","livemode":false,"status":")", intent.status,
                      R"(","last_payment_error":)", error, R"(,"latest_charge":)",
                      intent.charges == 0 ? "null" : intent.refunded ? R"({"refunded":true})" : R"({"refunded":false})",
                      "}");
}

StripeStandIn::Answer StripeStandIn::Refuse(const std::string& type, const std::string& code,
                                            const std::string& decline) {
  return {.status = 400,
          .body = absl::StrCat(R"({"error":{"type":")", type, R"(","code":")", code, R"(","decline_code":")", decline,
                               R"(","message":"Your key sk_test_stand_in asked for this."}})")};
}

void StripeStandIn::Next(const std::string& kind, std::vector<Fault> faults) {
  const std::lock_guard lock(mutex_);
  faults_[kind].assign(faults.begin(), faults.end());
}

void StripeStandIn::Release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

int StripeStandIn::Seen(const std::string& kind) const {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(kind);
  return found == seen_.end() ? 0 : found->second;
}

std::map<std::string, StripeStandIn::Intent> StripeStandIn::Intents() const {
  const std::lock_guard lock(mutex_);
  return intents_;
}

StripeStandIn::Intent StripeStandIn::Only() const {
  const auto intents = Intents();
  REQUIRE(intents.size() == 1);
  return intents.begin()->second;
}

void StripeStandIn::Put(const std::string& status) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, intent] : intents_) {
    intent.status = status;
    if (status == "succeeded") intent.charges = 1;
  }
}

std::string StripeStandIn::Heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

}  // namespace boutique::payment
