// SPDX-License-Identifier: Apache-2.0
#include "services/cart/cart_module.h"

#include <utility>

#include "services/cart/cart_service.h"
#include "services/cart/memory_cart_store.h"
#include "services/cart/sqlite_cart_store.h"

namespace boutique::cart {

CartModule::CartModule(runtime::Settings& settings) {
  settings.DataDirectory(&data_dir_);
  settings.Duration("CART_TTL", &ttl_, std::chrono::minutes(1), std::chrono::hours(24 * 3650),
                    "how long a cart is kept that nobody uses");
}

absl::StatusOr<CartStore*> CartModule::OpenStore(runtime::Host& host) const {
  if (data_dir_ == ":memory:") return &host.Own<MemoryCartStore>(ttl_);
  auto opened = SqliteCartStore::Open(sqlite::FileIn(data_dir_, "carts.db"), ttl_);
  if (!opened.ok()) return opened.status();
  SqliteCartStore& store = host.Keep(*std::move(opened));
  store.WatchHealth([&host](bool able) { host.SetReady(pb::CartService::service_full_name(), able); });
  return &store;
}

absl::Status CartModule::Install(runtime::Host& host) {
  const auto store = OpenStore(host);
  if (!store.ok()) return store.status();
  host.Serve<pb::CartService>(host.Own<CartService>(**store));
  return absl::OkStatus();
}

}  // namespace boutique::cart
