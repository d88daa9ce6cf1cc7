// SPDX-License-Identifier: Apache-2.0
// The table of sent mail in each engine.
// Threads: immutable.
#pragma once

#include "platform/storage/sql/schema.h"

namespace boutique::email {

const sql::Schema& SentSchema();

}  // namespace boutique::email
