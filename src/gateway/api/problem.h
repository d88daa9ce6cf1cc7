// SPDX-License-Identifier: Apache-2.0
// What the API answers when it cannot do what was asked: application/problem+json (RFC 9457). The one place where the
// services' statuses become problems; no word of theirs is shown, except about the request's own fields.
// Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/http/message.h"
#include "storefront/api.pb.h"

namespace boutique::gateway {

namespace v1 = ::storefront::v1;

// Kinds of problems that a program may want to tell apart; all others are "about:blank", and their status says all.
inline constexpr absl::string_view kInvalidInput = "invalid-input";
inline constexpr absl::string_view kPaymentDeclined = "payment-declined";
inline constexpr absl::string_view kInsufficientFunds = "insufficient-funds";
inline constexpr absl::string_view kCartNotOrderable = "cart-not-orderable";
inline constexpr absl::string_view kCartFull = "cart-full";
inline constexpr absl::string_view kTotalChanged = "total-changed";
inline constexpr absl::string_view kKeyReused = "idempotency-key-reused";
inline constexpr absl::string_view kOutcomeUnknown = "outcome-unknown";
inline constexpr absl::string_view kNotPlaced = "order-not-placed";

// How an error names a field: as its body's JSON does, or as it stands in the query.
enum class FieldNames { kOfBody, kOfQuery };

// A problem whose status says all: title and a sentence that belong to it.
v1::Problem ProblemOf(int status);
// The problem that a failed call is: NOT_FOUND is 404, INVALID_ARGUMENT 400 with the field that its message names, and
// so on as http::HttpStatusOf says.
v1::Problem ProblemOf(const absl::Status& status, FieldNames names = FieldNames::kOfBody);
// A problem of a kind of its own.
v1::Problem ProblemOf(int status, absl::string_view kind, absl::string_view title, absl::string_view detail);

// The response, with Retry-After where a repeat may help.
http::Response ProblemAnswer(v1::Problem problem, absl::string_view request_id);

// The same error about a field without this prefix of its name: what is "item.quantity" to a service is "quantity" to
// the client.
absl::Status WithoutPrefix(const absl::Status& status, absl::string_view prefix);

}  // namespace boutique::gateway
