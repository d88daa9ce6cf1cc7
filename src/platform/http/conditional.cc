// SPDX-License-Identifier: Apache-2.0
#include "platform/http/conditional.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace boutique::http {
namespace {

struct MediaRange {
  std::string type;  // "text/html", "text/*", "*/*"
  double q = 1;
};

MediaRange ParseRange(absl::string_view text) {
  MediaRange range;
  bool first = true;
  for (absl::string_view part : absl::StrSplit(text, ';')) {
    part = absl::StripAsciiWhitespace(part);
    if (first) {
      range.type = absl::AsciiStrToLower(part);
      first = false;
    } else if (absl::StartsWithIgnoreCase(part, "q=")) {
      double q = 0;
      range.q = absl::SimpleAtod(part.substr(2), &q) && q >= 0 && q <= 1 ? q : 0;
    }
  }
  return range;
}

// 0: does not match; 1: "*/*", 2: "text/*", 3: the type itself.
int Specificity(absl::string_view range, absl::string_view type) {
  if (range == type) return 3;
  if (range == "*/*") return 1;
  if (absl::EndsWith(range, "/*") && absl::StartsWith(type, range.substr(0, range.size() - 1))) return 2;
  return 0;
}

}  // namespace

bool MatchesEtag(absl::string_view if_none_match, absl::string_view etag) {
  if (if_none_match.empty()) return false;
  if (absl::StripAsciiWhitespace(if_none_match) == "*") return true;
  absl::ConsumePrefix(&etag, "W/");
  for (absl::string_view each : absl::StrSplit(if_none_match, ',')) {
    each = absl::StripAsciiWhitespace(each);
    absl::ConsumePrefix(&each, "W/");
    if (each == etag) return true;
  }
  return false;
}

int BestType(absl::string_view accept, std::initializer_list<absl::string_view> offered) {
  if (absl::StripAsciiWhitespace(accept).empty()) return 0;
  int best = -1;
  double best_q = 0;
  int index = 0;
  for (const absl::string_view type : offered) {
    int specificity = 0;
    double q = 0;
    for (const absl::string_view text : absl::StrSplit(accept, ',')) {
      const MediaRange range = ParseRange(text);
      const int match = Specificity(range.type, type);
      if (match > specificity) {
        specificity = match;
        q = range.q;
      }
    }
    if (q > best_q) {
      best_q = q;
      best = index;
    }
    ++index;
  }
  return best;
}

bool PrefersJson(absl::string_view accept) { return BestType(accept, {"text/html", "application/json"}) == 1; }

std::string MediaType(absl::string_view content_type) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';'))));
}

bool IsLocalPath(absl::string_view path) {
  if (path.empty() || path[0] != '/') return false;
  if (path.size() > 1 && (path[1] == '/' || path[1] == '\\')) return false;
  return std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c != 0x7f && c != '\\'; });
}

}  // namespace boutique::http
