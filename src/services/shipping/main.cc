// SPDX-License-Identifier: Apache-2.0
// shippingservice: quotes postage and ships parcels.
#include "platform/runtime/main.h"
#include "services/shipping/shipping_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::shipping::ShippingModule>(
      {.name = "shippingservice", .summary = "quotes postage and ships parcels", .grpc_port = 50051}, argc, argv);
}
