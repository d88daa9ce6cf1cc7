// SPDX-License-Identifier: Apache-2.0
#include "gateway/shop_calls.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "platform/coro/or_return.h"
#include "platform/coro/when_all.h"

namespace boutique::gateway {
namespace {

constexpr auto kRememberRefusal = std::chrono::minutes(1);
constexpr auto kAskBudget = std::chrono::seconds(1);

using Products = std::vector<std::optional<pb::Product>>;

// The found products in the order of the ids.
template <typename Found>
Products InOrderOf(const std::vector<std::string>& ids, const Found& found) {
  absl::flat_hash_map<std::string, const pb::Product*> by_id;
  for (const pb::Product& product : found) by_id.emplace(product.id(), &product);
  Products products;
  products.reserve(ids.size());
  for (const std::string& id : ids) {
    const auto at = by_id.find(id);
    products.push_back(at == by_id.end() ? std::nullopt : std::make_optional(*at->second));
  }
  return products;
}

}  // namespace

bool Extension::Refused(const absl::Status& status) {
  if (!absl::IsUnimplemented(status)) return false;
  refused_until_ = (std::chrono::steady_clock::now() + kRememberRefusal).time_since_epoch().count();
  return true;
}

rpc::Reply<Products> ShopCalls::Products(const rpc::CallContext& call, std::vector<std::string> ids) {
  if (ids.empty()) co_return std::vector<std::optional<pb::Product>>{};
  if (get_products_.MayCall()) {
    pb::GetProductsRequest request;
    const absl::flat_hash_set<std::string> distinct(ids.begin(), ids.end());
    request.mutable_ids()->Assign(distinct.begin(), distinct.end());
    auto found =
        co_await clients_.catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProducts>(call, std::move(request));
    if (found.ok()) co_return InOrderOf(ids, found->products());
    if (!get_products_.Refused(found.status())) co_return found.status();
  }
  co_return co_await ProductByProduct(call, std::move(ids));
}

rpc::Reply<Products> ShopCalls::ProductByProduct(const rpc::CallContext& call, std::vector<std::string> ids) {
  std::vector<rpc::Reply<pb::Product>> calls;
  const absl::flat_hash_set<std::string> distinct(ids.begin(), ids.end());
  for (const std::string& id : distinct) {
    pb::GetProductRequest request;
    request.set_id(id);
    calls.push_back(
        clients_.catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(call, std::move(request)));
  }
  auto replies = co_await coro::WhenAll(std::move(calls));
  std::vector<pb::Product> found;
  for (auto& reply : replies) {
    if (reply.ok()) {
      found.push_back(*std::move(reply));
    } else if (!absl::IsNotFound(reply.status())) {
      co_return reply.status();
    }
  }
  co_return InOrderOf(ids, found);
}

rpc::Reply<std::vector<base::Money>> ShopCalls::Convert(const rpc::CallContext& call, std::vector<base::Money> amounts,
                                                        std::string currency) {
  const bool same = std::all_of(amounts.begin(), amounts.end(),
                                [&](const base::Money& amount) { return amount.currency == currency; });
  if (same) co_return amounts;
  if (convert_many_.MayCall()) {
    pb::ConvertManyRequest request;
    request.set_to_code(currency);
    for (const base::Money& amount : amounts) amount.CopyTo(request.add_from());
    auto converted =
        co_await clients_.currency.Call<&pb::CurrencyService::Stub::AsyncConvertMany>(call, std::move(request));
    if (converted.ok()) {
      if (converted->converted_size() != static_cast<int>(amounts.size())) {
        co_return absl::InternalError("ConvertMany answered another number of amounts");
      }
      std::vector<base::Money> result;
      for (const pb::Money& amount : converted->converted()) result.push_back(base::Money::Of(amount));
      co_return result;
    }
    if (!convert_many_.Refused(converted.status())) co_return converted.status();
  }
  co_return co_await AmountByAmount(call, std::move(amounts), std::move(currency));
}

rpc::Reply<std::vector<base::Money>> ShopCalls::AmountByAmount(const rpc::CallContext& call,
                                                               std::vector<base::Money> amounts,
                                                               std::string currency) {
  std::vector<base::Money> distinct;
  std::vector<rpc::Reply<pb::Money>> calls;
  for (const base::Money& amount : amounts) {
    if (std::find(distinct.begin(), distinct.end(), amount) != distinct.end()) continue;
    distinct.push_back(amount);
    pb::CurrencyConversionRequest request;
    amount.CopyTo(request.mutable_from());
    request.set_to_code(currency);
    calls.push_back(clients_.currency.Call<&pb::CurrencyService::Stub::AsyncConvert>(call, std::move(request)));
  }
  auto replies = co_await coro::WhenAll(std::move(calls));
  std::vector<base::Money> result;
  for (const base::Money& amount : amounts) {
    const auto at = std::find(distinct.begin(), distinct.end(), amount) - distinct.begin();
    const auto& reply = replies[static_cast<std::size_t>(at)];
    if (!reply.ok()) co_return reply.status();
    result.push_back(base::Money::Of(*reply));
  }
  co_return result;
}

rpc::Reply<pb::Empty> ShopCalls::SetItem(const rpc::CallContext& call, pb::SetItemRequest request) {
  auto reply = co_await clients_.carts.Call<&pb::CartService::Stub::AsyncSetItem>(call, std::move(request));
  if (set_item_.Refused(reply.status())) set_item_known_ = false;
  co_return reply;
}

coro::Task<bool> ShopCalls::CanSetItem(const rpc::CallContext& call) {
  if (set_item_known_) co_return true;
  if (!set_item_.MayCall()) co_return false;
  pb::SetItemRequest nobody;  // without an owner: refused by who knows the method, and it changes nothing
  const rpc::CallContext soon = call.Within(kAskBudget);
  const auto reply = co_await SetItem(soon, std::move(nobody));
  if (absl::IsUnimplemented(reply.status())) co_return false;
  if (reply.ok() || absl::IsInvalidArgument(reply.status())) set_item_known_ = true;
  co_return true;
}

}  // namespace boutique::gateway
