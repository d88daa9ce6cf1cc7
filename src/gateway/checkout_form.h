// SPDX-License-Identifier: Apache-2.0
// What shoppers type: the checkout form and the quantity, checked field by field.
// Stateless, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "hipstershop/checkout.pb.h"
#include "platform/base/clock.h"
#include "platform/base/money.h"

namespace boutique::gateway {

namespace pb = ::hipstershop;

// The value of a form's field by its name; empty where there is none.
using FieldReader = absl::FunctionRef<absl::string_view(absl::string_view name)>;

// A field that is wrong, and a sentence for the shopper that says what to do.
struct FieldProblem {
  std::string field;  // as in the form: "zip_code"
  std::string sentence;
};

// The checkout form as it was typed, without the space around it.
struct CheckoutForm {
  std::string email;
  std::string street_address;
  std::string zip_code;
  std::string city;
  std::string state;
  std::string country;
  std::string card_number;
  std::string card_month;
  std::string card_year;
  std::string card_cvv;
  std::string idempotency_key;  // empty: the client knows none
  std::string expected_total;   // "EUR 12.34"; empty: the client knows none
};

CheckoutForm ReadCheckoutForm(FieldReader field);

// What is wrong, one entry for each field, in the form's order. The rules are those of the public shop, except that
// hyphens may group a card's digits, that a postal code may have letters, and that an expired card is refused here.
std::vector<FieldProblem> CheckCheckoutForm(const CheckoutForm& form, const base::Clock& clock);

// The request of a form that has no problems. `expected` may be absent.
pb::PlaceOrderRequest ToPlaceOrder(const CheckoutForm& form, absl::string_view user_id, absl::string_view currency,
                                   const std::optional<base::Money>& expected);

// The quantity to add to a cart, 1 to 10; absent for anything else.
std::optional<std::int32_t> ReadQuantity(absl::string_view text);
// The quantity that a line is to have, 0 to 1,000; absent for anything else.
std::optional<std::int32_t> ReadLineQuantity(absl::string_view text);

}  // namespace boutique::gateway
