// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/catalog.h"

#include <google/protobuf/util/json_util.h>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "platform/base/check_field.h"
#include "platform/base/money.h"
#include "platform/base/status.h"

namespace boutique::productcatalog {
namespace {

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLongestCategory = 128;
constexpr int kMostCategories = 32;
// gRPC's default limit is 4 MiB: for ListProducts, and for GetProducts of a thousand ids.
constexpr std::size_t kLargestProduct = 4096;
constexpr std::size_t kLargestCatalog = 4'000'000;
constexpr std::size_t kLongestReason = 200;

absl::Status CheckId(const std::string& id) {
  if (absl::Status bad = base::CheckLength("id", id, 1, kLongestId); !bad.ok()) return bad;
  for (const char c : id) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return base::InvalidField("id", "must be visible ASCII characters");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPrice(const pb::Product& product) {
  if (!product.has_price_usd()) return base::InvalidField("priceUsd", "is required");
  const base::Money price = base::Money::Of(product.price_usd());
  if (absl::Status bad = base::CheckMoney("priceUsd", price); !bad.ok()) return bad;
  if (price.currency != "USD") return base::InvalidField("priceUsd.currencyCode", "must be USD");
  if (price.IsNegative()) return base::InvalidField("priceUsd", "must not be negative");
  return absl::OkStatus();
}

absl::Status CheckProduct(const pb::Product& product) {
  if (absl::Status bad = CheckId(product.id()); !bad.ok()) return bad;
  if (absl::Status bad = base::CheckLength("name", product.name(), 1, kLongestName); !bad.ok()) return bad;
  if (absl::Status bad = CheckPrice(product); !bad.ok()) return bad;
  if (product.categories_size() > kMostCategories) {
    return base::InvalidField("categories", absl::StrCat("must be at most ", kMostCategories));
  }
  for (const std::string& category : product.categories()) {
    if (absl::Status bad = base::CheckLength("categories", category, 1, kLongestCategory); !bad.ok()) return bad;
  }
  if (product.ByteSizeLong() > kLargestProduct) {
    return absl::InvalidArgumentError(absl::StrCat("is larger than ", kLargestProduct, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status CheckProducts(const pb::ListProductsResponse& products) {
  if (products.products().empty()) return absl::InvalidArgumentError("it has no products");
  absl::flat_hash_set<absl::string_view> ids;
  for (int i = 0; i < products.products_size(); ++i) {
    const pb::Product& product = products.products(i);
    absl::Status bad = CheckProduct(product);
    if (bad.ok() && !ids.insert(product.id()).second) bad = base::InvalidField("id", "another product has it");
    if (bad.ok()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("product ", i + 1, " ('", product.id().substr(0, kLongestId), "'): ", bad.message()));
  }
  if (products.ByteSizeLong() > kLargestCatalog) {
    return absl::InvalidArgumentError(absl::StrCat("its products are larger than ", kLargestCatalog, " bytes in all"));
  }
  return absl::OkStatus();
}

// The reason on one line: protobuf's parser draws an arrow below the place.
std::string OneLine(absl::string_view reason) {
  return absl::StrJoin(absl::StrSplit(reason.substr(0, kLongestReason), absl::ByAnyChar(" \r\n\t"), absl::SkipEmpty()),
                       " ");
}

}  // namespace

Catalog::Catalog(pb::ListProductsResponse products, std::unique_ptr<const ProductSearch> search)
    : products_(std::move(products)), search_(std::move(search)) {
  for (const pb::Product& product : products_.products()) by_id_.emplace(product.id(), &product);
}

absl::StatusOr<std::shared_ptr<const Catalog>> Catalog::Parse(absl::string_view json) {
  pb::ListProductsResponse products;
  const auto parsed = google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &products);
  if (!parsed.ok()) {
    const auto reason = parsed.message();
    return absl::InvalidArgumentError(absl::StrCat("it is not the JSON of products: ",
                                                   OneLine(absl::string_view(reason.data(), reason.size()))));
  }
  if (absl::Status bad = CheckProducts(products); !bad.ok()) return bad;
  auto search = ProductSearch::Build(products);
  if (!search.ok()) return search.status();
  return std::make_shared<const Catalog>(std::move(products), *std::move(search));
}

const pb::Product* Catalog::Find(absl::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

}  // namespace boutique::productcatalog
