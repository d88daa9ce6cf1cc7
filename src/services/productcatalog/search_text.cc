// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/search_text.h"

#include <algorithm>

#include "absl/strings/str_split.h"
#include "services/productcatalog/lower_case.h"

namespace boutique::productcatalog {
namespace {

// How many bytes the character that begins with this byte has, and its bits in it; 0 if none begins so.
struct Lead {
  std::size_t bytes;
  char32_t bits;
};
Lead ReadLead(unsigned char byte) {
  if (byte < 0x80) return {1, byte};
  if (byte >= 0xC2 && byte < 0xE0) return {2, byte & 0x1FU};
  if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0FU};
  if (byte >= 0xF0 && byte < 0xF5) return {4, byte & 0x07U};
  return {0, 0};
}

// Takes the first character off `text`, which is not empty. False if it is not UTF-8.
bool TakeCharacter(absl::string_view* text, char32_t* character) {
  const Lead lead = ReadLead(static_cast<unsigned char>(text->front()));
  if (lead.bytes == 0 || lead.bytes > text->size()) return false;
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto byte = static_cast<unsigned char>((*text)[i]);
    if ((byte & 0xC0U) != 0x80) return false;
    value = value << 6 | (byte & 0x3FU);
  }
  constexpr char32_t kLeastOfLength[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kLeastOfLength[lead.bytes] || surrogate || value > 0x10FFFF) return false;
  text->remove_prefix(lead.bytes);
  *character = value;
  return true;
}

void AppendUtf8(char32_t character, std::string* text) {
  const auto continuation = [&](int shift) { *text += static_cast<char>(0x80 | (character >> shift & 0x3F)); };
  if (character < 0x80) {
    *text += static_cast<char>(character);
  } else if (character < 0x800) {
    *text += static_cast<char>(0xC0 | character >> 6);
    continuation(0);
  } else if (character < 0x10000) {
    *text += static_cast<char>(0xE0 | character >> 12);
    continuation(6);
    continuation(0);
  } else {
    *text += static_cast<char>(0xF0 | character >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

bool IsSpace(char32_t character) {
  return character <= 0x20 || (character >= 0x7F && character <= 0xA0) || character == 0x1680 ||
         (character >= 0x2000 && character <= 0x200B) || character == 0x2028 || character == 0x2029 ||
         character == 0x202F || character == 0x205F || character == 0x3000 || character == 0xFEFF;
}

// Letters and digits; beyond ASCII and common punctuation every character counts as one.
bool IsWordCharacter(char32_t character) {
  if (character < 0x80) return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
  return character >= 0xAA && character != 0xAB && character != 0xBB && !(character >= 0x2010 && character <= 0x2027) &&
         !(character >= 0x3001 && character <= 0x3003);
}

}  // namespace

std::optional<std::string> SearchForm(absl::string_view text) {
  std::string form;
  form.reserve(text.size());
  bool space = false;
  while (!text.empty()) {
    char32_t character = 0;
    if (!TakeCharacter(&text, &character)) return std::nullopt;
    if (IsSpace(character)) {
      space = !form.empty();
      continue;
    }
    if (space) form += ' ';
    space = false;
    AppendUtf8(LowerCase(character), &form);
  }
  return form;
}

std::size_t CountCharacters(absl::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::vector<absl::string_view> QueryWords(absl::string_view form) {
  std::vector<absl::string_view> words;
  for (const absl::string_view word : absl::StrSplit(form, ' ', absl::SkipEmpty())) {
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

std::u32string ToCharacters(absl::string_view text) {
  std::u32string characters;
  char32_t character = 0;
  while (!text.empty() && TakeCharacter(&text, &character)) characters += character;
  return characters;
}

std::vector<std::u32string> ComparableWords(absl::string_view form) {
  std::vector<std::u32string> words;
  std::u32string before;
  std::u32string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    if (!before.empty()) words.push_back(before + U' ' + word);
    words.push_back(word);
    before = std::move(word);
    word.clear();
  };
  for (const char32_t character : ToCharacters(form)) {
    if (IsWordCharacter(character)) {
      word += character;
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

bool HasWordWithPrefix(absl::string_view form, absl::string_view part) {
  for (std::size_t at = form.find(part); at != absl::string_view::npos; at = form.find(part, at + 1)) {
    // A byte beyond ASCII before the part belongs to a letter, as far as this ranking needs to know.
    const auto before = at == 0 ? U' ' : static_cast<char32_t>(static_cast<unsigned char>(form[at - 1]));
    if (before < 0x80 && !IsWordCharacter(before)) return true;
  }
  return false;
}

}  // namespace boutique::productcatalog
