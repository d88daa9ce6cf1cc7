// SPDX-License-Identifier: Apache-2.0
// Which state of an order leads to which, and what a step does to the record.
// Threads: stateless, safe from any.
#pragma once

#include <chrono>
#include <cstdint>

#include "absl/status/status.h"
#include "hipstershop/order.pb.h"

namespace boutique::order {

namespace pb = ::hipstershop;

// Whether an order may go from the one state to the other in one step. A state does not lead to itself.
bool LeadsTo(pb::OrderState from, pb::OrderState to);

// Whether nothing follows: CONFIRMED and CANCELLED. (From NEEDS_ATTENTION only a person finds a way.)
bool IsFinal(pb::OrderState state);

// Whether anything is left to be done for it without a person.
bool IsOpen(const pb::Order& order);

// Takes the order one step on and notes what it brought. A repeat of the last step changes nothing and is OK. ABORTED,
// and no change, if the order is not in the expected state and epoch; FAILED_PRECONDITION if the expected state does
// not lead to the wanted one, or if a person would ship what no transaction is known of.
absl::Status TakeStep(const pb::RecordStepRequest& step, std::int64_t now_ms, pb::Order* order);

// Who works on an order and is silent for as long has lost it, unless a request says otherwise.
inline constexpr std::chrono::milliseconds kUsualLease = std::chrono::seconds(15);
// What a request's lease_ms means.
std::int64_t LeaseMs(std::int64_t requested_ms);

// Gives the order to a new owner. FAILED_PRECONDITION, and no change, if it is not open or its lease is not over.
absl::Status TakeOver(std::int64_t lease_ms, std::int64_t now_ms, pb::Order* order);

}  // namespace boutique::order
