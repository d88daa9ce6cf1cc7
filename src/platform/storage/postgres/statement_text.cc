// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/statement_text.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace boutique::postgres {
namespace {

// How much at `from` is not to be looked into: a quoted text or name, or a comment to the end of its line; else 0.
std::size_t Opaque(absl::string_view sql, std::size_t from) {
  absl::string_view end;
  if (sql[from] == '\'' || sql[from] == '"') end = sql.substr(from, 1);
  if (sql.substr(from, 2) == "--") end = "\n";
  if (end.empty()) return 0;
  const std::size_t last = sql.find(end, from + 1);
  return (last == absl::string_view::npos ? sql.size() : last + 1) - from;
}

}  // namespace

std::string Numbered(absl::string_view sql) {
  std::string numbered;
  int count = 0;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t opaque = Opaque(sql, at); opaque > 0) {
      absl::StrAppend(&numbered, sql.substr(at, opaque));
      at += opaque;
    } else if (sql[at] == '?') {
      absl::StrAppend(&numbered, "$", ++count);
      ++at;
    } else {
      numbered += sql[at++];
    }
  }
  return numbered;
}

}  // namespace boutique::postgres
