// SPDX-License-Identifier: Apache-2.0
// The tables of the catalog in PostgreSQL.
// Threads: immutable.
#pragma once

#include "platform/storage/sql/schema.h"

namespace boutique::productcatalog {

const sql::Schema& CatalogSchema();

}  // namespace boutique::productcatalog
