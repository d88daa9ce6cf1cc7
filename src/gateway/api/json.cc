// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/base/status.h"

namespace boutique::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

constexpr std::size_t kLongestName = 64;
// Up to here a double is exact.
constexpr double kExact = 9007199254740992.0;

// The option that writes empty fields has another name from protobuf 26 on.
template <typename Options>
void WriteEmptyFields(Options* options) {
  if constexpr (requires { options->always_print_fields_with_no_presence; }) {
    options->always_print_fields_with_no_presence = true;
  } else {
    options->always_print_primitive_fields = true;
  }
}

// A name that a client chose, for an error: cut where a character ends.
std::string Shown(absl::string_view name) {
  if (name.size() <= kLongestName) return std::string(name);
  std::size_t end = kLongestName;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(name.substr(0, end), "...");
}

std::string Join(absl::string_view path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

const FieldDescriptor* FieldOf(const Descriptor& type, const std::string& name) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    if (field->json_name() == name || field->name() == name) return field;
  }
  return nullptr;
}

// Whether it is a whole number of the range, as canonical JSON writes one: 7, 7.0 or "7".
template <typename Number>
bool IsWhole(const json& value) {
  constexpr Number kLeast = std::numeric_limits<Number>::min();
  constexpr Number kMost = std::numeric_limits<Number>::max();
  Number parsed = 0;
  if (const auto* const text = value.get_ptr<const json::string_t*>()) {
    return !text->empty() && !absl::ascii_isspace(static_cast<unsigned char>(text->front())) &&
           !absl::ascii_isspace(static_cast<unsigned char>(text->back())) && absl::SimpleAtoi(*text, &parsed);
  }
  if (const auto* const positive = value.get_ptr<const json::number_unsigned_t*>()) {
    return *positive <= static_cast<std::uint64_t>(kMost);
  }
  if (const auto* const number = value.get_ptr<const json::number_integer_t*>()) {
    return *number >= kLeast && *number <= kMost;
  }
  const auto* const real = value.get_ptr<const json::number_float_t*>();
  return real != nullptr && std::trunc(*real) == *real && std::abs(*real) < kExact &&
         *real >= static_cast<double>(kLeast) && *real <= static_cast<double>(kMost);
}

absl::Status CheckObject(const json& object, const Descriptor& type, const std::string& path);

absl::Status CheckOne(const json& value, const FieldDescriptor& field, const std::string& path) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return value.is_string() ? absl::OkStatus() : base::InvalidField(path, "must be a string");
    case FieldDescriptor::CPPTYPE_INT32:
      return IsWhole<std::int32_t>(value) ? absl::OkStatus()
                                          : base::InvalidField(path, "must be a whole number of 32 bits");
    case FieldDescriptor::CPPTYPE_INT64:
      return IsWhole<std::int64_t>(value) ? absl::OkStatus()
                                          : base::InvalidField(path, "must be a whole number of 64 bits");
    case FieldDescriptor::CPPTYPE_MESSAGE: return CheckObject(value, *field.message_type(), path);
    default: return base::InvalidField(path, "cannot be set");
  }
}

absl::Status CheckField(const json& value, const FieldDescriptor& field, const std::string& path) {
  if (value.is_null()) return absl::OkStatus();  // as if it were not there
  if (!field.is_repeated()) return CheckOne(value, field, path);
  if (!value.is_array()) return base::InvalidField(path, "must be a list");
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (absl::Status bad = CheckOne(value[i], field, absl::StrCat(path, "[", i, "]")); !bad.ok()) return bad;
  }
  return absl::OkStatus();
}

absl::Status CheckObject(const json& object, const Descriptor& type, const std::string& path) {
  if (!object.is_object()) return base::InvalidField(path.empty() ? "body" : path, "must be an object");
  std::set<const FieldDescriptor*> seen;
  for (const auto& [name, value] : object.items()) {
    const FieldDescriptor* const field = FieldOf(type, name);
    if (field == nullptr) return base::InvalidField(Join(path, Shown(name)), "is not a field of this request");
    const std::string at = Join(path, field->json_name());
    if (!seen.insert(field).second) return base::InvalidField(at, "is there twice");
    if (absl::Status bad = CheckField(value, *field, at); !bad.ok()) return bad;
  }
  return absl::OkStatus();
}

// The text as a tree; `twice` gets the name of a member that its object has twice.
json Parse(absl::string_view text, std::string* twice) {
  std::vector<std::set<std::string>> names;
  const json::parser_callback_t watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key) {
      const auto& name = *parsed.get_ptr<const json::string_t*>();
      if (!names.back().insert(name).second) *twice = name;
    }
    return true;
  };
  return json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
}

absl::Status Read(absl::string_view text, google::protobuf::Message* message) {
  if (absl::StripAsciiWhitespace(text).empty()) return base::InvalidField("body", "must be a JSON object");
  std::string twice;
  const json tree = Parse(text, &twice);
  if (tree.is_discarded()) return base::InvalidField("body", "is not JSON in UTF-8");
  if (!twice.empty()) return base::InvalidField(Shown(twice), "is there twice");
  if (absl::Status bad = CheckObject(tree, *message->GetDescriptor(), ""); !bad.ok()) return bad;
  if (!google::protobuf::util::JsonStringToMessage(std::string(text), message).ok()) {
    return base::InvalidField("body", "is not what this method takes");
  }
  return absl::OkStatus();
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  WriteEmptyFields(&options);
  std::string text;
  // Fails for strings that are no UTF-8 alone, which no message has: they came as messages or were checked.
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "{}";
  return text;
}

http::Response JsonAnswer(int status, const google::protobuf::Message& message) {
  return http::Answer(status, "application/json", ToJson(message));
}

absl::Status FromJson(absl::string_view text, google::protobuf::Message* message) {
  absl::Status read = Read(text, message);
  if (!read.ok()) read.SetPayload(kAsWritten, absl::Cord());
  return read;
}

std::string JsonPath(absl::string_view contract_path) {
  std::string path;
  bool raise = false;
  for (const char c : contract_path) {
    if (c == '_') {
      raise = true;
      continue;
    }
    path += raise ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c;
    raise = false;
  }
  return path;
}

}  // namespace boutique::gateway
