// SPDX-License-Identifier: Apache-2.0
// Each kind of cart store, ready to be used by a test, and words for doing so.
// Threads: belongs to the test's.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/base/clock.h"
#include "platform/storage/redis/redis_client.h"
#include "services/cart/memory_cart_store.h"
#include "services/cart/redis_cart_store.h"
#include "services/cart/sqlite_cart_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/redis_server.h"

namespace boutique::cart {

inline constexpr std::chrono::hours kLife{24 * 30};

struct SetClock final : base::Clock {
  std::chrono::system_clock::time_point Now() const override { return now; }
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
};

struct MemoryCarts {
  CartStore& store() { return memory; }
  SetClock clock;
  MemoryCartStore memory{kLife, clock};
};

struct SqliteCarts {
  CartStore& store() { return *sqlite; }
  SetClock clock;
  std::unique_ptr<SqliteCartStore> sqlite = SqliteCartStore::Open(":memory:", kLife, clock).value();
};

struct RedisCarts {
  RedisCarts() { REQUIRE_OK(client.Start()); }
  ~RedisCarts() { client.Stop(); }
  CartStore& store() { return redis; }
  static redis::Options At(const std::string& address) {
    std::vector<std::string> ignored;
    return redis::ParseOptions(address, &ignored).value();
  }
  testing::RedisServer server;
  redis::Client client{At(server.address())};
  RedisCartStore redis{client, kLife};
};

inline pb::CartItem Item(const std::string& product, int quantity) {
  pb::CartItem item;
  item.set_product_id(product);
  item.set_quantity(quantity);
  return item;
}

// "MUG 2, WATCH 1": the lines in their order.
inline std::string LinesOf(const pb::Cart& cart) {
  std::string lines;
  for (const pb::CartItem& item : cart.items()) {
    absl::StrAppend(&lines, lines.empty() ? "" : ", ", item.product_id(), " ", item.quantity());
  }
  return lines;
}

// The carts of one kind and a loop to use them from. The loop ends first.
template <typename Carts>
struct Shelf {
  absl::StatusOr<pb::Empty> Add(const std::string& user, const std::string& product, int quantity) {
    const pb::CartItem item = Item(product, quantity);
    return testing::RunOn(on.loop, carts.store().Add(on.call, user, item));
  }
  absl::StatusOr<pb::Empty> Set(const std::string& user, const std::string& product, int quantity) {
    const pb::CartItem item = Item(product, quantity);
    return testing::RunOn(on.loop, carts.store().Set(on.call, user, item));
  }
  absl::StatusOr<pb::Cart> Get(const std::string& user) {
    return testing::RunOn(on.loop, carts.store().Get(on.call, user));
  }
  absl::StatusOr<pb::Empty> Subtract(const std::string& user, const std::string& order,
                                     const std::vector<pb::CartItem>& items) {
    pb::RemoveOrderedRequest ordered;
    ordered.set_user_id(user);
    ordered.set_order_id(order);
    for (const pb::CartItem& item : items) *ordered.add_items() = item;
    return testing::RunOn(on.loop, carts.store().Subtract(on.call, ordered));
  }
  absl::StatusOr<pb::Empty> Empty(const std::string& user) {
    return testing::RunOn(on.loop, carts.store().Empty(on.call, user));
  }
  // The lines, or the error.
  std::string Lines(const std::string& user) {
    const auto cart = Get(user);
    return cart.ok() ? LinesOf(*cart) : cart.status().ToString();
  }

  Carts carts;
  testing::LoopCall on;
};

}  // namespace boutique::cart
