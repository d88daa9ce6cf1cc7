// SPDX-License-Identifier: Apache-2.0
#include "services/cart/cart_module.h"

#include <utility>
#include <vector>

#include "platform/storage/redis/redis_client.h"
#include "platform/telemetry/log.h"
#include "services/cart/cart_service.h"
#include "services/cart/memory_cart_store.h"
#include "services/cart/redis_cart_store.h"
#include "services/cart/sqlite_cart_store.h"

namespace boutique::cart {

CartModule::CartModule(runtime::Settings& settings) {
  settings.DataDirectory(&data_dir_);
  settings.Text("REDIS_ADDR", &redis_address_,
                "host:port[,option=value] of the Redis that keeps the carts; without it they are in DATA_DIR",
                [](const std::string& text) {
                  std::vector<std::string> ignored;
                  return redis::ParseOptions(text, &ignored).status();
                });
  settings.Secret("REDIS_PASSWORD", &redis_password_, "password of that Redis");
  settings.Flag("REDIS_TLS", &redis_tls_, "speak TLS with that Redis");
  settings.Text("REDIS_CA_FILE", &redis_ca_file_,
                "PEM file of the authorities that may vouch for that Redis; without it those of the system");
  settings.Duration("CART_TTL", &ttl_, std::chrono::minutes(1), std::chrono::hours(24 * 3650),
                    "how long a cart is kept that nobody uses");
}

absl::StatusOr<CartStore*> CartModule::OpenRedis(runtime::Host& host) const {
  std::vector<std::string> ignored;
  auto options = redis::ParseOptions(redis_address_, &ignored);
  if (!options.ok()) return options.status();
  for (const std::string& name : ignored) {
    telemetry::Log(telemetry::Severity::kWarning, "REDIS_ADDR has an option that means nothing here",
                   {{"option", name}});
  }
  if (!redis_password_.empty()) options->password = redis_password_;
  if (!redis_ca_file_.empty()) options->ca_file = redis_ca_file_;
  options->tls = options->tls || redis_tls_;
  const auto set_ready = [&host](bool ready) { host.SetReady(pb::CartService::service_full_name(), ready); };
  set_ready(false);
  auto& client = host.Own<redis::Client>(*std::move(options), set_ready);
  host.OnStart([&client] { return client.Start(); });
  host.OnStop([&client] { client.Stop(); });
  return &host.Own<RedisCartStore>(client, ttl_);
}

absl::StatusOr<CartStore*> CartModule::OpenStore(runtime::Host& host) const {
  if (!redis_address_.empty()) return OpenRedis(host);
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
