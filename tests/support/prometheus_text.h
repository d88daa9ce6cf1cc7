// SPDX-License-Identifier: Apache-2.0
// Reads the Prometheus text format: https://prometheus.io/docs/instrumenting/exposition_formats/.
// Stateless, safe from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace boutique::testing {

struct PrometheusText {
  std::map<std::string, std::string> types;     // by family: "counter"
  std::map<std::string, std::string> helps;     // by family
  std::map<std::string, double> samples;        // by name and labels as written: grpc_x{grpc_code="OK"}
  std::optional<std::string> malformed;         // the first line that is none of the format's

  bool Has(const std::string& sample) const { return samples.count(sample) > 0; }
  // The sample's value, 0 if there is none.
  double operator[](const std::string& sample) const {
    const auto found = samples.find(sample);
    return found == samples.end() ? 0 : found->second;
  }
};

inline bool ReadPrometheusLine(absl::string_view line, PrometheusText* text) {
  if (line.empty()) return true;
  if (line.front() == '#') {
    const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 3));
    if (words.size() != 4) return false;
    if (words[1] == "TYPE") text->types[words[2]] = words[3];
    if (words[1] == "HELP") text->helps[words[2]] = words[3];
    return words[1] == "TYPE" || words[1] == "HELP";
  }
  const std::size_t space = line.rfind(' ');
  double value = 0;
  if (space == absl::string_view::npos || !absl::SimpleAtod(line.substr(space + 1), &value)) return false;
  const absl::string_view name = line.substr(0, space);
  const std::size_t brace = name.find('{');
  if (brace != absl::string_view::npos && name.back() != '}') return false;
  return text->samples.emplace(std::string(name), value).second;  // a sample comes once
}

inline PrometheusText ReadPrometheusText(const std::string& written) {
  PrometheusText text;
  for (const absl::string_view line : absl::StrSplit(written, '\n')) {
    if (!ReadPrometheusLine(line, &text) && !text.malformed.has_value()) text.malformed = std::string(line);
  }
  return text;
}

}  // namespace boutique::testing
