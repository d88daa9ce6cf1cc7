// SPDX-License-Identifier: Apache-2.0
// Where a database's file is, and what is in it before anybody uses it.
// Threads: called at start; safe from any.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/storage/sql/schema.h"
#include "platform/storage/sqlite/connection.h"

namespace boutique::sqlite {

using sql::Migrations;

// The path of a file in a program's data directory; ":memory:" if that is the directory.
std::string FileIn(absl::string_view data_directory, absl::string_view name);

// Opens the file, or ":memory:", and brings it to the newest version in one transaction. Makes the file and its folder
// for their owner alone if they are not there. One line that names the file: FAILED_PRECONDITION if it cannot be made
// or opened, is no database or a damaged one, or was written by a newer version; UNAVAILABLE if the disk fails or is
// full, or another process keeps the file locked; INTERNAL if a script is wrong.
absl::StatusOr<std::unique_ptr<Connection>> OpenFile(const std::string& path, const Migrations& migrations);

}  // namespace boutique::sqlite
