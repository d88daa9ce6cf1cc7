// SPDX-License-Identifier: Apache-2.0
// Which PostgreSQL to speak to, and how.
// Threads: immutable.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace boutique::postgres {

struct Options {
  std::string connection;  // for libpq; holds the password and is never shown
  std::string shown;       // host:port/database
};

// Reads "postgresql://user:password@host:port/database?sslmode=verify-full" with libpq's parameters. What it does not
// say is libpq's default, except that a server that does not answer is given up after three seconds and dead
// connections are noticed. A password beside the URL wins over the one in it. INVALID_ARGUMENT, without the text, if it
// is no such thing.
absl::StatusOr<Options> ParseUrl(const std::string& url, const std::string& password = "");

}  // namespace boutique::postgres
