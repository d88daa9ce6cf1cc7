// SPDX-License-Identifier: Apache-2.0
#include "services/email/confirmation_view.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "orders.h"
#include "support/catch.h"

namespace boutique::email {
namespace {

TEST_CASE("a confirmation tells lines, postage, total, address and tracking id", "[email]") {
  CHECK(TextOf(ViewOf(TwoLines().order())) ==
        "Thank you for your order.\n\n"
        "Order: order-7\n"
        "Tracking id: AB-20123-101234567\n\n"
        "What you ordered\n\n"
        "  2 x 6E92ZMYYFZ at €8.99: €17.98\n"
        "  1 x OLJCESPC7Z at €19.99: €19.99\n\n"
        "  Shipping: €7.50\n"
        "  Total: €45.47\n\n"
        "It goes to\n\n"
        "  1 Secret Lane\n"
        "  Zürich, ZH 08001\n"
        "  Switzerland\n");
}

TEST_CASE("a product is called by its name, where the order has it", "[email]") {
  auto order = TwoLines().order();
  order.mutable_items(0)->set_product_name("Salt & Pepper Shakers");
  order.mutable_items(1)->set_product_name("\r\n\t ");
  CHECK(absl::StrContains(TextOf(ViewOf(order)), "  2 x Salt & Pepper Shakers at €8.99: €17.98\n"));
  CHECK(absl::StrContains(TextOf(ViewOf(order)), "  1 x OLJCESPC7Z at €19.99"));
  const std::string html = HtmlOf(ViewOf(order));
  CHECK(absl::StrContains(html, ">Salt &amp; Pepper Shakers<"));
  CHECK_FALSE(absl::StrContains(html, "6E92ZMYYFZ"));
}

TEST_CASE("the page tells the same as the text", "[email]") {
  const std::string html = HtmlOf(ViewOf(TwoLines().order()));
  for (const std::string said : {"order-7", "AB-20123-101234567", "6E92ZMYYFZ", "2 × €8.99", "€17.98", "OLJCESPC7Z",
                                 "€19.99", "€7.50", "€45.47", "1 Secret Lane", "Zürich, ZH 08001", "Switzerland"}) {
    INFO(said);
    CHECK(absl::StrContains(html, said));
  }
}

TEST_CASE("the page fetches nothing and knows the dark", "[email]") {
  const std::string html = HtmlOf(ViewOf(TwoLines().order()));
  for (const std::string fetched : {"http", "src=", "url(", "<img", "<link", "<script", "@import", "href"}) {
    INFO(fetched);
    CHECK_FALSE(absl::StrContains(html, fetched));
  }
  CHECK(absl::StrContains(html, "prefers-color-scheme: dark"));
  CHECK(absl::StrContains(html, "max-width:600px"));
}

TEST_CASE("hostile text is shown, not obeyed", "[email]") {
  auto order = TwoLines().order();
  const std::string script = "<script>alert('x')</script>\"&";
  order.set_order_id(script);
  order.set_shipping_tracking_id(script);
  order.mutable_items(0)->mutable_item()->set_product_id(script);
  order.mutable_items(1)->set_product_name(script);
  order.mutable_shipping_address()->set_street_address("</td>\r\n\r\nBcc: <d@e.f>\n\n.\n");
  order.mutable_shipping_address()->set_city(script);
  const ConfirmationView view = ViewOf(order);
  const std::string html = HtmlOf(view);
  CHECK_FALSE(absl::StrContains(html, "<script"));
  CHECK_FALSE(absl::StrContains(html, "'x'"));
  CHECK(absl::StrContains(html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"));
  CHECK(absl::StrContains(html, "&lt;/td&gt; Bcc: &lt;d@e.f&gt; ."));
  CHECK(view.address[0] == "</td> Bcc: <d@e.f> .");
}

TEST_CASE("what is not known is not shown", "[email]") {
  pb::OrderResult order;
  order.set_order_id("1");
  CHECK(TextOf(ViewOf(order)) == "Thank you for your order.\n\nOrder: 1\n\n");
  CHECK_FALSE(absl::StrContains(HtmlOf(ViewOf(order)), "Total"));

  order = TwoLines().order();
  order.mutable_items(0)->clear_cost();
  CHECK(ViewOf(order).total.empty());
  CHECK(absl::StrContains(TextOf(ViewOf(order)), "  2 x 6E92ZMYYFZ\n"));
  order = TwoLines().order();
  order.mutable_shipping_cost()->set_currency_code("USD");
  CHECK(ViewOf(order).total.empty());
  order = TwoLines().order();
  order.mutable_items(0)->mutable_cost()->set_units(std::numeric_limits<std::int64_t>::max());
  CHECK(ViewOf(order).total.empty());
}

TEST_CASE("a postal code that came as a number is shown", "[email]") {
  auto order = TwoLines().order();
  order.mutable_shipping_address()->clear_postal_code();
  order.mutable_shipping_address()->set_zip_code(94043);
  CHECK(ViewOf(order).address[1] == "Zürich, ZH 94043");
}

TEST_CASE("yen have no decimals, francs their code", "[email]") {
  auto order = TwoLines().order();
  order.mutable_items()->DeleteSubrange(1, 1);
  SetAmount(order.mutable_items(0)->mutable_cost(), 1117, 0, "JPY");
  SetAmount(order.mutable_shipping_cost(), 800, 0, "JPY");
  CHECK(ViewOf(order).total == "¥3034");
  SetAmount(order.mutable_items(0)->mutable_cost(), 11, 500'000'000, "CHF");
  CHECK(ViewOf(order).lines[0].amount == "CHF 23.00");
}

}  // namespace
}  // namespace boutique::email
