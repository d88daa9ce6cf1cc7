// SPDX-License-Identifier: Apache-2.0
// frontend: the shop's pages and its JSON API over HTTP.
#include "gateway/gateway_module.h"
#include "platform/runtime/main.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::gateway::GatewayModule>(
      {.name = "frontend", .summary = "serves the shop's pages and its JSON API"}, argc, argv);
}
