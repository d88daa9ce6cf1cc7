// SPDX-License-Identifier: Apache-2.0
// cartservice: keeps what each user means to buy.
#include "platform/runtime/main.h"
#include "services/cart/cart_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::cart::CartModule>(
      {.name = "cartservice", .summary = "keeps what each user means to buy", .grpc_port = 7070}, argc, argv);
}
