// SPDX-License-Identifier: Apache-2.0
// The shop's pages with fakes behind them; a test asks for a page as the gateway would.
// Threads: belongs to the test's.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gateway/pages/pages.h"
#include "gateway/pages/storefront.h"
#include "platform/rpc/blocking_pool.h"
#include "support/catch.h"
#include "unit/gateway/storefront/fake_shop.h"

namespace boutique::gateway {

using Fieldset = std::vector<std::pair<std::string, std::string>>;
using PageFunction = PageReply (*)(Storefront& front, const Visit& visit);

inline bool Has(const http::Response& response, absl::string_view text) {
  return absl::StrContains(response.body, text);
}
inline bool Has(const absl::StatusOr<http::Response>& response, absl::string_view text) {
  return response.ok() && Has(*response, text);
}
// What stands between `before` and the next `after`; empty if it is not there.
inline std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const auto begin = text.find(before);
  if (begin == std::string::npos) return {};
  const auto end = text.find(after, begin + before.size());
  return end == std::string::npos ? "" : text.substr(begin + before.size(), end - begin - before.size());
}

class Pages : public FakeShop {
 public:
  explicit Pages(Connected connected = {}) : FakeShop(connected) { settings.version = "1.2.3"; }

  // The pages as the settings say; from the first use on they stay.
  Storefront& front() {
    if (front_ == nullptr) {
      auto made = Storefront::Make(settings, rules, clients, blocking_);
      REQUIRE_OK(made);
      front_ = *std::move(made);
    }
    return *front_;
  }

  // Asks for a page with these fields.
  absl::StatusOr<http::Response> Ask(PageFunction page, const Fieldset& fields = {}) {
    http::Form form;
    for (const auto& [name, value] : fields) form.Add(name, value);
    const Visit visit{request,  call,  settings,     settings.base_url, {"ada", "1a2b3c4d", false},
                      currency_code, "token", "request-1", form,              wants_json};
    return Run(page(front(), visit));
  }

  // The form as the original fills it in.
  static Fieldset Filled(const Fieldset& changes = {}) {
    Fieldset fields = changes;
    for (const auto& [name, value] : Fieldset{{"email", "someone@example.com"},
                                              {"street_address", "1600 Amphitheatre Parkway"},
                                              {"zip_code", "94043"},
                                              {"city", "Mountain View"},
                                              {"state", "CA"},
                                              {"country", "United States"},
                                              {"credit_card_number", "4432801561520454"},
                                              {"credit_card_expiration_month", "12"},
                                              {"credit_card_expiration_year", "2050"},
                                              {"credit_card_cvv", "672"},
                                              {"idempotency_key", "0123456789abcdef"},
                                              {"expected_total", "EUR 15.90"}}) {
      fields.emplace_back(name, value);  // a form's first field of a name counts
    }
    return fields;
  }

  GatewaySettings settings;
  SessionRules rules;
  http::Request request;
  std::string currency_code = "EUR";
  bool wants_json = false;

 private:
  rpc::BlockingPool blocking_{1};
  std::unique_ptr<Storefront> front_;
};

}  // namespace boutique::gateway
