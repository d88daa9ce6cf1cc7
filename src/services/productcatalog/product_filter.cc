// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/product_filter.h"

#include <algorithm>

#include "platform/base/check_field.h"
#include "platform/base/status.h"

namespace boutique::productcatalog {
namespace {

constexpr std::size_t kLongestCategory = 128;

absl::Status CheckPrice(absl::string_view field, const base::Money& price) {
  if (absl::Status bad = base::CheckMoney(field, price); !bad.ok()) return bad;
  if (price.currency != "USD") return base::InvalidField(field, "must be in USD");
  return price.IsNegative() ? base::InvalidField(field, "must not be negative") : absl::OkStatus();
}

}  // namespace

absl::StatusOr<ProductFilter> ProductFilter::Of(const pb::SearchProductsRequest& search) {
  ProductFilter filter;
  if (absl::Status bad = base::CheckLength("category", search.category(), 0, kLongestCategory); !bad.ok()) return bad;
  filter.category_ = search.category();
  if (search.has_min_price_usd()) {
    filter.least_ = base::Money::Of(search.min_price_usd());
    if (absl::Status bad = CheckPrice("min_price_usd", *filter.least_); !bad.ok()) return bad;
  }
  if (search.has_max_price_usd()) {
    filter.most_ = base::Money::Of(search.max_price_usd());
    if (absl::Status bad = CheckPrice("max_price_usd", *filter.most_); !bad.ok()) return bad;
  }
  return filter;
}

bool ProductFilter::Admits(const pb::Product& product) const {
  const auto& categories = product.categories();
  if (!category_.empty() && std::find(categories.begin(), categories.end(), category_) == categories.end()) {
    return false;
  }
  if (!least_.has_value() && !most_.has_value()) return true;
  const base::Money price = base::Money::Of(product.price_usd());
  return !(least_.has_value() && base::Compare(price, *least_) < 0) &&
         !(most_.has_value() && base::Compare(price, *most_) > 0);
}

}  // namespace boutique::productcatalog
