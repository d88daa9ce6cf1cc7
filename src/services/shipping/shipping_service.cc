// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/shipping_service.h"

#include <utility>

#include "absl/random/random.h"
#include "platform/base/check_field.h"
#include "platform/base/ids.h"
#include "services/shipping/parcel.h"
#include "services/shipping/quote.h"
#include "services/shipping/tracking_id.h"

namespace boutique::shipping {

using rpc::OrReturn;

rpc::Reply<pb::GetQuoteResponse> ShippingService::GetQuote(const rpc::CallContext&,
                                                           const pb::GetQuoteRequest& request) {
  const auto cost = Quote(request);
  if (!cost.ok()) co_return cost.status();
  pb::GetQuoteResponse reply;
  cost->CopyTo(reply.mutable_cost_usd());
  co_return reply;
}

rpc::Reply<pb::ShipOrderResponse> ShippingService::ShipOrder(const rpc::CallContext& call,
                                                             const pb::ShipOrderRequest& request) {
  co_await OrReturn(CheckParcel(request));
  absl::BitGen random;
  pb::Shipment shipment;
  // A parcel without a key is one of its own, kept like the others.
  shipment.set_idempotency_key(request.idempotency_key().empty() ? base::RandomUuid() : request.idempotency_key());
  shipment.set_tracking_id(NewTrackingId(request.address(), random));
  const auto kept = co_await shipments_.Ship(call, std::move(shipment), FingerprintOf(request));
  if (!kept.ok()) co_return kept.status();
  pb::ShipOrderResponse reply;
  reply.set_tracking_id(kept->tracking_id());
  co_return reply;
}

rpc::Reply<pb::Shipment> ShippingService::GetShipment(const rpc::CallContext& call,
                                                      const pb::GetShipmentRequest& request) {
  co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
  auto shipment = co_await shipments_.Get(call, request.idempotency_key());
  co_return std::move(shipment);
}

rpc::Reply<pb::Shipment> ShippingService::CancelShipment(const rpc::CallContext& call,
                                                         const pb::CancelShipmentRequest& request) {
  co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
  auto shipment = co_await shipments_.Cancel(call, request.idempotency_key());
  co_return std::move(shipment);
}

void ShippingService::RegisterWith(rpc::Server& server) {
  using Async = pb::ShippingService::AsyncService;
  server.Add<pb::ShippingService>(*this, rpc::Method<&Async::RequestGetQuote, &ShippingService::GetQuote>{},
                                  rpc::Method<&Async::RequestShipOrder, &ShippingService::ShipOrder>{},
                                  rpc::Method<&Async::RequestGetShipment, &ShippingService::GetShipment>{},
                                  rpc::Method<&Async::RequestCancelShipment, &ShippingService::CancelShipment>{});
}

}  // namespace boutique::shipping
