// SPDX-License-Identifier: Apache-2.0
// The tables of charges in each engine.
// Threads: immutable.
#pragma once

#include "platform/storage/sql/schema.h"

namespace boutique::payment {

const sql::Schema& ChargeSchema();

}  // namespace boutique::payment
