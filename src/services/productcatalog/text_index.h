// SPDX-License-Identifier: Apache-2.0
// Finds texts by any part of them: an SQLite FTS5 index of trigrams in memory, and a scan for parts too short for it.
// Threads: safe from any thread that may block: searches take turns on one connection. Never on a loop.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::productcatalog {

class TextIndex {
 public:
  // What is searched of one product, each in its search form.
  struct Text {
    std::string name;
    std::string description;
  };
  // A text that holds what was asked for. The lower its weight the better it fits (BM25, a name counting ten times as
  // much as a description); parts found by the scan weigh nothing.
  struct Hit {
    int number;
    double weight;
  };

  // INTERNAL if SQLite fails, as it does without its FTS5 extension.
  static absl::StatusOr<std::unique_ptr<const TextIndex>> Build(std::vector<Text> texts);

  // The texts that hold `part`, a search form of at least one character, in ascending order of their numbers. The part
  // is taken as it is: no character in it has a meaning of its own. INTERNAL if SQLite fails. Blocks.
  absl::StatusOr<std::vector<Hit>> Holding(absl::string_view part) const;

  const std::vector<Text>& texts() const { return texts_; }

  // Throws SQLite::Exception: for Build.
  explicit TextIndex(std::vector<Text> texts);

 private:
  const std::vector<Text> texts_;
  mutable std::mutex mutex_;
  mutable SQLite::Database database_;
  mutable std::unique_ptr<SQLite::Statement> matching_;
};

}  // namespace boutique::productcatalog
