// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/problem.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/api/json.h"

namespace boutique::gateway {
namespace {

constexpr absl::string_view kTypePrefix = "urn:problem-type:boutique:";
constexpr absl::string_view kRetryAfterSeconds = "2";

absl::string_view DetailOf(int status) {
  switch (status) {
    case 400: return "The request is not what this method takes.";
    case 401: return "A session is needed: the cookie shop_session-id, or the same value as bearer token.";
    case 403: return "This request comes from a page of another site.";
    case 404: return "There is nothing by that name here.";
    case 405: return "This method is not offered here; the Allow header says which are.";
    case 406: return "The answer is application/json.";
    case 409: return "This conflicts with what was asked for before.";
    case 413: return "The request is too large.";
    case 415: return "Send the body as application/json.";
    case 422: return "That cannot be done as things are.";
    case 429: return "Too many requests. Try again in a moment.";
    case 431: return "The request's headers are too large.";
    case 501: return "This shop cannot do that.";
    case 503: return "The shop cannot answer this at the moment. Try again in a moment.";
    default: return status < 500 ? "The request cannot be answered." : "Something went wrong on our side.";
  }
}

// "item.quantity: must be …" is about a field; other messages are nobody's business. A name that a client
// wrote may hold anything.
bool SplitFault(absl::string_view message, bool as_written, absl::string_view* field, absl::string_view* what) {
  const std::size_t colon = as_written ? message.rfind(": ") : message.find(": ");
  if (colon == absl::string_view::npos) return false;
  *field = message.substr(0, colon);
  *what = message.substr(colon + 2);
  if (as_written) return true;
  return !field->empty() && std::all_of(field->begin(), field->end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("_.-[]", c);
  });
}

bool IsAboutInput(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsOutOfRange(status);
}

}  // namespace

v1::Problem ProblemOf(int status) {
  v1::Problem problem;
  problem.set_type("about:blank");
  problem.set_title(std::string(http::ReasonPhrase(status)));
  problem.set_status(status);
  problem.set_detail(std::string(DetailOf(status)));
  return problem;
}

v1::Problem ProblemOf(const absl::Status& status, FieldNames names) {
  const int code = http::HttpStatusOf(status.code());
  const bool as_written = status.GetPayload(kAsWritten).has_value();
  absl::string_view field;
  absl::string_view what;
  if (!IsAboutInput(status) || !SplitFault(status.message(), as_written, &field, &what)) return ProblemOf(code);
  v1::Problem problem = ProblemOf(code, kInvalidInput, "Invalid input", "");
  v1::Problem::Fault& fault = *problem.add_errors();
  const bool is_of_contract = names == FieldNames::kOfBody && !as_written;
  fault.set_field(is_of_contract ? JsonPath(field) : std::string(field));
  fault.set_detail(std::string(what));
  problem.set_detail(absl::StrCat(fault.field(), ": ", fault.detail()));
  return problem;
}

v1::Problem ProblemOf(int status, absl::string_view kind, absl::string_view title, absl::string_view detail) {
  v1::Problem problem;
  problem.set_type(absl::StrCat(kTypePrefix, kind));
  problem.set_title(std::string(title));
  problem.set_status(status);
  problem.set_detail(std::string(detail));
  return problem;
}

http::Response ProblemAnswer(v1::Problem problem, absl::string_view request_id) {
  problem.set_instance(std::string(request_id));
  auto response = http::Answer(problem.status(), "application/problem+json", ToJson(problem));
  if (problem.status() == 429 || problem.status() == 503) response.Set("Retry-After", kRetryAfterSeconds);
  return response;
}

absl::Status WithoutPrefix(const absl::Status& status, absl::string_view prefix) {
  absl::string_view message = status.message();
  if (!absl::ConsumePrefix(&message, prefix)) return status;
  return absl::Status(status.code(), message);
}

}  // namespace boutique::gateway
