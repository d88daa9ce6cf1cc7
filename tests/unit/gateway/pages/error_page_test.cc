// SPDX-License-Identifier: Apache-2.0
#include "gateway/pages/shop_error_page.h"

#include "unit/gateway/pages/page_fixture.h"

namespace boutique::gateway {

TEST_CASE_METHOD(Pages, "every error is a page that says what to do, with its request", "[pages]") {
  const ShopErrorPage errors(front());
  const std::pair<int, const char*> cases[] = {
      {400, "We did not understand that"}, {401, "not open to everybody"},
      {403, "This page has grown old"},    {404, "There is nothing here"},
      {405, "That does not work here"},    {413, "That was too much at once"}, {415, "We cannot read that format"},
      {422, "Something in the form is not right"}, {429, "A little slower, please"}, {431, "Clearing the cookies"},
      {500, "Something went wrong on our side"},   {503, "We will be right back"},   {418, "That did not work"}};
  for (const auto& [status, text] : cases) {
    INFO(status);
    ErrorView view;
    view.status = status;
    view.request_id = "request-7";
    const auto page = errors.Render(view);
    CHECK(page.status == status);
    CHECK(Has(page, text));
    CHECK(Has(page, "request-7"));
    CHECK(Has(page, "href=\"/\""));
    CHECK_FALSE(Has(page, "csrf_token"));  // no form without a session
    CHECK(Has(page, "data-cart-text></span>"));  // nothing is said of a cart that was not asked for
  }
  CHECK(Calls() == 0);
}

TEST_CASE_METHOD(Pages, "an error says what was not found, what was wrong, and when to come back", "[pages]") {
  const ShopErrorPage errors(front());
  ErrorView view;
  view.status = 404;
  view.route = "/product/:id";
  CHECK(Has(errors.Render(view), "<title>We do not have that product"));
  view.route = "/orders/:id";
  CHECK(Has(errors.Render(view), "We cannot find that order"));
  view.status = 422;
  view.reasons = {"Choose a quantity from 1 to 10.", "<script>"};
  CHECK(Has(errors.Render(view), "Choose a quantity from 1 to 10."));
  CHECK(Has(errors.Render(view), "&lt;script&gt;"));
  view.status = 503;
  view.retry_after = 5;
  CHECK(Has(errors.Render(view), "in about 5 seconds"));
  view.back_path = "/cart";
  view.back_label = "Back to the cart";
  CHECK(Has(errors.Render(view), "href=\"/cart\">Back to the cart"));
}

}  // namespace boutique::gateway
