// SPDX-License-Identifier: Apache-2.0
// Messages as canonical protobuf JSON, and back, with errors that name the field and never repeat what it held.
// Stateless, safe from any thread.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/http/message.h"

namespace boutique::gateway {

// The message as JSON: names in lowerCamelCase, 64-bit numbers as strings, empty fields and lists written out.
std::string ToJson(const google::protobuf::Message& message);

// A response of type application/json.
http::Response JsonAnswer(int status, const google::protobuf::Message& message);

// The payload of an error that names a field as the client wrote it, not as the contract does.
inline constexpr absl::string_view kAsWritten = "boutique/name-as-written";

// Reads a message of strings, whole numbers and messages of such. Names are taken in lowerCamelCase and as in the
// contract. INVALID_ARGUMENT for what is no JSON object in UTF-8, for an unknown field, one that is there twice, and a
// value of another type: "address.city: must be a string". Never repeats a value. Errors have the
// payload kAsWritten.
absl::Status FromJson(absl::string_view text, google::protobuf::Message* message);

// "credit_card.credit_card_cvv" as "creditCard.creditCardCvv".
std::string JsonPath(absl::string_view contract_path);

}  // namespace boutique::gateway
