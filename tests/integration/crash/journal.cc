// SPDX-License-Identifier: Apache-2.0
#include "integration/crash/journal.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace boutique::crash {
namespace {

using nlohmann::json;

void Read(const json& line, Journal* journal) {
  if (line.at("call") == "add") {
    journal->additions.push_back({.user = line.at("user"),
                                  .product = line.at("product"),
                                  .quantity = line.at("quantity"),
                                  .is_certain = line.at("certain")});
    return;
  }
  journal->answers.push_back({.user = line.at("user"),
                              .key = line.at("key"),
                              .code = line.at("code"),
                              .message = line.at("message"),
                              .order = line.at("order"),
                              .order_id = line.value("order_id", ""),
                              .is_page = line.value("page", false),
                              .is_last = line.at("last")});
}

}  // namespace

absl::StatusOr<Journal> ReadJournal(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  Journal journal;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    try {
      Read(json::parse(line), &journal);
    } catch (const json::exception& error) {
      return absl::FailedPreconditionError(absl::StrCat(path, ":", number, ": ", error.what()));
    }
  }
  return journal;
}

void JournalWriter::Note(const Addition& addition) {
  const json line = {{"call", "add"},
                     {"user", addition.user},
                     {"product", addition.product},
                     {"quantity", addition.quantity},
                     {"certain", addition.is_certain}};
  Append(line.dump());
}

void JournalWriter::Note(const Answer& answer) {
  const json line = {{"call", "place"},      {"user", answer.user},   {"key", answer.key},     {"code", answer.code},
                     {"message", answer.message}, {"order", answer.order}, {"last", answer.is_last}};
  Append(line.dump(-1, ' ', false, json::error_handler_t::replace));
}

void JournalWriter::Append(const std::string& line) {
  const std::lock_guard lock(mutex_);
  file_ << line << '\n' << std::flush;
}

}  // namespace boutique::crash
