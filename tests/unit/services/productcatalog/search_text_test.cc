// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/search_text.h"

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "services/productcatalog/lower_case.h"
#include "services/productcatalog/typing_error.h"
#include "support/catch.h"

namespace boutique::productcatalog {
namespace {

TEST_CASE("letters of every script become lower case", "[search]") {
  CHECK(SearchForm("Salt & PEPPER") == "salt & pepper");
  CHECK(SearchForm("ÀÉÎÕÜÇÑØÞŸ") == "àéîõüçñøþÿ");
  CHECK(SearchForm("ŁÓDŹ ŠČ") == "łódź šč");
  CHECK(SearchForm("ΟΔΥΣΣΕΥΣ") == SearchForm("οδυσσευς"));
  CHECK(SearchForm("ЧАШКА Ёлка") == "чашка ёлка");
  CHECK(SearchForm("ԲԱԺԱԿ") == "բաժակ");
  CHECK(SearchForm("İstanbul") == "istanbul");
  CHECK(SearchForm("STRAẞE") == "straße");
  CHECK(SearchForm("ＭＵＧ") == "ｍｕｇ");
  CHECK(SearchForm("杯 كوب") == "杯 كوب");
  CHECK(LowerCase(U'×') == U'×');
  CHECK(LowerCase(0x10400) == 0x10428);
  CHECK(LowerCase(0x10FFFF) == 0x10FFFF);
}

TEST_CASE("lower case is final", "[search]") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (LowerCase(LowerCase(c)) != LowerCase(c)) FAIL("U+" << std::hex << static_cast<std::uint32_t>(c));
  }
}

TEST_CASE("spaces and control characters are one space between words", "[search]") {
  CHECK(SearchForm("  glass \t\r\n jar ") == "glass jar");
  CHECK(SearchForm(absl::string_view("glass\0jar", 9)) == "glass jar");
  CHECK(SearchForm("glass\u00A0jar\u3000") == "glass jar");
  CHECK(SearchForm(" \t ") == "");
  CHECK(SearchForm("") == "");
}

TEST_CASE("what is not UTF-8 has no form", "[search]") {
  for (const std::string& bad :
       {std::string("\x80"), std::string("mug\xC3"), std::string("\xC0\xAF"), std::string("\xE0\x80\xAF"),
        std::string("\xED\xA0\x80"), std::string("\xF4\x90\x80\x80"), std::string("\xF8\x88\x80\x80\x80"),
        std::string("\xE2\x28\xA1"), std::string("\xFF")}) {
    CHECK_FALSE(SearchForm(bad).has_value());
  }
}

TEST_CASE("characters are counted, not bytes", "[search]") {
  CHECK(CountCharacters("") == 0);
  CHECK(CountCharacters("mug") == 3);
  CHECK(CountCharacters("é杯😀") == 3);
  CHECK(ToCharacters("é杯😀") == U"é杯😀");
}

TEST_CASE("words are compared without punctuation, alone and in pairs", "[search]") {
  CHECK(ComparableWords("(1.7 l) gold-tone!") ==
        std::vector<std::u32string>{U"1", U"1 7", U"7", U"7 l", U"l", U"l gold", U"gold", U"gold tone", U"tone"});
  CHECK(ComparableWords("… – !").empty());
}

TEST_CASE("a word's beginning is known from its middle", "[search]") {
  CHECK(HasWordWithPrefix("bamboo glass jar", "glass"));
  CHECK(HasWordWithPrefix("bamboo glass jar", "bam"));
  CHECK(HasWordWithPrefix("gold-tone", "tone"));
  CHECK(HasWordWithPrefix("xtop top", "top"));
  CHECK_FALSE(HasWordWithPrefix("sunglasses", "glass"));
  CHECK_FALSE(HasWordWithPrefix("éclair", "clair"));
}

TEST_CASE("one typing error is a character too many, missing, wrong, or two swapped", "[search]") {
  for (const auto& [typed, meant] : std::vector<std::pair<std::u32string, std::u32string>>{
           {U"mug", U"mug"}, {U"mugg", U"mug"}, {U"mg", U"mug"}, {U"nug", U"mug"}, {U"mgu", U"mug"}, {U"umg", U"mug"},
           {U"", U"a"}, {U"a", U""}, {U"tanktop", U"tank top"}, {U"wach", U"watch"}}) {
    CHECK(WithinOneTypingError(typed, meant));
    CHECK(WithinOneTypingError(meant, typed));
  }
  for (const auto& [typed, meant] : std::vector<std::pair<std::u32string, std::u32string>>{
           {U"mgguu", U"mug"}, {U"gum", U"mug"}, {U"m", U"mug"}, {U"", U"ab"}, {U"wtach", U"match"},
           {U"abcd", U"badc"}}) {
    CHECK_FALSE(WithinOneTypingError(typed, meant));
    CHECK_FALSE(WithinOneTypingError(meant, typed));
  }
  CHECK(BeginsWithinOneTypingError(U"sunglasses", U"sunlas"));
  CHECK(BeginsWithinOneTypingError(U"hairdryer", U"haridr"));
  CHECK_FALSE(BeginsWithinOneTypingError(U"hairdryer", U"drayer"));
}

// The textbook's table (optimal string alignment), to compare with.
std::size_t Distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST_CASE("one typing error is a distance of one", "[search]") {
  CHECK(rc::check([] {
    const auto word = rc::gen::container<std::u32string>(rc::gen::element(U'a', U'b', U'c'));
    const auto a = *rc::gen::resize(6, word);
    const auto b = *rc::gen::resize(6, word);
    RC_ASSERT(WithinOneTypingError(a, b) == (Distance(a, b) <= 1));
  }));
}

}  // namespace
}  // namespace boutique::productcatalog
