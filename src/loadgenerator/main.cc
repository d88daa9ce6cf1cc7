// SPDX-License-Identifier: Apache-2.0
// loadgenerator: shoppers who look, choose and buy.
#include "loadgenerator/load_module.h"
#include "platform/runtime/main.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::loadgenerator::LoadModule>(
      {.name = "loadgenerator", .summary = "shops as the public load generator's users do, and tells how the shop served"},
      argc, argv);
}
