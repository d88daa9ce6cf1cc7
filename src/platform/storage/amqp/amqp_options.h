// SPDX-License-Identifier: Apache-2.0
// Where a RabbitMQ is and how it is spoken to, as its clients write it in one line.
// Threads: values.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::amqp {

struct Options {
  std::string host;  // a name or an IP address
  int port = 5672;
  std::string user = "guest";
  std::string password = "guest";
  std::string vhost = "/";
  bool tls = false;     // the certificate must be of a trusted authority and carry the host's name, not an address
  std::string ca_file;  // PEM; empty: the certificates that the system trusts
  std::chrono::seconds heartbeat{10};
  std::chrono::milliseconds connect_timeout{5000};  // of the connection, and of each answer while it is set up
  // After a failed attempt to connect, the pause doubles from the one to the other.
  std::chrono::milliseconds least_pause{100};
  std::chrono::milliseconds most_pause{5000};
};

// Reads "amqp[s]://[user[:password]@]host[:port][/vhost][?heartbeat=seconds&connection_timeout=ms&cacertfile=path]", as
// RabbitMQ's own clients do: what is percent-encoded is decoded, the port is 5672, or 5671 with amqps, and the virtual
// host "/" unless they are given. A password beside the URL wins over the one in it. INVALID_ARGUMENT for anything
// else; no message repeats a part of the text, which might be a password.
absl::StatusOr<Options> ParseUrl(absl::string_view text, absl::string_view password = "");

// "host:port": all of the options that may be shown.
std::string AddressOf(const Options& options);

}  // namespace boutique::amqp
