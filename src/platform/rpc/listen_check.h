// SPDX-License-Identifier: Apache-2.0
// Says why a process cannot listen on an address, in one line that names it: gRPC itself says only that it cannot.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace boutique::rpc {

// OK if "host:port" can be bound at this moment; otherwise UNAVAILABLE ("cannot listen on 127.0.0.1:8080: Address
// already in use") or INVALID_ARGUMENT for an address of another form. `host` is an IP address, in brackets if of
// version 6, or a name of this machine. Resolves names: call it at start only.
absl::Status CheckCanListen(const std::string& address);

}  // namespace boutique::rpc
