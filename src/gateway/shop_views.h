// SPDX-License-Identifier: Apache-2.0
// What the pages show, before it is HTML or JSON. Amounts are converted and rounded: what is shown is what is charged.
// Values, safe to copy.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hipstershop/ad.pb.h"
#include "hipstershop/order.pb.h"
#include "hipstershop/product_catalog.pb.h"
#include "hipstershop/types.pb.h"
#include "platform/base/money.h"

namespace boutique::gateway {

namespace pb = ::hipstershop;

// Who looks at a page.
struct Visitor {
  std::string user_id;
  std::string currency;  // as wished; any text
};

// What surrounds every page. The currency is that of each amount on the page: the visitor's, or the dollar where that
// is not supported or cannot be had.
struct Frame {
  std::string currency = "USD";
  std::vector<std::string> currencies;  // to choose from; empty: no choice
  std::vector<std::string> categories;  // empty: unknown
  std::int64_t cart_count = 0;          // 0 also when unknown
};

struct PricedProduct {
  pb::Product product;
  base::Money price;
};

struct HomeView {
  Frame frame;
  std::vector<PricedProduct> products;
  std::optional<pb::Ad> ad;
};

struct CategoryView {
  Frame frame;
  std::string category;
  std::vector<PricedProduct> products;
  std::optional<pb::Ad> ad;
};

struct ProductView {
  Frame frame;
  PricedProduct product;
  std::vector<PricedProduct> recommendations;
  std::optional<pb::Ad> ad;
};

// What is looked for. Bounds are as typed, in the visitor's currency; empty for none.
struct SearchQuery {
  std::string text;
  std::string category;
  std::string min_price;
  std::string max_price;
  std::string page_token;
  std::int32_t page_size = 24;  // products of a page, up to 1,000
};

struct SearchView {
  Frame frame;
  std::vector<PricedProduct> products;
  std::int64_t total = 0;
  std::string next_page_token;
  bool corrected = false;
  bool min_price_invalid = false;  // a bound that cannot be read bounds nothing
  bool max_price_invalid = false;
  std::vector<PricedProduct> suggestions;  // where nothing was found
};

struct CartLine {
  pb::CartItem item;
  std::optional<pb::Product> product;  // absent: no longer sold
  base::Money unit;
  base::Money total;
};

struct CartView {
  Frame frame;
  std::vector<CartLine> lines;
  base::Money subtotal;
  std::optional<base::Money> shipping;  // absent: cannot be quoted at the moment
  bool ships = true;                    // whether this shop sends anything
  bool takes_orders = true;             // whether there is a checkout
  std::optional<base::Money> total;     // absent: something has no price
  bool can_change = false;              // lines can be changed one by one
  std::vector<PricedProduct> recommendations;
};

struct OrderView {
  Frame frame;
  pb::Order order;
  std::map<std::string, pb::Product> products;  // those that are still sold, by id
  std::vector<PricedProduct> recommendations;
};

struct OrdersView {
  Frame frame;
  std::vector<pb::Order> orders;  // newest first
  std::map<std::string, pb::Product> products;
  std::string next_page_token;
};

// `unit` times `quantity`; both rounded already.
absl::StatusOr<base::Money> LineTotal(const base::Money& unit, std::int32_t quantity);
// Fills in the lines' totals and the cart's sums from the lines' unit prices and the postage. OUT_OF_RANGE for amounts
// that cannot be expressed.
absl::Status AddUp(CartView* cart);
// What the product of an order's line was called when it was ordered; where that is not on record, as it is called now,
// or its id if it is not sold any more.
std::string NameOf(const pb::OrderItem& line, const std::map<std::string, pb::Product>& products);
// The lines of an order: the sum of their prices without postage.
absl::StatusOr<base::Money> Subtotal(const pb::Order& order);

}  // namespace boutique::gateway
