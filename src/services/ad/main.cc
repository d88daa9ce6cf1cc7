// SPDX-License-Identifier: Apache-2.0
// adservice: chooses the advertisements that a page shows.
#include "platform/runtime/main.h"
#include "services/ad/ad_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::ad::AdModule>(
      {.name = "adservice", .summary = "chooses advertisements", .grpc_port = 9555}, argc, argv);
}
