// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/shop_calls.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/base/status.h"
#include "platform/coro/when_all.h"

namespace boutique::checkout {
namespace {

constexpr std::size_t kLongestName = 256;

absl::Status NotSold(const std::string& id) {
  return absl::FailedPreconditionError(absl::StrCat("product ", id, " is no longer sold"));
}

// Another catalog's names may be longer: such a one is cut where a character ends.
Offer OfferOf(const pb::Product& product) {
  absl::string_view name = product.name();
  if (name.size() > kLongestName) {
    std::size_t end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name = name.substr(0, end);
  }
  return {std::string(name), base::Money::Of(product.price_usd())};
}

rpc::Reply<Offer> FetchOffer(const ShopClients& shop, const rpc::CallContext& call, std::string id) {
  pb::GetProductRequest request;
  request.set_id(id);
  const auto product =
      co_await shop.catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(call, std::move(request));
  if (absl::IsNotFound(product.status())) co_return NotSold(id);
  if (!product.ok()) co_return Blame("catalog failure", product.status());
  co_return OfferOf(*product);
}

rpc::Reply<base::Money> ConvertOne(const ShopClients& shop, const rpc::CallContext& call, base::Money amount,
                                   std::string currency) {
  pb::CurrencyConversionRequest request;
  amount.CopyTo(request.mutable_from());
  request.set_to_code(std::move(currency));
  const auto converted = co_await shop.currency.Call<&pb::CurrencyService::Stub::AsyncConvert>(call, std::move(request));
  if (!converted.ok()) co_return converted.status();
  base::Money result = base::Money::Of(*converted);
  // The public currencyservice converts to a code that it does not know without complaint, and to nothing.
  if (result.IsZero() && !amount.IsZero()) co_return absl::InvalidArgumentError("converts to nothing");
  co_return result;
}

template <typename Value>
absl::StatusOr<std::vector<Value>> AllOrFirstError(std::vector<absl::StatusOr<Value>> results) {
  std::vector<Value> values;
  values.reserve(results.size());
  for (auto& result : results) {
    if (!result.ok()) return result.status();
    values.push_back(*std::move(result));
  }
  return values;
}

absl::Status BlameCurrency(const std::string& currency, const absl::Status& status) {
  if (!absl::IsInvalidArgument(status)) return Blame("currency failure", status);
  return base::InvalidField("user_currency", absl::StrCat("'", currency, "' is not supported"));
}

}  // namespace

absl::Status Blame(absl::string_view what, const absl::Status& status) {
  const bool passing = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status) ||
                       absl::IsResourceExhausted(status);
  const std::string message = absl::StrCat(what, ": ", status.message());
  return passing ? absl::UnavailableError(message) : absl::InternalError(message);
}

rpc::Reply<std::vector<Offer>> FetchOffers(const ShopClients& shop, const rpc::CallContext& call,
                                           const std::vector<pb::CartItem>& lines) {
  pb::GetProductsRequest request;
  for (const pb::CartItem& line : lines) request.add_ids(line.product_id());
  const auto products =
      co_await shop.catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProducts>(call, std::move(request));
  if (absl::IsUnimplemented(products.status())) {
    std::vector<rpc::Reply<Offer>> pending;
    for (const pb::CartItem& line : lines) pending.push_back(FetchOffer(shop, call, line.product_id()));
    auto offers = co_await coro::WhenAll(std::move(pending));
    co_return AllOrFirstError(std::move(offers));
  }
  if (!products.ok()) co_return Blame("catalog failure", products.status());
  if (!products->missing_ids().empty()) co_return NotSold(products->missing_ids(0));
  std::vector<Offer> offers;
  for (const pb::Product& product : products->products()) offers.push_back(OfferOf(product));
  co_return offers;
}

rpc::Reply<std::vector<base::Money>> ConvertAll(const ShopClients& shop, const rpc::CallContext& call,
                                                std::vector<base::Money> amounts, std::string currency) {
  if (!shop.currency.IsConnected()) {
    for (const base::Money& amount : amounts) {
      if (amount.currency != currency) co_return BlameCurrency(currency, absl::InvalidArgumentError(""));
    }
    co_return amounts;
  }
  pb::ConvertManyRequest request;
  request.set_to_code(currency);
  for (const base::Money& amount : amounts) amount.CopyTo(request.add_from());
  const int wanted = request.from_size();
  const auto converted =
      co_await shop.currency.Call<&pb::CurrencyService::Stub::AsyncConvertMany>(call, std::move(request));
  if (absl::IsUnimplemented(converted.status())) {
    std::vector<rpc::Reply<base::Money>> pending;
    for (base::Money& amount : amounts) pending.push_back(ConvertOne(shop, call, std::move(amount), currency));
    auto each = co_await coro::WhenAll(std::move(pending));
    auto all = AllOrFirstError(std::move(each));
    if (!all.ok()) co_return BlameCurrency(currency, all.status());
    co_return std::move(all);
  }
  if (!converted.ok()) co_return BlameCurrency(currency, converted.status());
  if (converted->converted_size() != wanted) {
    co_return absl::InternalError("currency failure: not every amount was converted");
  }
  std::vector<base::Money> results;
  for (const pb::Money& amount : converted->converted()) results.push_back(base::Money::Of(amount));
  co_return results;
}

rpc::Reply<base::Money> FetchQuote(const ShopClients& shop, const rpc::CallContext& call, const pb::Address& address,
                                   const pb::Cart& cart) {
  base::Money postage{"USD", 0, 0};
  if (!shop.shipping.IsConnected()) co_return postage;
  pb::GetQuoteRequest parcel;
  *parcel.mutable_address() = address;
  *parcel.mutable_items() = cart.items();
  const auto quote = co_await shop.shipping.Call<&pb::ShippingService::Stub::AsyncGetQuote>(call, std::move(parcel));
  if (!quote.ok()) co_return Blame("shipping quote failure", quote.status());
  co_return base::Money::Of(quote->cost_usd());
}

}  // namespace boutique::checkout
