// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/product_catalog_service.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/status.h"
#include "platform/rpc/sleep.h"
#include "services/productcatalog/page_token.h"
#include "services/productcatalog/product_filter.h"
#include "services/productcatalog/search_text.h"

namespace boutique::productcatalog {
namespace {

using rpc::OrReturn;
using Found = ProductSearch::Found;

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kLongestQuery = 256;
constexpr std::size_t kMostIds = 1000;
constexpr int kLargestPage = 1000;

absl::Status CheckIds(const pb::GetProductsRequest& request) {
  if (request.ids().size() > static_cast<int>(kMostIds)) {
    return base::InvalidField("ids", absl::StrCat("must be at most ", kMostIds));
  }
  for (const std::string& id : request.ids()) {
    if (absl::Status bad = base::CheckLength("ids", id, 1, kLongestId); !bad.ok()) return bad;
  }
  return absl::OkStatus();
}

// The query's search form.
absl::StatusOr<std::string> CheckQuery(const std::string& query) {
  if (absl::Status bad = base::CheckLength("query", query, 0, kLongestQuery); !bad.ok()) return bad;
  auto form = SearchForm(query);
  if (!form.has_value()) return base::InvalidField("query", "must be UTF-8");
  return *std::move(form);
}

absl::Status CheckPageSize(int size) {
  if (size >= 0 && size <= kLargestPage) return absl::OkStatus();
  return base::InvalidField("page_size", absl::StrCat("must be 0 to ", kLargestPage));
}

Found Everything(const Catalog& catalog) {
  Found found;
  found.numbers.resize(static_cast<std::size_t>(catalog.products().products_size()));
  std::iota(found.numbers.begin(), found.numbers.end(), 0);
  return found;
}

// The page that the request asks for, of what was found and passes the filter.
pb::SearchProductsResponse PageOf(const Catalog& catalog, const pb::SearchProductsRequest& request, Found found,
                                  const ProductFilter& filter, std::uint32_t offset) {
  std::vector<int>& numbers = found.numbers;
  const auto refused = [&](int number) { return !filter.Admits(catalog.products().products(number)); };
  numbers.erase(std::remove_if(numbers.begin(), numbers.end(), refused), numbers.end());

  const std::size_t begin = std::min<std::size_t>(offset, numbers.size());
  std::size_t end = numbers.size();
  if (request.page_size() > 0) end = std::min(end, begin + static_cast<std::size_t>(request.page_size()));
  pb::SearchProductsResponse reply;
  reply.mutable_results()->Reserve(static_cast<int>(end - begin));
  for (std::size_t i = begin; i < end; ++i) *reply.add_results() = catalog.products().products(numbers[i]);
  if (end < numbers.size()) reply.set_next_page_token(MakePageToken(request, static_cast<std::uint32_t>(end)));
  reply.set_total_size(static_cast<int>(numbers.size()));
  reply.set_corrected(found.corrected);
  return reply;
}

}  // namespace

coro::Task<absl::Status> ProductCatalogService::ExtraLatency(const rpc::CallContext& call) const {
  // No longer than the caller waits: its deadline ends the call then.
  const bool elapsed = co_await rpc::Sleep(call, std::min(extra_latency_, call.Left()));
  if (!elapsed) co_return absl::CancelledError("the caller has gone");
  co_return call.Alive();
}

rpc::Reply<std::shared_ptr<const pb::ListProductsResponse>> ProductCatalogService::ListProducts(
    const rpc::CallContext& call, const pb::Empty&) {
  if (IsSlowed()) co_await OrReturn(co_await ExtraLatency(call));
  auto catalog = live_.Current();
  const pb::ListProductsResponse* const products = &catalog->products();
  co_return std::shared_ptr<const pb::ListProductsResponse>(std::move(catalog), products);
}

rpc::Reply<std::shared_ptr<const pb::Product>> ProductCatalogService::GetProduct(
    const rpc::CallContext& call, const pb::GetProductRequest& request) {
  if (IsSlowed()) co_await OrReturn(co_await ExtraLatency(call));
  if (absl::Status bad = base::CheckLength("id", request.id(), 1, kLongestId); !bad.ok()) co_return bad;
  auto catalog = live_.Current();
  const pb::Product* const product = catalog->Find(request.id());
  if (product == nullptr) co_return absl::NotFoundError(absl::StrCat("no product with ID ", request.id()));
  co_return std::shared_ptr<const pb::Product>(std::move(catalog), product);
}

rpc::Reply<pb::GetProductsResponse> ProductCatalogService::GetProducts(const rpc::CallContext& call,
                                                                       const pb::GetProductsRequest& request) {
  if (IsSlowed()) co_await OrReturn(co_await ExtraLatency(call));
  if (absl::Status bad = CheckIds(request); !bad.ok()) co_return bad;
  const auto catalog = live_.Current();
  pb::GetProductsResponse reply;
  reply.mutable_products()->Reserve(request.ids_size());
  absl::flat_hash_set<absl::string_view> missing;
  for (const std::string& id : request.ids()) {
    if (const pb::Product* const product = catalog->Find(id); product != nullptr) {
      *reply.add_products() = *product;
    } else if (missing.insert(id).second) {
      reply.add_missing_ids(id);
    }
  }
  co_return reply;
}

rpc::Reply<pb::SearchProductsResponse> ProductCatalogService::SearchProducts(const rpc::CallContext& call,
                                                                             const pb::SearchProductsRequest& request) {
  if (IsSlowed()) co_await OrReturn(co_await ExtraLatency(call));
  std::string query = co_await OrReturn(CheckQuery(request.query()));
  const ProductFilter filter = co_await OrReturn(ProductFilter::Of(request));
  co_await OrReturn(CheckPageSize(request.page_size()));
  const std::uint32_t offset = co_await OrReturn(ReadPageToken(request));

  const auto catalog = live_.Current();
  // A category's page asks for no words: it needs no index, and so no other thread.
  if (query.empty()) co_return PageOf(*catalog, request, Everything(*catalog), filter, offset);
  Found found = co_await OrReturn(co_await Find(call, catalog, std::move(query)));
  co_return PageOf(*catalog, request, std::move(found), filter, offset);
}

rpc::Reply<Found> ProductCatalogService::Find(const rpc::CallContext& call, std::shared_ptr<const Catalog> catalog,
                                              std::string query) {
  if (stored_ != nullptr) {
    auto found = co_await stored_->Find(call, catalog, query);
    if (found.ok()) co_return found;
    co_await OrReturn(call.Alive());
  }
  auto search = [catalog, query = std::move(query)] { return catalog->search().Find(query); };
  co_return co_await pool_.Run(call, std::move(search));
}

void ProductCatalogService::RegisterWith(rpc::Server& server) {
  using Async = pb::ProductCatalogService::AsyncService;
  server.Add<pb::ProductCatalogService>(
      *this, rpc::Method<&Async::RequestListProducts, &ProductCatalogService::ListProducts>{},
      rpc::Method<&Async::RequestGetProduct, &ProductCatalogService::GetProduct>{},
      rpc::Method<&Async::RequestSearchProducts, &ProductCatalogService::SearchProducts>{},
      rpc::Method<&Async::RequestGetProducts, &ProductCatalogService::GetProducts>{});
}

}  // namespace boutique::productcatalog
