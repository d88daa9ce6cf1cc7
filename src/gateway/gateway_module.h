// SPDX-License-Identifier: Apache-2.0
// The storefront as a part of a program: pages, API and probes over HTTP.
// Threads: belongs to the thread that starts and stops the program.
#pragma once

#include <memory>

#include "gateway/clients.h"
#include "gateway/gateway_settings.h"
#include "gateway/probes.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/runtime/process.h"

namespace boutique::gateway {

class GatewayModule final : public runtime::Module {
 public:
  explicit GatewayModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  Clients MakeClients(runtime::Host& host) const;
  std::vector<Dependency> MakeDependencies(runtime::Host& host) const;
  absl::Status Serve(runtime::Host& host, const Gateway& gateway, const http::Router& router);

  const runtime::Settings& options_;
  GatewaySettings settings_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace boutique::gateway
