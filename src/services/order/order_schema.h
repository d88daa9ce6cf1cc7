// SPDX-License-Identifier: Apache-2.0
// The tables of orders in each engine.
// Threads: immutable.
#pragma once

#include "platform/storage/sql/schema.h"

namespace boutique::order {

const sql::Schema& OrderSchema();

}  // namespace boutique::order
