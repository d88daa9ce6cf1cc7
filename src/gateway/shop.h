// SPDX-License-Identifier: Apache-2.0
// The calls behind each page: side by side where they do not depend on one another, and none that grows with a cart's
// lines. A page fails only without what it is about; everything else is left out when it does not come in time.
// Safe from any loop; each call on its own request's loop.
#pragma once

#include <string>
#include <vector>

#include "gateway/cached.h"
#include "gateway/shop_calls.h"
#include "gateway/shop_views.h"
#include "platform/rpc/call_context.h"

namespace boutique::gateway {

// Every method answers what its page is about, or the error of the service that it cannot do without: UNAVAILABLE,
// DEADLINE_EXCEEDED and the like. `call` outlives the task.
class Shop {
 public:
  explicit Shop(const Clients& clients) : calls_(clients) {}

  ShopCalls& calls() { return calls_; }
  const Clients& clients() const { return calls_.clients(); }

  rpc::Reply<HomeView> Home(const rpc::CallContext& call, Visitor visitor);
  // NOT_FOUND if no product is in the category.
  rpc::Reply<CategoryView> Category(const rpc::CallContext& call, Visitor visitor, std::string category);
  // NOT_FOUND for an unknown product.
  rpc::Reply<ProductView> Product(const rpc::CallContext& call, Visitor visitor, std::string id);
  // With an empty query only the frame and suggestions.
  rpc::Reply<SearchView> Search(const rpc::CallContext& call, Visitor visitor, SearchQuery query);
  rpc::Reply<CartView> Cart(const rpc::CallContext& call, Visitor visitor, bool with_recommendations = true);
  // One of the visitor's orders; NOT_FOUND for anybody else's.
  rpc::Reply<OrderView> Order(const rpc::CallContext& call, Visitor visitor, std::string order_id);
  // The page of an order that no order service keeps.
  rpc::Reply<OrderView> UnkeptOrder(const rpc::CallContext& call, Visitor visitor, pb::Order order);
  rpc::Reply<OrdersView> Orders(const rpc::CallContext& call, Visitor visitor, std::string page_token);
  // What surrounds a page that is about nothing the services know. Never fails.
  coro::Task<Frame> FrameOf(const rpc::CallContext& call, Visitor visitor);

  // Adds to the visitor's cart and answers the product. NOT_FOUND for an unknown product; OUT_OF_RANGE and
  // RESOURCE_EXHAUSTED as the cart refuses it.
  rpc::Reply<pb::Product> AddToCart(const rpc::CallContext& call, Visitor visitor, pb::CartItem item);
  // The sum of the cart's quantities; 0 if the cart service does not answer in time.
  coro::Task<std::int64_t> CartCount(const rpc::CallContext& call, std::string user_id);

  // The codes that the currency service converts, from a minute ago at most; empty if it does not answer. Without such
  // a service the dollar, which the catalog's prices are in.
  coro::Task<std::vector<std::string>> SupportedCurrencies(const rpc::CallContext& call);

  // What the catalog finds; with an empty text everything that passes the filters. Bounds are in the view's currency;
  // the view notes which of them cannot be read, and falls back to the dollar where they cannot be converted.
  rpc::Reply<pb::SearchProductsResponse> Find(const rpc::CallContext& call, const SearchQuery& query, SearchView* view);
  // The products with their prices in the frame's currency, rounded; in dollars, which the frame then says, where they
  // cannot be converted.
  rpc::Reply<std::vector<PricedProduct>> PriceProducts(const rpc::CallContext& call, std::vector<pb::Product> products,
                                                       Frame* frame);

 private:
  // A frame without the cart's count.
  coro::Task<Frame> BareFrame(const rpc::CallContext& call, std::string wished);
  coro::Task<std::vector<std::string>> Categories(const rpc::CallContext& call);
  // At most four products that are none of `seen`.
  coro::Task<std::vector<pb::Product>> Recommend(const rpc::CallContext& call, std::string user_id,
                                                 std::vector<std::string> seen);
  coro::Task<std::optional<pb::Ad>> Ad(const rpc::CallContext& call, std::vector<std::string> keys);
  rpc::Reply<pb::ListProductsResponse> ListProducts(const rpc::CallContext& call);
  // Notes the query's bounds in the request, in dollars; the view says which of them cannot be read.
  coro::Task<> SetBounds(const rpc::CallContext& call, const SearchQuery& query, SearchView* view,
                         pb::SearchProductsRequest* request);
  rpc::Reply<pb::Cart> GetCart(const rpc::CallContext& call, std::string user_id);
  coro::Task<std::optional<base::Money>> Quote(const rpc::CallContext& call, pb::Cart cart);
  rpc::Reply<OrderView> Complete(const rpc::CallContext& call, Visitor visitor, Frame frame, pb::Order order);
  // The products of the orders' lines that are still sold. Never fails: a page of orders does without pictures.
  coro::Task<std::map<std::string, pb::Product>> ProductsOf(const rpc::CallContext& call,
                                                            const std::vector<pb::Order>& orders);
  // The amounts in the frame's currency, rounded. Where they cannot be converted they stay in dollars, the frame's
  // currency is the dollar, and it offers no choice.
  rpc::Reply<std::vector<base::Money>> Price(const rpc::CallContext& call, std::vector<base::Money> amounts,
                                             Frame* frame);

  ShopCalls calls_;
  Cached<std::vector<std::string>> currencies_{std::chrono::minutes(1)};
  Cached<std::vector<std::string>> categories_{std::chrono::minutes(1)};
};

}  // namespace boutique::gateway
