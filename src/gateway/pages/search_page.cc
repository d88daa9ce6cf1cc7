// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/api/search_json.h"
#include "gateway/format.h"
#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"
#include "platform/http/forms.h"

namespace boutique::gateway {
namespace {

constexpr std::size_t kMostQuery = 256;
constexpr std::size_t kCardsInView = 8;

// Not more than the catalog takes, without half a character at the end.
std::string Shortened(absl::string_view text) {
  std::string query(absl::StripAsciiWhitespace(text));
  if (query.size() <= kMostQuery) return query;
  query.resize(kMostQuery);
  while (!query.empty() && !http::IsUtf8(query)) query.pop_back();
  return query;
}

SearchQuery QueryOf(const Visit& visit) {
  SearchQuery query;
  query.text = Shortened(visit.Field("q"));
  query.category = std::string(visit.Field("category"));
  query.min_price = std::string(absl::StripAsciiWhitespace(visit.Field("min_price")));
  query.max_price = std::string(absl::StripAsciiWhitespace(visit.Field("max_price")));
  query.page_token = std::string(visit.Field("page"));
  return query;
}

void AddFilters(const Storefront& front, const SearchQuery& query, const SearchView& view, Fields content) {
  content.Show("FILTERS").Set("CURRENCY_CODE", view.frame.currency);
  content.Set("MIN_PRICE", query.min_price).Set("MAX_PRICE", query.max_price);
  for (const std::string& category : view.frame.categories) {
    Fields option = content.Add("FILTER_CATEGORIES");
    option.Set("CATEGORY_VALUE", category).Set("CATEGORY_NAME", CategoryName(category));
    option.ShowIf(category == query.category, "SELECTED");
  }
  if (!query.category.empty() || !query.min_price.empty() || !query.max_price.empty()) {
    content.Show("FILTERED", "CLEAR_URL", WithQuery(front.settings().base_url + "/search", {{"q", query.text}}));
  }
  if (view.min_price_invalid || view.max_price_invalid) {
    content.Show("FILTER_ERROR", "FILTER_ERROR_TEXT", "Enter prices as numbers, the lowest first: 12.50, for example.");
    content.ShowIf(view.min_price_invalid, "MIN_PRICE_INVALID").ShowIf(view.max_price_invalid, "MAX_PRICE_INVALID");
  }
}

void AddResults(const Storefront& front, const SearchQuery& query, const SearchView& view, Fields content) {
  if (view.products.empty()) {
    content.Show("NO_RESULTS").ShowIf(!view.suggestions.empty(), "SUGGESTIONS");
    front.AddCards(view.suggestions, 0, content);
    return;
  }
  content.Show("RESULTS").ShowIf(view.corrected, "CORRECTED");
  front.AddCards(view.products, kCardsInView, content);
  if (view.next_page_token.empty()) return;
  const std::string more = WithQuery(front.settings().base_url + "/search",
                                     {{"q", query.text},
                                      {"category", query.category},
                                      {"min_price", query.min_price},
                                      {"max_price", query.max_price},
                                      {"page", view.next_page_token}});
  content.Show("MORE", "MORE_URL", more);
}

}  // namespace

PageReply ShowSearch(Storefront& front, const Visit& visit) {
  if (visit.wants_json) co_return co_await SearchAsJson(front.shop(), front.assets(), visit);
  SearchQuery query = QueryOf(visit);
  auto found = co_await front.shop().Search(visit.call, VisitorOf(visit), query);
  if (absl::IsInvalidArgument(found.status()) && !query.page_token.empty()) {
    query.page_token.clear();  // a page that has gone since, or was never one: the first
    found = co_await front.shop().Search(visit.call, VisitorOf(visit), query);
  }
  const auto view = co_await coro::OrReturn(std::move(found));

  Page page("search.tpl");
  Fields content = page.content();
  content.Set("QUERY", query.text).Show(query.text.empty() ? "NO_QUERY" : "HAS_QUERY");
  if (!query.text.empty()) {
    content.Set("COUNT_TEXT", CountText(view.total, "product", "products"));
    AddFilters(front, query, view, content);
  }
  AddResults(front, query, view, content);
  Around around;
  around.search_query = query.text;
  around.title = query.text.empty() ? "Search" : absl::StrCat("“", query.text, "” · Search");
  co_return front.Finish(visit, view.frame, around, &page);
}

}  // namespace boutique::gateway
