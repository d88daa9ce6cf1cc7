// SPDX-License-Identifier: Apache-2.0
// orderservice: keeps the durable record of every order.
#include "platform/runtime/main.h"
#include "services/order/order_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::order::OrderModule>(
      {.name = "orderservice", .summary = "keeps the record of every order", .grpc_port = 7080}, argc, argv);
}
