// SPDX-License-Identifier: Apache-2.0
// Shop: search with filters.
#include <algorithm>
#include <utility>

#include "gateway/format.h"
#include "gateway/shop.h"
#include "platform/base/iso4217.h"
#include "platform/coro/or_return.h"
#include "platform/coro/when_all.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;

constexpr char kDollar[] = "USD";

// Half a minor unit: what rounding may add to a price or take from it.
base::Money HalfUnit(const std::string& currency) {
  std::int32_t nanos = 500'000'000;
  for (int digits = base::MinorUnitDigits(currency); digits > 0; --digits) nanos /= 10;
  return {currency, 0, nanos};
}

// The least amount that is shown as `bound`.
base::Money Lowered(const base::Money& bound) {
  const base::Money half = HalfUnit(bound.currency);
  const auto lowered = base::Add(bound, {half.currency, 0, -half.nanos});
  return lowered.ok() && !lowered->IsNegative() ? *lowered : base::Money{bound.currency, 0, 0};
}

// The greatest amount that is shown as `bound`.
base::Money Raised(const base::Money& bound) {
  const base::Money half = HalfUnit(bound.currency);
  const auto raised = base::Add(bound, {half.currency, 0, half.nanos - 1});
  return raised.ok() ? *raised : bound;
}

// What a catalog that knows no filters should have left out.
void FilterHere(const pb::SearchProductsRequest& request, pb::SearchProductsResponse* found) {
  const auto outside = [&](const pb::Product& product) {
    const auto& names = product.categories();
    const auto price = base::Money::Of(product.price_usd());
    if (!request.category().empty() && std::find(names.begin(), names.end(), request.category()) == names.end()) {
      return true;
    }
    if (price.currency != kDollar) return false;
    if (request.has_min_price_usd() && base::Compare(price, base::Money::Of(request.min_price_usd())) < 0) return true;
    return request.has_max_price_usd() && base::Compare(price, base::Money::Of(request.max_price_usd())) > 0;
  };
  auto* const results = found->mutable_results();
  results->erase(std::remove_if(results->begin(), results->end(), outside), results->end());
  found->set_total_size(results->size());
}

}  // namespace

rpc::Reply<SearchView> Shop::Search(const rpc::CallContext& call, Visitor visitor, SearchQuery query) {
  SearchView view;
  view.frame = co_await FrameOf(call, visitor);
  pb::SearchProductsResponse found;
  if (!query.text.empty()) found = co_await OrReturn(co_await Find(call, query, &view));
  view.total = found.total_size();
  view.next_page_token = found.next_page_token();
  view.corrected = found.corrected();
  std::vector<pb::Product> products(found.results().begin(), found.results().end());
  const bool none = products.empty();
  std::vector<std::string> nothing_seen;
  if (none) products = co_await Recommend(call, visitor.user_id, std::move(nothing_seen));
  auto priced = co_await OrReturn(co_await PriceProducts(call, std::move(products), &view.frame));
  (none ? view.suggestions : view.products) = std::move(priced);
  co_return view;
}

rpc::Reply<pb::SearchProductsResponse> Shop::Find(const rpc::CallContext& call, const SearchQuery& query,
                                                  SearchView* view) {
  pb::SearchProductsRequest request;
  request.set_query(query.text);
  request.set_category(query.category);
  request.set_page_size(query.page_size);
  request.set_page_token(query.page_token);
  co_await SetBounds(call, query, view, &request);
  auto found = co_await OrReturn(
      co_await clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncSearchProducts>(call, request));
  // Our catalog counts what it finds; one that does not has not read the filters either.
  if (found.total_size() == 0 && !found.results().empty()) FilterHere(request, &found);
  co_return found;
}

coro::Task<> Shop::SetBounds(const rpc::CallContext& call, const SearchQuery& query, SearchView* view,
                             pb::SearchProductsRequest* request) {
  const auto lowest = ParseAmount(query.min_price, view->frame.currency);
  const auto highest = ParseAmount(query.max_price, view->frame.currency);
  const bool crossed = lowest.ok() && highest.ok() && base::Compare(*lowest, *highest) > 0;
  view->min_price_invalid = crossed || (!query.min_price.empty() && !lowest.ok());
  view->max_price_invalid = crossed || (!query.max_price.empty() && !highest.ok());
  std::vector<base::Money> bounds;
  const bool has_lowest = lowest.ok() && !view->min_price_invalid;
  const bool has_highest = highest.ok() && !view->max_price_invalid;
  if (has_lowest) bounds.push_back(Lowered(*lowest));
  if (has_highest) bounds.push_back(Raised(*highest));
  if (bounds.empty()) co_return;
  auto dollars = co_await calls_.Convert(call, bounds, kDollar);
  if (!dollars.ok()) {
    // The page shows dollars then: so the numbers are dollars.
    view->frame.currency = kDollar;
    view->frame.currencies.clear();
    for (base::Money& bound : bounds) bound.currency = kDollar;
    dollars = std::move(bounds);
  }
  if (has_lowest) dollars->front().CopyTo(request->mutable_min_price_usd());
  if (has_highest) dollars->back().CopyTo(request->mutable_max_price_usd());
}

}  // namespace boutique::gateway
