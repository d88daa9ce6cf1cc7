// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/api/json_schema.h"

#include <algorithm>
#include <regex>

namespace boutique::gateway {
namespace {

using nlohmann::json;

bool IsOfType(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  return false;
}

bool IsOfTypes(const json& value, const json& types) {
  if (types.is_string()) return IsOfType(value, types.get<std::string>());
  return std::any_of(types.begin(), types.end(),
                     [&](const json& type) { return IsOfType(value, type.get<std::string>()); });
}

std::vector<std::string> OfObject(const json& document, const json& schema, const json& value,
                                  const std::string& path) {
  std::vector<std::string> wrong;
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name.get<std::string>())) wrong.push_back(path + " lacks " + name.get<std::string>());
  }
  if (!schema.contains("properties")) return wrong;
  for (const auto& [name, member] : value.items()) {
    const std::string at = path + "." + name;
    if (!schema["properties"].contains(name)) {
      wrong.push_back(at + " is not in the schema");
      continue;
    }
    for (auto& line : Violations(document, schema["properties"][name], member, at)) wrong.push_back(std::move(line));
  }
  return wrong;
}

std::vector<std::string> OfScalar(const json& schema, const json& value, const std::string& path) {
  std::vector<std::string> wrong;
  const json values = schema.value("enum", json::array({value}));
  if (std::find(values.begin(), values.end(), value) == values.end()) {
    wrong.push_back(path + " is none of the values: " + value.dump());
  }
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    if (schema.contains("pattern") && !std::regex_search(text, std::regex(schema["pattern"].get<std::string>()))) {
      wrong.push_back(path + " does not match the pattern: " + text);
    }
    if (text.size() > schema.value("maxLength", text.size())) wrong.push_back(path + " is too long");
    if (text.size() < schema.value("minLength", std::size_t{0})) wrong.push_back(path + " is too short");
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number < schema.value("minimum", number)) wrong.push_back(path + " is too small");
    if (number > schema.value("maximum", number)) wrong.push_back(path + " is too large");
  }
  return wrong;
}

}  // namespace

const json& Resolve(const json& document, const json& schema) {
  static const json nothing;
  if (!schema.contains("$ref")) return schema;
  const json::json_pointer target(schema["$ref"].get<std::string>().substr(1));
  return document.contains(target) ? document[target] : nothing;
}

std::vector<std::string> Violations(const json& document, const json& schema, const json& value,
                                    const std::string& path) {
  const json& rules = Resolve(document, schema);
  if (rules.is_null()) return {path + ": the schema leads nowhere: " + schema.dump()};
  if (!rules.contains("type")) return {path + ": the schema has no type"};
  if (!IsOfTypes(value, rules["type"])) return {path + " is not of type " + rules["type"].dump() + ": " + value.dump()};
  if (value.is_object()) return OfObject(document, rules, value, path);
  if (!value.is_array()) return OfScalar(rules, value, path);
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string at = path + "[" + std::to_string(i) + "]";
    for (auto& line : Violations(document, rules["items"], value[i], at)) wrong.push_back(std::move(line));
  }
  return wrong;
}

}  // namespace boutique::gateway
