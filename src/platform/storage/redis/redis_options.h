// SPDX-License-Identifier: Apache-2.0
// Where a Redis is and how it is spoken to, as StackExchange.Redis writes it in one line.
// Threads: values.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::redis {

struct Endpoint {
  std::string host;  // a name or an IP address
  int port = 0;
};

// "host:port", an IPv6 address in brackets.
std::string ToString(const Endpoint& endpoint);

struct Options {
  std::vector<Endpoint> endpoints;  // of one Redis, or of its sentinels; tried in turn
  std::string sentinel;             // the name of the master that the sentinels are asked for; empty: there are none
  std::string user;                 // empty: Redis's default user
  std::string password;             // empty: no AUTH
  int database = 0;
  bool tls = false;
  std::string tls_name;  // the name that the certificate must carry; empty: the endpoint's host
  std::string ca_file;   // PEM; empty: the certificates that the system trusts
  // From the look-up of the name to the first answer.
  std::chrono::milliseconds connect_timeout{5000};
  // A connection from which nothing came for so long is asked for a sign of life, and given up after as long again.
  std::chrono::milliseconds keepalive{2000};
  // Commands that wait for their replies; one more is refused.
  std::size_t most_pending = 8192;
};

// Reads "host[:port][,host:port…][,option=value…]". The port is 6379, or 6380 with ssl=true, or 26379 with
// sentinel=name, unless it is given. Options: user, password, ssl, sslHost, defaultDatabase, connectTimeout (ms), and our
// own, sentinel; abortConnect is accepted, and means nothing here, for a Redis that is away is always waited for. The names of options without a meaning here are added to
// `ignored`. INVALID_ARGUMENT for anything else; no message repeats a value, which might be a password.
absl::StatusOr<Options> ParseOptions(absl::string_view text, std::vector<std::string>* ignored);

}  // namespace boutique::redis
