// SPDX-License-Identifier: Apache-2.0
// Orders as a checkout service would keep them with the order service.
// Threads: everything here is safe from any.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "contract/goods.h"
#include "contract/orders.h"

namespace boutique::contract {

// A random UUID.
std::string NewOrderId();

pb::CreateOrderRequest Draft(const std::string& user, const std::string& id, const std::string& key = NewKey());
absl::StatusOr<pb::CreateOrderResponse> Create(const pb::CreateOrderRequest& request);
// A new order of the user's.
pb::Order Created(const std::string& user);

// The step from the order as it is to the state.
pb::RecordStepRequest Step(const pb::Order& order, pb::OrderState state);
absl::StatusOr<pb::Order> Record(const pb::RecordStepRequest& request);

}  // namespace boutique::contract
