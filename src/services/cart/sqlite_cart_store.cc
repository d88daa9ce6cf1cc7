// SPDX-License-Identifier: Apache-2.0
#include "services/cart/sqlite_cart_store.h"

namespace boutique::cart {
namespace {

// A line's id rises with its age, which gives the lines their order.
const sqlite::Migrations kMigrations = {R"sql(
  CREATE TABLE carts (
    user_id TEXT PRIMARY KEY,
    used_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX carts_by_use ON carts (used_at_ms);
  CREATE TABLE cart_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL REFERENCES carts (user_id) ON DELETE CASCADE,
    product_id TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    UNIQUE (user_id, product_id)
  ) STRICT;
)sql",
                                        R"sql(
  CREATE TABLE subtracted_orders (
    order_id TEXT PRIMARY KEY,
    subtracted_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX subtracted_orders_by_age ON subtracted_orders (subtracted_at_ms);
)sql"};

// Forgets what nobody has used, a few carts at a time, and renews this one.
void Renew(sqlite::Connection& connection, const std::string& user_id, std::int64_t now_ms, std::int64_t ttl_ms) {
  connection.Execute(
      "DELETE FROM carts WHERE user_id IN (SELECT user_id FROM carts WHERE used_at_ms < ? ORDER BY used_at_ms LIMIT 8)",
      {now_ms - ttl_ms});
  // The user's own may be older than the eight oldest.
  connection.Execute("DELETE FROM carts WHERE user_id = ? AND used_at_ms < ?", {user_id, now_ms - ttl_ms});
  connection.Execute(
      "INSERT INTO carts (user_id, used_at_ms) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET used_at_ms = "
      "excluded.used_at_ms",
      {user_id, now_ms});
}

int LineCount(sqlite::Connection& connection, const std::string& user_id) {
  sqlite::Rows rows = connection.Query("SELECT count(*) FROM cart_lines WHERE user_id = ?", {user_id});
  return rows.Next() ? static_cast<int>(rows.Integer(0)) : 0;
}

std::int64_t QuantityOf(sqlite::Connection& connection, const std::string& user_id, const std::string& product_id) {
  sqlite::Rows rows =
      connection.Query("SELECT quantity FROM cart_lines WHERE user_id = ? AND product_id = ?", {user_id, product_id});
  return rows.Next() ? rows.Integer(0) : 0;
}

void Put(sqlite::Connection& connection, const std::string& user_id, const std::string& product_id,
         std::int64_t quantity) {
  connection.Execute(
      "INSERT INTO cart_lines (user_id, product_id, quantity) VALUES (?, ?, ?) ON CONFLICT (user_id, product_id) DO "
      "UPDATE SET quantity = excluded.quantity",
      {user_id, product_id, quantity});
}

// Whether the order was not noted before; it is now. Forgets old ones, a few at a time.
bool NoteOrder(sqlite::Connection& connection, const std::string& order_id, std::int64_t now_ms) {
  connection.Execute(
      "DELETE FROM subtracted_orders WHERE order_id IN (SELECT order_id FROM subtracted_orders WHERE "
      "subtracted_at_ms < ? ORDER BY subtracted_at_ms LIMIT 8)",
      {now_ms - std::chrono::milliseconds(kOrderMemory).count()});
  return connection.Execute(
             "INSERT INTO subtracted_orders (order_id, subtracted_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
             {order_id, now_ms}) == 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteCartStore>> SqliteCartStore::Open(const std::string& path,
                                                                       std::chrono::nanoseconds ttl,
                                                                       const base::Clock& clock) {
  auto database = sqlite::Database::Open(path, kMigrations);
  if (!database.ok()) return database.status();
  const std::int64_t ttl_ms = std::chrono::duration_cast<std::chrono::milliseconds>(ttl).count();
  return std::unique_ptr<SqliteCartStore>(new SqliteCartStore(*std::move(database), ttl_ms, clock));
}

rpc::Reply<pb::Empty> SqliteCartStore::Add(const rpc::CallContext& call, const std::string& user_id,
                                           const pb::CartItem& item) {
  auto add = [this, &user_id, &item](sqlite::Connection& connection) -> absl::StatusOr<pb::Empty> {
    Renew(connection, user_id, clock_.NowMs(), ttl_ms_);
    const std::int64_t before = QuantityOf(connection, user_id, item.product_id());
    if (before + item.quantity() > kMostOfOne) return TooManyOfOne();
    if (before == 0 && LineCount(connection, user_id) >= kMostLines) return TooManyLines();
    Put(connection, user_id, item.product_id(), before + item.quantity());
    return pb::Empty();
  };
  auto added = co_await database_->Write(call, std::move(add));
  co_return std::move(added);
}

rpc::Reply<pb::Empty> SqliteCartStore::Set(const rpc::CallContext& call, const std::string& user_id,
                                           const pb::CartItem& item) {
  auto set = [this, &user_id, &item](sqlite::Connection& connection) -> absl::StatusOr<pb::Empty> {
    Renew(connection, user_id, clock_.NowMs(), ttl_ms_);
    if (item.quantity() == 0) {
      connection.Execute("DELETE FROM cart_lines WHERE user_id = ? AND product_id = ?", {user_id, item.product_id()});
      return pb::Empty();
    }
    const bool is_new = QuantityOf(connection, user_id, item.product_id()) == 0;
    if (is_new && LineCount(connection, user_id) >= kMostLines) return TooManyLines();
    Put(connection, user_id, item.product_id(), item.quantity());
    return pb::Empty();
  };
  auto done = co_await database_->Write(call, std::move(set));
  co_return std::move(done);
}

rpc::Reply<pb::Cart> SqliteCartStore::Get(const rpc::CallContext& call, const std::string& user_id) {
  const std::int64_t now = clock_.NowMs();
  std::int64_t used_at = 0;
  auto get = [&user_id, &used_at, now, ttl = ttl_ms_](sqlite::Connection& connection) -> absl::StatusOr<pb::Cart> {
    pb::Cart cart;
    sqlite::Rows rows = connection.Query(
        "SELECT product_id, quantity, used_at_ms FROM cart_lines JOIN carts USING (user_id) WHERE user_id = ? AND "
        "used_at_ms >= ? ORDER BY id",
        {user_id, now - ttl});
    while (rows.Next()) {
      auto& item = *cart.add_items();
      item.set_product_id(rows.Text(0));
      item.set_quantity(static_cast<std::int32_t>(rows.Integer(1)));
      used_at = rows.Integer(2);
    }
    if (!cart.items().empty()) cart.set_user_id(user_id);
    return cart;
  };
  auto cart = co_await database_->Read(call, std::move(get));
  // A write to the disk for each look at a cart would be too much: a hundredth of its life is exact enough.
  if (!cart.ok() || cart->items().empty() || now - used_at < ttl_ms_ / 100) co_return std::move(cart);
  auto renew = [this, &user_id, now](sqlite::Connection& connection) -> absl::StatusOr<pb::Empty> {
    Renew(connection, user_id, now, ttl_ms_);
    return pb::Empty();
  };
  // A cart that was read is answered, even if it could not be renewed this time.
  co_await database_->Write(call, std::move(renew));
  co_return std::move(cart);
}

rpc::Reply<pb::Empty> SqliteCartStore::Subtract(const rpc::CallContext& call, const pb::RemoveOrderedRequest& ordered) {
  auto subtract = [this, &ordered](sqlite::Connection& connection) -> absl::StatusOr<pb::Empty> {
    if (!NoteOrder(connection, ordered.order_id(), clock_.NowMs())) return pb::Empty();
    for (const pb::CartItem& item : ordered.items()) {
      const std::int64_t lessened = connection.Execute(
          "UPDATE cart_lines SET quantity = quantity - ? WHERE user_id = ? AND product_id = ? AND quantity > ?",
          {item.quantity(), ordered.user_id(), item.product_id(), item.quantity()});
      if (lessened == 1) continue;
      connection.Execute("DELETE FROM cart_lines WHERE user_id = ? AND product_id = ?",
                         {ordered.user_id(), item.product_id()});
    }
    return pb::Empty();
  };
  auto done = co_await database_->Write(call, std::move(subtract));
  co_return std::move(done);
}

rpc::Reply<pb::Empty> SqliteCartStore::Empty(const rpc::CallContext& call, const std::string& user_id) {
  auto empty = [&user_id](sqlite::Connection& connection) -> absl::StatusOr<pb::Empty> {
    connection.Execute("DELETE FROM carts WHERE user_id = ?", {user_id});
    return pb::Empty();
  };
  auto done = co_await database_->Write(call, std::move(empty));
  co_return std::move(done);
}

}  // namespace boutique::cart
