// SPDX-License-Identifier: Apache-2.0
#include "services/recommendation/recommendation_module.h"

#include "services/recommendation/catalog_product_ids.h"
#include "services/recommendation/recommendation_service.h"

namespace boutique::recommendation {
namespace {

constexpr char kCatalogAddress[] = "PRODUCT_CATALOG_SERVICE_ADDR";

}  // namespace

RecommendationModule::RecommendationModule(runtime::Settings& settings) { settings.Address(kCatalogAddress); }

absl::Status RecommendationModule::Install(runtime::Host& host) {
  auto& catalog = host.ClientOf<pb::ProductCatalogService>(kCatalogAddress);
  auto& products = host.Own<CatalogProductIds>(catalog);
  host.Serve<pb::RecommendationService>(host.Own<RecommendationService>(products));
  return absl::OkStatus();
}

}  // namespace boutique::recommendation
