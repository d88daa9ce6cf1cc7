// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/product_catalog_module.h"

#include "services/productcatalog/catalog_file.h"
#include "services/productcatalog/catalog_schema.h"
#include "services/productcatalog/default_products.h"
#include "services/productcatalog/product_catalog_service.h"
#include "services/productcatalog/stored_catalog.h"

namespace boutique::productcatalog {
namespace {

// How soon a changed file is noticed.
constexpr auto kWatchInterval = std::chrono::seconds(1);

void WatchFrom(runtime::Host& host, CatalogFile& file, LiveCatalog& live) {
  host.OnStart([&host, &file, &live] {
    rpc::Loop& loop = *host.loops()[0];
    loop.Post([&host, &file, &live, &loop] {
      host.background().Spawn(file.Watch(live, host.blocking(), loop, kWatchInterval, host.background().stop_token()));
    });
    return absl::OkStatus();
  });
}

void KeepFrom(runtime::Host& host, StoredCatalog& stored, LiveCatalog& live) {
  // Until it has been read, nobody knows what the products cost.
  host.SetReady(pb::ProductCatalogService::service_full_name(), false);
  host.OnStart([&host, &stored, &live] {
    rpc::Loop& loop = *host.loops()[0];
    loop.Post([&host, &stored, &live, &loop] {
      host.background().Spawn(stored.Watch(live, loop, kWatchInterval, host.background().stop_token(), [&host] {
        host.SetReady(pb::ProductCatalogService::service_full_name(), true);
      }));
    });
    return absl::OkStatus();
  });
}

}  // namespace

ProductCatalogModule::ProductCatalogModule(runtime::Settings& settings) : database_(settings) {
  settings.Text("PRODUCT_CATALOG_FILE", &file_,
                "JSON of the products (a ListProductsResponse), reloaded when it changes; empty for the built-in ones. "
                "DATABASE_URL's database takes them when it has none");
  settings.Duration("EXTRA_LATENCY", &extra_latency_, std::chrono::seconds(0), std::chrono::minutes(10),
                    "time that every call to the product catalog sleeps first");
}

absl::Status ProductCatalogModule::Install(runtime::Host& host) {
  CatalogFile* const file = file_.empty() ? nullptr : &host.Own<CatalogFile>(file_, host.metrics());
  auto catalog = file == nullptr ? Catalog::Parse(kDefaultProducts) : file->Load();
  if (!catalog.ok()) return catalog.status();
  auto& live = host.Own<LiveCatalog>(*std::move(catalog));
  StoredCatalog* stored = nullptr;
  if (database_.is_shared()) {
    const auto database = database_.Open(host, CatalogSchema());
    if (!database.ok()) return database.status();
    stored = &host.Own<StoredCatalog>(**database, host.metrics(), host.background());
    KeepFrom(host, *stored, live);
  } else if (file != nullptr) {
    WatchFrom(host, *file, live);
  }
  host.Serve<pb::ProductCatalogService>(
      host.Own<ProductCatalogService>(live, host.blocking(), extra_latency_, stored));
  return absl::OkStatus();
}

}  // namespace boutique::productcatalog
