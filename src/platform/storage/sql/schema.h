// SPDX-License-Identifier: Apache-2.0
// What a store's database is called and how it is made, for each engine.
// Threads: immutable.
#pragma once

#include <string>
#include <vector>

namespace boutique::sql {

// The n-th script brings a database of version n - 1 to version n. Scripts that were released never change.
using Migrations = std::vector<std::string>;

struct Schema {
  std::string name;  // of the file, with ".db" after it, or of the schema within a PostgreSQL database
  Migrations sqlite;
  Migrations postgres;  // of which the first makes the schema; what it makes in it needs no prefix after that
};

}  // namespace boutique::sql
