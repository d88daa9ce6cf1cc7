// SPDX-License-Identifier: Apache-2.0
// emailservice: confirms orders to their buyers.
#include "platform/runtime/main.h"
#include "services/email/email_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::email::EmailModule>(
      {.name = "emailservice", .summary = "confirms orders to their buyers", .grpc_port = 8080}, argc, argv);
}
