// SPDX-License-Identifier: Apache-2.0
// Forms and queries as browsers and others send them: what is accepted is UTF-8 within the limits, and encoding a
// decoded text gives it back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "platform/http/forms.h"

namespace http = boutique::http;

namespace {

void Check(const absl::StatusOr<http::Form>& form) {
  if (!form.ok()) return;
  const http::FormLimits limits;
  if (form->fields().size() > limits.most_fields) std::abort();
  for (const auto& [name, value] : form->fields()) {
    if (name.size() > limits.longest_name || value.size() > limits.longest_value) std::abort();
    if (!http::IsUtf8(name) || !http::IsUtf8(value)) std::abort();
    const auto again = http::PercentDecode(http::PercentEncode(value));
    if (!again.ok() || *again != value) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Check(http::ParseUrlEncoded(text));
  // The first line is the content type, the rest the body.
  const std::size_t line = text.find('\n');
  const std::string type = text.substr(0, line);
  const std::string body = line == std::string::npos ? "" : text.substr(line + 1);
  Check(http::ParseMultipart(body, type));
  Check(http::ParseForm(body, type));
  return 0;
}
