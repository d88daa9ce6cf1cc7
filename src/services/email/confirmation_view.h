// SPDX-License-Identifier: Apache-2.0
// An order as its confirmation shows it. Values without I/O, safe from any thread.
#pragma once

#include <string>
#include <vector>

#include "hipstershop/types.pb.h"

namespace boutique::email {

namespace pb = ::hipstershop;

// Everything is UTF-8 text of one line, nothing is escaped. What is not known is empty.
struct ConfirmationView {
  struct Line {
    std::string product;
    int quantity = 0;
    std::string unit_price;
    std::string amount;
  };
  std::string order_id;
  std::string tracking_id;
  std::vector<Line> lines;
  std::string postage;
  std::string total;  // empty too if a price is missing, or they are of several currencies
  std::vector<std::string> address;
};

// Prices are rounded as the shop's pages round them: each unit price once, then multiplied and added.
ConfirmationView ViewOf(const pb::OrderResult& order);

std::string SubjectOf(const ConfirmationView& view);
// The confirmation as plain text, lines ended by \n.
std::string TextOf(const ConfirmationView& view);
// The same as a page for mail programs: tables and styles that the oldest of them know, 600 pixels wide at most, light
// or dark as its reader likes it, nothing that is fetched. Whatever comes from the order is escaped.
std::string HtmlOf(const ConfirmationView& view);

}  // namespace boutique::email
