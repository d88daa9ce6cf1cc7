// SPDX-License-Identifier: Apache-2.0
// The API's products.
#include <utility>

#include "absl/strings/ascii.h"
#include "gateway/api/api.h"
#include "gateway/api/json.h"
#include "gateway/api/problem.h"
#include "gateway/api/search_json.h"
#include "platform/base/status.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;

constexpr std::int32_t kMostPerPage = 1000;
constexpr std::int32_t kUsualPage = 24;

// The bounds and the text of a query; the page's size is the caller's.
SearchQuery QueryOf(const Visit& visit, absl::string_view text) {
  SearchQuery query;
  query.text = std::string(absl::StripAsciiWhitespace(visit.Field(text)));
  query.category = std::string(visit.Field("category"));
  query.min_price = std::string(absl::StripAsciiWhitespace(visit.Field("min_price")));
  query.max_price = std::string(absl::StripAsciiWhitespace(visit.Field("max_price")));
  query.page_token = std::string(visit.Field("page_token"));
  return query;
}

absl::Status CheckBounds(const SearchView& view) {
  constexpr char kWhat[] = "must be an amount such as 12.50, the lowest first";
  if (view.min_price_invalid) return base::InvalidField("min_price", kWhat);
  if (view.max_price_invalid) return base::InvalidField("max_price", kWhat);
  return absl::OkStatus();
}

// What the catalog finds; bounds and prices are in `currency`, in dollars and without prices if it is empty.
rpc::Reply<v1::ProductList> Find(Shop& shop, const Assets& assets, const Visit& visit, SearchQuery query,
                                 std::string currency) {
  SearchView view;
  if (!currency.empty()) view.frame.currency = currency;
  const auto found = co_await OrReturn(co_await shop.Find(visit.call, query, &view));
  co_await OrReturn(CheckBounds(view));
  if (!currency.empty() && view.frame.currency != currency) {
    co_return absl::UnavailableError("prices cannot be converted at the moment");
  }
  std::vector<pb::Product> products(found.results().begin(), found.results().end());
  auto list = co_await OrReturn(
      co_await Describe(shop, assets, visit, std::move(products), std::move(currency)));
  list.set_next_page_token(found.next_page_token());
  list.set_total_size(found.total_size());
  list.set_corrected(found.corrected());
  co_return list;
}

}  // namespace

ApiReply GetProducts(Api& api, const Visit& visit) {
  SearchQuery query = QueryOf(visit, "query");
  const std::int32_t page_size = co_await OrReturn(NumberAsked(visit, "page_size", kMostPerPage));
  query.page_size = page_size == 0 ? kUsualPage : page_size;
  auto currency = co_await OrReturn(co_await CurrencyAsked(api, visit));
  const auto list =
      co_await OrReturn(co_await Find(api.shop(), api.assets(), visit, std::move(query), std::move(currency)));
  co_return JsonAnswer(200, list);
}

ApiReply GetCatalog(Api& api, const Visit& visit) {
  SearchQuery everything;
  everything.page_size = 0;
  auto currency = co_await OrReturn(co_await CurrencyAsked(api, visit));
  const auto list =
      co_await OrReturn(co_await Find(api.shop(), api.assets(), visit, std::move(everything), std::move(currency)));
  co_return JsonAnswer(200, list);
}

ApiReply GetProduct(Api& api, const Visit& visit) {
  auto currency = co_await OrReturn(co_await CurrencyAsked(api, visit));
  pb::GetProductRequest request;
  request.set_id(std::string(visit.request.Param("id")));
  auto product = co_await OrReturn(
      co_await api.clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(visit.call,
                                                                                             std::move(request)));
  std::vector<pb::Product> one;
  one.push_back(std::move(product));
  const auto list =
      co_await OrReturn(co_await Describe(api.shop(), api.assets(), visit, std::move(one), std::move(currency)));
  co_return JsonAnswer(200, list.products(0));
}

ApiReply SearchAsJson(Shop& shop, const Assets& assets, const Visit& visit) {
  SearchQuery query = QueryOf(visit, "q");
  absl::Status failure = query.text.empty() ? base::InvalidField("q", "is required") : absl::OkStatus();
  if (failure.ok()) {
    const auto list = co_await Find(shop, assets, visit, std::move(query), "");
    if (list.ok()) co_return JsonAnswer(200, *list);
    failure = list.status();
  }
  co_return ProblemAnswer(ProblemOf(failure, FieldNames::kOfQuery), visit.request_id);
}

}  // namespace boutique::gateway
