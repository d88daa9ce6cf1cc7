// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {

PageReply ShowHome(Storefront& front, const Visit& visit) {
  constexpr std::size_t kCardsInView = 6;
  const auto view = co_await coro::OrReturn(co_await front.shop().Home(visit.call, VisitorOf(visit)));
  Page page("home.tpl");
  Fields content = page.content();
  content.Show(view.products.empty() ? "NO_PRODUCTS" : "PRODUCTS");
  front.AddCards(view.products, kCardsInView, content);
  front.AddAd(view.ad, content);
  Around around;
  around.at_home = true;
  around.description = "Good, simple things for the wardrobe, the kitchen and the weekend.";
  co_return front.Finish(visit, view.frame, around, &page);
}

}  // namespace boutique::gateway
