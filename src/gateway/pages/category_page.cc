// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "gateway/format.h"
#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {

PageReply ShowCategory(Storefront& front, const Visit& visit) {
  constexpr std::size_t kCardsInView = 6;
  const auto view = co_await coro::OrReturn(
      co_await front.shop().Category(visit.call, VisitorOf(visit), std::string(visit.request.Param("name"))));
  Page page("category.tpl");
  Fields content = page.content();
  content.Set("CATEGORY_NAME", CategoryName(view.category));
  content.Set("COUNT_TEXT", CountText(static_cast<std::int64_t>(view.products.size()), "product", "products"));
  front.AddCards(view.products, kCardsInView, content);
  front.AddAd(view.ad, content);
  Around around;
  around.title = CategoryName(view.category);
  around.category = view.category;
  co_return front.Finish(visit, view.frame, around, &page);
}

}  // namespace boutique::gateway
