// SPDX-License-Identifier: Apache-2.0
// paymentservice: charges cards and gives money back.
#include "platform/runtime/main.h"
#include "services/payment/payment_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::payment::PaymentModule>(
      {.name = "paymentservice", .summary = "charges cards and gives money back", .grpc_port = 50051}, argc, argv);
}
