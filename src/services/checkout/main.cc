// SPDX-License-Identifier: Apache-2.0
// checkoutservice: turns carts into orders.
#include "platform/runtime/main.h"
#include "services/checkout/checkout_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::checkout::CheckoutModule>(
      {.name = "checkoutservice", .summary = "turns carts into orders", .grpc_port = 5050}, argc, argv);
}
