// SPDX-License-Identifier: Apache-2.0
// What /search answers to a client that prefers JSON. Stateless; on the visit's loop.
#pragma once

#include "gateway/assets.h"
#include "gateway/shop.h"
#include "gateway/visit.h"
#include "platform/http/message.h"
#include "platform/rpc/call_context.h"

namespace boutique::gateway {

// The products that match the parameter `q`, as GET /api/v1/products answers them; 400 as application/problem+json
// without it. Never fails. What is given outlives the task.
rpc::Reply<http::Response> SearchAsJson(Shop& shop, const Assets& assets, const Visit& visit);

}  // namespace boutique::gateway
