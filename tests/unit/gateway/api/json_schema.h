// SPDX-License-Identifier: Apache-2.0
// As much of JSON Schema as the API's document uses, and stricter: an object has no member that its schema lacks.
// Values; safe from any thread.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace boutique::gateway {

// What is wrong with `value`, a line each; `document` is where references lead.
std::vector<std::string> Violations(const nlohmann::json& document, const nlohmann::json& schema,
                                    const nlohmann::json& value, const std::string& path = "$");

// What a reference leads to, and the schema itself if it is none. Null if it leads nowhere.
const nlohmann::json& Resolve(const nlohmann::json& document, const nlohmann::json& schema);

}  // namespace boutique::gateway
