// SPDX-License-Identifier: Apache-2.0
// currencyservice: converts amounts of money by fixed reference rates.
#include "platform/runtime/main.h"
#include "services/currency/currency_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::currency::CurrencyModule>(
      {.name = "currencyservice", .summary = "converts amounts of money", .grpc_port = 7000}, argc, argv);
}
