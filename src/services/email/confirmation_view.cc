// SPDX-License-Identifier: Apache-2.0
#include "services/email/confirmation_view.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "platform/base/money_display.h"

namespace boutique::email {
namespace {

// What a shopper wrote on several lines stands on one.
std::string OneLine(absl::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    if (control && (line.empty() || line.back() == ' ')) continue;
    line += control ? ' ' : c;
  }
  return std::string(absl::StripAsciiWhitespace(line));
}

std::vector<std::string> AddressLines(const pb::Address& address) {
  std::string code = address.postal_code();
  if (code.empty() && address.zip_code() > 0) code = absl::StrCat(address.zip_code());
  const std::string region =
      OneLine(absl::StrCat(address.state(), address.state().empty() || code.empty() ? "" : " ", code));
  const std::string city = OneLine(address.city());
  const std::string place = absl::StrCat(city, city.empty() || region.empty() ? "" : ", ", region);
  std::vector<std::string> lines = {OneLine(address.street_address()), place, OneLine(address.country())};
  std::erase(lines, "");
  return lines;
}

// What the shopper knows it by; a checkout of another make tells its id alone.
std::string ProductOf(const pb::OrderItem& item) {
  std::string name = OneLine(item.product_name());
  return name.empty() ? OneLine(item.item().product_id()) : name;
}

// The amount rounded, times `quantity`; nothing where that cannot be expressed.
std::optional<base::Money> Rounded(const pb::Money& amount, int quantity = 1) {
  auto rounded = base::RoundToMinorUnit(base::Money::Of(amount));
  if (rounded.ok()) rounded = base::Multiply(*rounded, quantity);
  return rounded.ok() ? std::optional(*std::move(rounded)) : std::nullopt;
}

// Adds to what is known so far; not known for ever once an amount was not.
class Sum {
 public:
  void Add(const std::optional<base::Money>& amount) {
    if (!amount.has_value()) known_ = false;
    if (!known_) return;
    auto sum = sum_.has_value() ? base::Add(*sum_, *amount) : absl::StatusOr<base::Money>(*amount);
    known_ = sum.ok();
    if (known_) sum_ = *std::move(sum);
  }
  std::string Text() const { return known_ && sum_.has_value() ? base::FormatMoney(*sum_) : ""; }

 private:
  bool known_ = true;
  std::optional<base::Money> sum_;
};

std::string Show(const std::optional<base::Money>& amount) {
  return amount.has_value() ? base::FormatMoney(*amount) : "";
}

}  // namespace

ConfirmationView ViewOf(const pb::OrderResult& order) {
  ConfirmationView view;
  view.order_id = OneLine(order.order_id());
  view.tracking_id = OneLine(order.shipping_tracking_id());
  view.address = AddressLines(order.shipping_address());
  Sum total;
  for (const pb::OrderItem& item : order.items()) {
    const int quantity = item.item().quantity();
    const auto unit = item.has_cost() ? Rounded(item.cost()) : std::nullopt;
    const auto amount = item.has_cost() ? Rounded(item.cost(), quantity) : std::nullopt;
    view.lines.push_back({ProductOf(item), quantity, Show(unit), Show(amount)});
    total.Add(amount);
  }
  if (order.has_shipping_cost()) {
    const auto postage = Rounded(order.shipping_cost());
    view.postage = Show(postage);
    total.Add(postage);
  }
  view.total = total.Text();
  return view;
}

std::string SubjectOf(const ConfirmationView& view) { return absl::StrCat("Your order ", view.order_id); }

std::string TextOf(const ConfirmationView& view) {
  std::string out = absl::StrCat("Thank you for your order.\n\nOrder: ", view.order_id, "\n");
  if (!view.tracking_id.empty()) absl::StrAppend(&out, "Tracking id: ", view.tracking_id, "\n");
  if (!view.lines.empty()) absl::StrAppend(&out, "\nWhat you ordered\n\n");
  for (const auto& line : view.lines) {
    absl::StrAppend(&out, "  ", line.quantity, " x ", line.product);
    if (!line.amount.empty()) absl::StrAppend(&out, " at ", line.unit_price, ": ", line.amount);
    out += "\n";
  }
  out += "\n";
  if (!view.postage.empty()) absl::StrAppend(&out, "  Shipping: ", view.postage, "\n");
  if (!view.total.empty()) absl::StrAppend(&out, "  Total: ", view.total, "\n");
  if (!view.address.empty()) absl::StrAppend(&out, "\nIt goes to\n\n");
  for (const std::string& line : view.address) absl::StrAppend(&out, "  ", line, "\n");
  return out;
}

}  // namespace boutique::email
