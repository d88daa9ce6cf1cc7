// SPDX-License-Identifier: Apache-2.0
// What it means that PostgreSQL or the way to it failed.
// Threads: immutable.
#pragma once

#include <exception>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace boutique::postgres {

struct Failure {
  enum class Kind {
    kNone,
    kStatement,   // the work's own: it would fail again
    kConflict,    // undone for another transaction's sake: may be tried again
    kConnection,  // the connection is gone
    kDatabase,    // the database cannot do such work at present: a full disk, a standby
  };
  Kind kind = Kind::kNone;
  absl::Status status;  // for the caller: names neither hosts nor what was stored

  bool ok() const { return kind == Kind::kNone; }
};

// The failure of what a statement threw; `open` tells whether the connection still is.
Failure FailureOf(const std::exception& error, bool open);

// The first line of a message: PostgreSQL's further ones quote what is stored.
std::string FirstLine(absl::string_view message);

}  // namespace boutique::postgres
