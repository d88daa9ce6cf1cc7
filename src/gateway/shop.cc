// SPDX-License-Identifier: Apache-2.0
#include "gateway/shop.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/random/distributions.h"
#include "absl/strings/str_cat.h"
#include "platform/coro/or_return.h"
#include "platform/coro/when_all.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;
using coro::WhenAll;
using std::chrono::milliseconds;

// How long a page waits for what it can do without.
constexpr milliseconds kAdBudget(100);
constexpr milliseconds kRecommendationBudget(300);
constexpr milliseconds kFrameBudget(1000);

constexpr std::size_t kMostRecommendations = 4;
constexpr absl::string_view kDollar = "USD";
constexpr std::array<absl::string_view, 6> kOffered = {"USD", "EUR", "CAD", "JPY", "GBP", "TRY"};

bool Contains(const std::vector<std::string>& list, absl::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// The currencies that the selector shows: the shop's six in the service's order, and the shopper's own.
std::vector<std::string> Offered(const std::vector<std::string>& supported, const std::string& chosen) {
  std::vector<std::string> offered;
  for (const std::string& code : supported) {
    const bool shown = std::find(kOffered.begin(), kOffered.end(), code) != kOffered.end();
    if (shown || code == chosen) offered.push_back(code);
  }
  return offered;
}

// The categories in the order in which the catalog first names them.
std::vector<std::string> CategoriesOf(const pb::ListProductsResponse& catalog) {
  std::vector<std::string> categories;
  for (const pb::Product& product : catalog.products()) {
    for (const std::string& category : product.categories()) {
      if (!Contains(categories, category)) categories.push_back(category);
    }
  }
  return categories;
}

// An id that the catalog refuses to look for is no product's either.
absl::StatusOr<pb::Product> Known(absl::StatusOr<pb::Product> found) {
  if (absl::IsInvalidArgument(found.status())) return absl::NotFoundError("no such product");
  return found;
}

}  // namespace

// ---- pages ----

rpc::Reply<HomeView> Shop::Home(const rpc::CallContext& call, Visitor visitor) {
  std::vector<std::string> no_keys;
  auto [catalog, frame, count, ad] = co_await WhenAll(ListProducts(call), BareFrame(call, visitor.currency),
                                                      CartCount(call, visitor.user_id), Ad(call, std::move(no_keys)));
  auto products = co_await OrReturn(std::move(catalog));
  HomeView view;
  view.frame = std::move(frame);
  view.frame.categories = *categories_.Set(CategoriesOf(products));
  view.frame.cart_count = count;
  view.ad = std::move(ad);
  std::vector<pb::Product> all(products.products().begin(), products.products().end());
  view.products = co_await OrReturn(co_await PriceProducts(call, std::move(all), &view.frame));
  co_return view;
}

rpc::Reply<CategoryView> Shop::Category(const rpc::CallContext& call, Visitor visitor, std::string category) {
  std::vector<std::string> keys = {category};
  auto [catalog, frame, count, ad] = co_await WhenAll(ListProducts(call), BareFrame(call, visitor.currency),
                                                      CartCount(call, visitor.user_id), Ad(call, std::move(keys)));
  auto products = co_await OrReturn(std::move(catalog));
  CategoryView view;
  view.frame = std::move(frame);
  view.frame.categories = *categories_.Set(CategoriesOf(products));
  view.frame.cart_count = count;
  view.category = category;
  view.ad = std::move(ad);
  std::vector<pb::Product> members;
  for (pb::Product& product : *products.mutable_products()) {
    const auto& names = product.categories();
    if (std::find(names.begin(), names.end(), category) != names.end()) members.push_back(std::move(product));
  }
  if (members.empty()) co_return absl::NotFoundError("no product is in this category");
  view.products = co_await OrReturn(co_await PriceProducts(call, std::move(members), &view.frame));
  co_return view;
}

rpc::Reply<ProductView> Shop::Product(const rpc::CallContext& call, Visitor visitor, std::string id) {
  pb::GetProductRequest request;
  request.set_id(id);
  std::vector<std::string> seen = {id};
  auto [found, frame, others] = co_await WhenAll(
      clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(call, std::move(request)),
      FrameOf(call, visitor), Recommend(call, visitor.user_id, std::move(seen)));
  auto product = co_await OrReturn(Known(std::move(found)));
  ProductView view;
  view.frame = std::move(frame);
  std::vector<std::string> keys(product.categories().begin(), product.categories().end());
  std::vector<pb::Product> priced = std::move(others);
  priced.insert(priced.begin(), std::move(product));
  auto [prices, ad] = co_await WhenAll(PriceProducts(call, std::move(priced), &view.frame), Ad(call, std::move(keys)));
  view.recommendations = co_await OrReturn(std::move(prices));
  view.product = std::move(view.recommendations.front());
  view.recommendations.erase(view.recommendations.begin());
  view.ad = std::move(ad);
  co_return view;
}

rpc::Reply<pb::Product> Shop::AddToCart(const rpc::CallContext& call, Visitor visitor, pb::CartItem item) {
  pb::GetProductRequest known;
  known.set_id(item.product_id());
  auto found =
      co_await clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(call, std::move(known));
  auto product = co_await OrReturn(Known(std::move(found)));
  pb::AddItemRequest request;
  request.set_user_id(visitor.user_id);
  *request.mutable_item() = std::move(item);
  const auto added = co_await clients().carts.Call<&pb::CartService::Stub::AsyncAddItem>(call, std::move(request));
  if (!added.ok()) co_return added.status();
  co_return product;
}

// ---- what surrounds a page ----

coro::Task<Frame> Shop::FrameOf(const rpc::CallContext& call, Visitor visitor) {
  auto [bare, categories, count] = co_await WhenAll(BareFrame(call, visitor.currency), Categories(call),
                                                    CartCount(call, visitor.user_id));
  Frame frame = std::move(bare);
  frame.categories = std::move(categories);
  frame.cart_count = count;
  co_return frame;
}

coro::Task<Frame> Shop::BareFrame(const rpc::CallContext& call, std::string wished) {
  const auto supported = co_await SupportedCurrencies(call);
  Frame frame;
  if (Contains(supported, wished)) frame.currency = wished;
  // One is no choice.
  if (supported.size() > 1) frame.currencies = Offered(supported, frame.currency);
  co_return frame;
}

coro::Task<std::vector<std::string>> Shop::SupportedCurrencies(const rpc::CallContext& call) {
  if (!clients().currency.IsConnected()) {
    std::vector<std::string> of_the_catalog(1, std::string(kDollar));
    co_return of_the_catalog;
  }
  if (const auto known = currencies_.Get()) co_return *known;
  const rpc::CallContext soon = call.Within(kFrameBudget);
  pb::Empty nothing;
  const auto reply =
      co_await clients().currency.Call<&pb::CurrencyService::Stub::AsyncGetSupportedCurrencies>(soon, nothing);
  if (!reply.ok() || reply->currency_codes().empty()) co_return std::vector<std::string>{};
  co_return *currencies_.Set({reply->currency_codes().begin(), reply->currency_codes().end()});
}

coro::Task<std::vector<std::string>> Shop::Categories(const rpc::CallContext& call) {
  if (const auto known = categories_.Get()) co_return *known;
  const rpc::CallContext soon = call.Within(kFrameBudget);
  const auto catalog = co_await ListProducts(soon);
  if (!catalog.ok()) co_return std::vector<std::string>{};
  co_return *categories_.Set(CategoriesOf(*catalog));
}

coro::Task<std::int64_t> Shop::CartCount(const rpc::CallContext& call, std::string user_id) {
  const rpc::CallContext soon = call.Within(kFrameBudget);
  const auto cart = co_await GetCart(soon, std::move(user_id));
  std::int64_t count = 0;
  if (cart.ok()) {
    for (const pb::CartItem& line : cart->items()) count += line.quantity();
  }
  co_return count;
}

coro::Task<std::optional<pb::Ad>> Shop::Ad(const rpc::CallContext& call, std::vector<std::string> keys) {
  const rpc::CallContext soon = call.Within(kAdBudget);
  pb::AdRequest request;
  request.mutable_context_keys()->Assign(keys.begin(), keys.end());
  auto reply = co_await clients().ads.Call<&pb::AdService::Stub::AsyncGetAds>(soon, std::move(request));
  if (!reply.ok() || reply->ads().empty()) co_return std::nullopt;
  const int chosen = absl::Uniform(call.loop->random(), 0, reply->ads_size());
  co_return std::move(*reply->mutable_ads(chosen));
}

coro::Task<std::vector<pb::Product>> Shop::Recommend(const rpc::CallContext& call, std::string user_id,
                                                     std::vector<std::string> seen) {
  const rpc::CallContext soon = call.Within(kRecommendationBudget);
  pb::ListRecommendationsRequest request;
  request.set_user_id(std::move(user_id));
  request.mutable_product_ids()->Assign(seen.begin(), seen.end());
  std::vector<pb::Product> recommended;
  auto reply = co_await clients().recommendations.Call<&pb::RecommendationService::Stub::AsyncListRecommendations>(
      soon, std::move(request));
  if (!reply.ok()) co_return recommended;
  std::vector<std::string> ids;
  for (const std::string& id : reply->product_ids()) {
    if (ids.size() < kMostRecommendations && !Contains(seen, id)) ids.push_back(id);
  }
  auto products = co_await calls_.Products(soon, std::move(ids));
  if (!products.ok()) co_return recommended;
  for (auto& product : *products) {
    if (product) recommended.push_back(*std::move(product));
  }
  co_return recommended;
}

rpc::Reply<pb::ListProductsResponse> Shop::ListProducts(const rpc::CallContext& call) {
  pb::Empty nothing;
  co_return co_await clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncListProducts>(call, nothing);
}

rpc::Reply<pb::Cart> Shop::GetCart(const rpc::CallContext& call, std::string user_id) {
  pb::GetCartRequest owner;
  owner.set_user_id(std::move(user_id));
  co_return co_await clients().carts.Call<&pb::CartService::Stub::AsyncGetCart>(call, std::move(owner));
}

// ---- prices ----

rpc::Reply<std::vector<base::Money>> Shop::Price(const rpc::CallContext& call, std::vector<base::Money> amounts,
                                                 Frame* frame) {
  const rpc::CallContext soon = call.Within(kFrameBudget);
  auto converted = co_await calls_.Convert(soon, amounts, frame->currency);
  if (!converted.ok()) {
    frame->currency = std::string(kDollar);
    frame->currencies.clear();
    converted = std::move(amounts);
  }
  for (base::Money& amount : *converted) {
    auto rounded = base::RoundToMinorUnit(amount);
    if (!rounded.ok()) co_return absl::InternalError(absl::StrCat("a price: ", rounded.status().message()));
    amount = *std::move(rounded);
  }
  co_return converted;
}

rpc::Reply<std::vector<PricedProduct>> Shop::PriceProducts(const rpc::CallContext& call,
                                                           std::vector<pb::Product> products, Frame* frame) {
  std::vector<base::Money> amounts;
  amounts.reserve(products.size());
  for (const pb::Product& product : products) amounts.push_back(base::Money::Of(product.price_usd()));
  const auto prices = co_await OrReturn(co_await Price(call, std::move(amounts), frame));
  std::vector<PricedProduct> priced;
  priced.reserve(products.size());
  for (std::size_t i = 0; i < products.size(); ++i) priced.push_back({std::move(products[i]), prices[i]});
  co_return priced;
}

}  // namespace boutique::gateway
