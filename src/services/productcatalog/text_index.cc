// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/text_index.h"

#include <exception>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/productcatalog/search_text.h"

namespace boutique::productcatalog {
namespace {

constexpr std::size_t kTrigram = 3;

absl::Status Failed(const std::exception& error) {
  return absl::InternalError(absl::StrCat("the search index failed: ", error.what()));
}

// The part as one phrase of FTS5's query language, in which only the quote needs care.
std::string Phrase(absl::string_view part) {
  return absl::StrCat("\"", absl::StrReplaceAll(part, {{"\"", "\"\""}}), "\"");
}

bool Contains(const std::string& text, absl::string_view part) {
  return text.find(part.data(), 0, part.size()) != std::string::npos;
}

}  // namespace

TextIndex::TextIndex(std::vector<Text> texts)
    : texts_(std::move(texts)),
      database_(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX) {
  // Lower case is made beforehand, in one place for texts and queries. The table keeps only the index: the texts are
  // here already.
  database_.exec("CREATE VIRTUAL TABLE texts USING fts5(name, description, content='', "
                 "tokenize='trigram case_sensitive 1')");
  SQLite::Transaction transaction(database_);
  SQLite::Statement insert(database_, "INSERT INTO texts (rowid, name, description) VALUES (?, ?, ?)");
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    insert.bind(1, static_cast<int>(i));
    insert.bindNoCopy(2, texts_[i].name);
    insert.bindNoCopy(3, texts_[i].description);
    insert.exec();
    insert.reset();
  }
  transaction.commit();
  matching_ = std::make_unique<SQLite::Statement>(
      database_, "SELECT rowid, bm25(texts, 10.0, 1.0) FROM texts WHERE texts MATCH ? ORDER BY rowid");
}

absl::StatusOr<std::unique_ptr<const TextIndex>> TextIndex::Build(std::vector<Text> texts) {
  try {
    return std::make_unique<const TextIndex>(std::move(texts));
  } catch (const std::exception& error) {
    return Failed(error);
  }
}

absl::StatusOr<std::vector<TextIndex::Hit>> TextIndex::Holding(absl::string_view part) const {
  std::vector<Hit> hits;
  if (CountCharacters(part) < kTrigram) {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (!Contains(texts_[i].name, part) && !Contains(texts_[i].description, part)) continue;
      hits.push_back({static_cast<int>(i), 0});
    }
    return hits;
  }
  try {
    const std::lock_guard lock(mutex_);
    matching_->reset();
    matching_->bind(1, Phrase(part));
    while (matching_->executeStep()) {
      hits.push_back({matching_->getColumn(0).getInt(), matching_->getColumn(1).getDouble()});
    }
    matching_->reset();
    return hits;
  } catch (const std::exception& error) {
    return Failed(error);
  }
}

}  // namespace boutique::productcatalog
