// SPDX-License-Identifier: Apache-2.0
#include "platform/http/forms.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "platform/http/conditional.h"

namespace boutique::http {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

absl::Status AddField(std::string name, std::string value, const FormLimits& limits, Form* form) {
  if (form->fields().size() >= limits.most_fields) {
    return absl::InvalidArgumentError(absl::StrCat("a form may have at most ", limits.most_fields, " fields"));
  }
  if (name.size() > limits.longest_name) return absl::InvalidArgumentError("a field's name is too long");
  if (value.size() > limits.longest_value) return absl::InvalidArgumentError("a field's value is too long");
  form->Add(std::move(name), std::move(value));
  return absl::OkStatus();
}

// A parameter of a header such as `form-data; name="a"`, unquoted. False if there is none.
bool ParameterOf(absl::string_view header, absl::string_view name, std::string* value) {
  std::size_t at = header.find(';');
  while (at != absl::string_view::npos && at < header.size()) {
    absl::string_view rest = absl::StripLeadingAsciiWhitespace(header.substr(at + 1));
    const std::size_t equals = rest.find('=');
    if (equals == absl::string_view::npos) return false;
    const absl::string_view key = absl::StripAsciiWhitespace(rest.substr(0, equals));
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(equals + 1));
    std::string text;
    std::size_t end = 0;
    if (absl::ConsumePrefix(&rest, "\"")) {
      for (; end < rest.size() && rest[end] != '"'; ++end) {
        if (rest[end] == '\\' && end + 1 < rest.size()) ++end;
        text += rest[end];
      }
      if (end >= rest.size()) return false;  // no closing quote
    } else {
      end = std::min(rest.find(';'), rest.size());
      text = std::string(absl::StripTrailingAsciiWhitespace(rest.substr(0, end)));
    }
    if (absl::EqualsIgnoreCase(key, name)) {
      *value = std::move(text);
      return true;
    }
    const std::size_t next = rest.find(';', end);
    at = next == absl::string_view::npos ? next : next + static_cast<std::size_t>(rest.data() - header.data());
  }
  return false;
}

// One part of a multipart body: its headers, an empty line, its content.
absl::Status AddPart(absl::string_view part, const FormLimits& limits, Form* form) {
  const std::size_t blank = part.find("\r\n\r\n");
  // A part without headers begins with the empty line itself, and has no name.
  if (blank == absl::string_view::npos) return absl::InvalidArgumentError("a part of the form has no name");
  absl::string_view headers = part.substr(0, blank);
  const absl::string_view content = part.substr(blank + 4);
  std::string name;
  bool named = false;
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find("\r\n"), headers.size());
    const absl::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    const std::size_t colon = line.find(':');
    if (colon == absl::string_view::npos) continue;
    if (!absl::EqualsIgnoreCase(line.substr(0, colon), "content-disposition")) continue;
    const absl::string_view disposition = absl::StripAsciiWhitespace(line.substr(colon + 1));
    std::string file;
    if (ParameterOf(disposition, "filename", &file) || ParameterOf(disposition, "filename*", &file)) {
      return absl::InvalidArgumentError("a form may not hold files");
    }
    named = absl::StartsWithIgnoreCase(disposition, "form-data") && ParameterOf(disposition, "name", &name);
  }
  if (!named) return absl::InvalidArgumentError("a part of the form has no name");
  if (!IsUtf8(name) || !IsUtf8(content) || content.find('\0') != absl::string_view::npos) {
    return absl::InvalidArgumentError("the form is not UTF-8 text");
  }
  return AddField(std::move(name), std::string(content), limits, form);
}

}  // namespace

absl::string_view Form::Get(absl::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return "";
}

bool Form::Has(absl::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& each) { return each.first == name; });
}

void Form::Append(Form other) {
  for (auto& field : other.fields_) fields_.push_back(std::move(field));
}

bool IsUtf8(absl::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t more = 0;
    std::uint32_t least = 0;
    std::uint32_t point = 0;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if ((lead & 0xe0) == 0xc0) {
      more = 1, least = 0x80, point = lead & 0x1fU;
    } else if ((lead & 0xf0) == 0xe0) {
      more = 2, least = 0x800, point = lead & 0x0fU;
    } else if ((lead & 0xf8) == 0xf0) {
      more = 3, least = 0x10000, point = lead & 0x07U;
    } else {
      return false;
    }
    if (text.size() - i <= more) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      point = (point << 6) | (next & 0x3fU);
    }
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    i += more + 1;
  }
  return true;
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return absl::InvalidArgumentError("a '%' is not followed by two hexadecimal digits");
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  if (decoded.find('\0') != std::string::npos || !IsUtf8(decoded)) {
    return absl::InvalidArgumentError("what is encoded is not UTF-8 text");
  }
  return decoded;
}

std::string PercentEncode(absl::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

absl::StatusOr<Form> ParseUrlEncoded(absl::string_view text, const FormLimits& limits) {
  Form form;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const absl::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = PercentDecode(pair.substr(0, equals), true);
    if (!name.ok()) return name.status();
    auto value = PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!value.ok()) return value.status();
    if (absl::Status bad = AddField(*std::move(name), *std::move(value), limits, &form); !bad.ok()) return bad;
  }
  return form;
}

absl::StatusOr<Form> ParseMultipart(absl::string_view body, absl::string_view content_type, const FormLimits& limits) {
  std::string boundary;
  if (!ParameterOf(content_type, "boundary", &boundary) || boundary.empty() || boundary.size() > 70) {
    return absl::InvalidArgumentError("the form's boundary is missing or too long");
  }
  const std::string opening = absl::StrCat("--", boundary);
  const std::string separator = absl::StrCat("\r\n--", boundary);
  // What precedes the first boundary is to be ignored.
  std::size_t at = absl::StartsWith(body, opening) ? 0 : body.find(separator);
  if (at == absl::string_view::npos) return absl::InvalidArgumentError("the form's first boundary is missing");
  at += absl::StartsWith(body, opening) ? opening.size() : separator.size();
  Form form;
  for (;;) {
    absl::string_view rest = body.substr(at);
    if (absl::StartsWith(rest, "--")) return form;
    const std::size_t line = rest.find("\r\n");
    if (line == absl::string_view::npos || !absl::StripAsciiWhitespace(rest.substr(0, line)).empty()) {
      return absl::InvalidArgumentError("a boundary of the form is not followed by a line's end");
    }
    rest.remove_prefix(line + 2);
    const std::size_t end = rest.find(separator);
    if (end == absl::string_view::npos) return absl::InvalidArgumentError("the form's last boundary is missing");
    if (absl::Status bad = AddPart(rest.substr(0, end), limits, &form); !bad.ok()) return bad;
    at = static_cast<std::size_t>(rest.data() - body.data()) + end + separator.size();
  }
}

absl::StatusOr<Form> ParseForm(absl::string_view body, absl::string_view content_type, const FormLimits& limits) {
  if (body.empty()) return Form();
  const std::string type = MediaType(content_type);
  if (type == "application/x-www-form-urlencoded") return ParseUrlEncoded(body, limits);
  if (type == "multipart/form-data") return ParseMultipart(body, content_type, limits);
  return absl::UnimplementedError("a form is application/x-www-form-urlencoded or multipart/form-data");
}

}  // namespace boutique::http
