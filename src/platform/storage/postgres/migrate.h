// SPDX-License-Identifier: Apache-2.0
// Makes a service's schema within a database and brings it to its newest version.
// Threads: belongs to the connection's.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "platform/storage/postgres/connection.h"
#include "platform/storage/sql/schema.h"

namespace boutique::postgres {

// In one transaction, alone among all replicas: whoever comes first does it. One line that names the database, by
// `shown`: FAILED_PRECONDITION if a newer version of the program wrote it, INTERNAL if a script is wrong or the user may
// not run it, UNAVAILABLE if the database fails.
absl::Status Migrate(Connection& connection, const std::string& shown, const sql::Schema& schema);

}  // namespace boutique::postgres
