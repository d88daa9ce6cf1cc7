// SPDX-License-Identifier: Apache-2.0
// What a confirmation must have before it can be sent. Stateless, safe from any thread.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "hipstershop/email.pb.h"

namespace boutique::email {

namespace pb = ::hipstershop;

// OK if the request has a plausible recipient and an order with its id whose other fields, where they are set, are
// within the contract's bounds. INVALID_ARGUMENT, or OUT_OF_RANGE for a quantity, that names the first bad field.
absl::Status CheckConfirmation(const pb::SendOrderConfirmationRequest& request);

}  // namespace boutique::email
