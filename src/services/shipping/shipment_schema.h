// SPDX-License-Identifier: Apache-2.0
// The tables of shipments in each engine.
// Threads: immutable.
#pragma once

#include "platform/storage/sql/schema.h"

namespace boutique::shipping {

const sql::Schema& ShipmentSchema();

}  // namespace boutique::shipping
