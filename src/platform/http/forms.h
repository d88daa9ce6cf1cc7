// SPDX-License-Identifier: Apache-2.0
// The fields of forms and queries: application/x-www-form-urlencoded and the text fields of multipart/form-data.
// Pure functions and values; safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::http {

// What a form may hold; one that holds more is INVALID_ARGUMENT.
struct FormLimits {
  std::size_t most_fields = 64;
  std::size_t longest_name = 128;     // bytes, decoded
  std::size_t longest_value = 16384;  // bytes, decoded
};

class Form {
 public:
  // The first field of this name; empty if there is none.
  absl::string_view Get(absl::string_view name) const;
  bool Has(absl::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

  void Add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  // Puts the other form's fields behind these.
  void Append(Form other);

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Decodes %XX and, if `plus_is_space`, '+'. INVALID_ARGUMENT for a '%' without two hexadecimal digits, for a NUL, and
// for what is no UTF-8.
absl::StatusOr<std::string> PercentDecode(absl::string_view text, bool plus_is_space = false);
// Encodes everything but the unreserved characters of RFC 3986: for a path's segment or a query's value.
std::string PercentEncode(absl::string_view text);

// "a=1&b=two+words": a query or a form's body.
absl::StatusOr<Form> ParseUrlEncoded(absl::string_view text, const FormLimits& limits = {});
// A body of multipart/form-data; files are refused. `content_type` is the whole header, with its boundary.
absl::StatusOr<Form> ParseMultipart(absl::string_view body, absl::string_view content_type,
                                    const FormLimits& limits = {});
// A body by its Content-Type; UNIMPLEMENTED (415) if it is neither of the two. An empty body is an empty form.
absl::StatusOr<Form> ParseForm(absl::string_view body, absl::string_view content_type, const FormLimits& limits = {});

// Whether `text` is well-formed UTF-8.
bool IsUtf8(absl::string_view text);

}  // namespace boutique::http
