// SPDX-License-Identifier: Apache-2.0
// What is bound to a statement's parameters.
// A value; refers to its text until the statement has been run, no longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/strings/string_view.h"

namespace boutique::sql {

// Bytes that are stored as they are.
struct Blob {
  absl::string_view bytes;
};

class Value {
 public:
  using Content = std::variant<std::nullptr_t, std::int64_t, double, absl::string_view, Blob>;

  Value(std::nullptr_t) : content_(nullptr) {}
  template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  Value(Integer value) : content_(static_cast<std::int64_t>(value)) {}
  Value(double value) : content_(value) {}
  Value(absl::string_view value) : content_(value) {}
  Value(const std::string& value) : content_(absl::string_view(value)) {}
  Value(const char* value) : content_(absl::string_view(value)) {}
  Value(Blob value) : content_(value) {}

  const Content& content() const { return content_; }

 private:
  Content content_;
};

}  // namespace boutique::sql
