// SPDX-License-Identifier: Apache-2.0
// Where shipments are kept.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <string>

#include "hipstershop/shipping.pb.h"
#include "platform/rpc/call_context.h"

namespace boutique::shipping {

namespace pb = ::hipstershop;

class ShipmentStore {
 public:
  virtual ~ShipmentStore() = default;

  // Keeps a new shipment with the parcel's fingerprint, or answers the one that its key already has. ALREADY_EXISTS if
  // that is of another parcel, FAILED_PRECONDITION if it was cancelled. Of concurrent calls with one key one is kept.
  virtual rpc::Reply<pb::Shipment> Ship(const rpc::CallContext& call, pb::Shipment shipment,
                                        std::string fingerprint) = 0;
  // NOT_FOUND for an unknown key.
  virtual rpc::Reply<pb::Shipment> Get(const rpc::CallContext& call, std::string key) = 0;
  // Cancels the key's shipment, or forbids there ever to be one. The cancelled shipment.
  virtual rpc::Reply<pb::Shipment> Cancel(const rpc::CallContext& call, std::string key) = 0;
};

}  // namespace boutique::shipping
