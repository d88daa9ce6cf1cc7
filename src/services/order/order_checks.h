// SPDX-License-Identifier: Apache-2.0
// What an order and a step must be like to go on record. Each answers the first fault it finds, naming the field:
// INVALID_ARGUMENT, or OUT_OF_RANGE for amounts that cannot be added.
// Threads: stateless, safe from any.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "hipstershop/order.pb.h"

namespace boutique::order {

namespace pb = ::hipstershop;

// An order to be created. Its total must be exactly the sum of its lines and the postage.
absl::Status CheckNewOrder(const pb::Order& order);

// A step. Whether its states fit is for TakeStep to say.
absl::Status CheckStep(const pb::RecordStepRequest& step);

// How long an owner may be silent: 0 to 300,000 ms.
absl::Status CheckLease(std::int64_t lease_ms);

}  // namespace boutique::order
