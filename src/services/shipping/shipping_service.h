// SPDX-License-Identifier: Apache-2.0
// Quotes postage, ships parcels and calls them back.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include "hipstershop/shipping.grpc.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/shipping/shipment_store.h"

namespace boutique::shipping {

// The methods' contract is that of protos/hipstershop/shipping.proto.
class ShippingService {
 public:
  // The store outlives the service.
  explicit ShippingService(ShipmentStore& shipments) : shipments_(shipments) {}

  rpc::Reply<pb::GetQuoteResponse> GetQuote(const rpc::CallContext& call, const pb::GetQuoteRequest& request);
  rpc::Reply<pb::ShipOrderResponse> ShipOrder(const rpc::CallContext& call, const pb::ShipOrderRequest& request);
  rpc::Reply<pb::Shipment> GetShipment(const rpc::CallContext& call, const pb::GetShipmentRequest& request);
  rpc::Reply<pb::Shipment> CancelShipment(const rpc::CallContext& call, const pb::CancelShipmentRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  ShipmentStore& shipments_;
};

}  // namespace boutique::shipping
