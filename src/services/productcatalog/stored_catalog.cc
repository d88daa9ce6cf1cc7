// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/stored_catalog.h"

#include <google/protobuf/util/json_util.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"
#include "services/productcatalog/search_text.h"

namespace boutique::productcatalog {
namespace {

using sql::Connection;
using sql::Rows;

constexpr std::size_t kTrigram = 3;
constexpr std::int64_t kKeptRevisions = 3;
constexpr auto kLongestRefresh = std::chrono::seconds(30);
// A search takes milliseconds.
constexpr auto kSearchPatience = std::chrono::milliseconds(500);

struct Loaded {
  std::int64_t revision = 0;
  std::shared_ptr<const Catalog> catalog;  // null: as it was
};

absl::StatusOr<std::int64_t> First(Rows rows) {
  if (!rows.Next()) return absl::UnavailableError("the database has no revision of the catalog");
  return rows.Integer(0);
}

absl::StatusOr<bool> HasProducts(Connection& connection) {
  const auto some = First(connection.Query("SELECT count(*) FROM (SELECT FROM products LIMIT 1) AS one"));
  if (!some.ok()) return some.status();
  return *some > 0;
}

absl::StatusOr<bool> ImportIn(Connection& connection, const std::string& json) {
  if (const auto alone = First(connection.QueryForUpdate("SELECT number FROM revision")); !alone.ok()) {
    return alone.status();
  }
  return connection.Execute(
             "INSERT INTO products (product) SELECT value FROM jsonb_array_elements(?::jsonb -> 'products') "
             "WITH ORDINALITY WHERE NOT EXISTS (SELECT FROM products) ORDER BY ordinality",
             {json}) > 0;
}

absl::StatusOr<Loaded> LoadIn(Connection& connection) {
  // In one statement: what it reads is of one moment, so these products are this revision's.
  Rows rows = connection.Query(
      "SELECT (SELECT number FROM revision), "
      "jsonb_build_object('products', coalesce(jsonb_agg(product ORDER BY position), '[]'::jsonb)) FROM products");
  if (!rows.Next()) return absl::UnavailableError("the database has no products");
  const std::int64_t revision = rows.Integer(0);
  auto catalog = Catalog::Parse(rows.Text(1));
  if (!catalog.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("the catalog in the database: ", catalog.status().message()));
  }
  return Loaded{revision, *std::move(catalog)};
}

// Keeps what is searched of this revision, and forgets old ones.
absl::StatusOr<bool> KeepIn(Connection& connection, std::int64_t revision, const Catalog& catalog) {
  // One after the other. What is no longer the newest is not asked for any more.
  const auto newest = First(connection.QueryForUpdate("SELECT number FROM revision"));
  if (!newest.ok()) return newest.status();
  const auto kept = First(connection.Query("SELECT count(*) FROM texts WHERE revision = ?", {revision}));
  if (*newest != revision || kept.value_or(1) > 0) return true;
  connection.Execute("DELETE FROM texts WHERE revision <= ?", {revision - kKeptRevisions});
  int number = 0;
  for (const TextIndex::Text& text : catalog.search().texts()) {
    connection.Execute("INSERT INTO texts (revision, number, name, description) VALUES (?, ?, ?, ?)",
                       {revision, number++, text.name, text.description});
  }
  return true;
}

// A LIKE pattern of what holds the part, in which no character has a meaning of its own.
std::string Pattern(absl::string_view part) {
  return absl::StrCat("%", absl::StrReplaceAll(part, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}}), "%");
}

// As TextIndex::Holding. How much of a text the part makes up weighs, ten times as much in a name.
absl::StatusOr<std::vector<TextIndex::Hit>> Holding(Connection& connection, std::int64_t revision,
                                                    absl::string_view part) {
  const std::string pattern = Pattern(part);
  Rows rows = connection.Query(
      "SELECT number, 10.0 * (char_length(name) - char_length(replace(name, ?, ''))) / greatest(char_length(name), 1) "
      "+ 1.0 * (char_length(description) - char_length(replace(description, ?, ''))) / "
      "greatest(char_length(description), 1) FROM texts WHERE revision = ? AND (name LIKE ? OR description LIKE ?) "
      "ORDER BY number",
      {part, part, revision, pattern, pattern});
  const bool weighs = CountCharacters(part) >= kTrigram;
  std::vector<TextIndex::Hit> hits;
  while (rows.Next()) hits.push_back({static_cast<int>(rows.Integer(0)), weighs ? -rows.Real(1) : 0});
  return hits;
}

absl::StatusOr<ProductSearch::Found> FindIn(Connection& connection, std::int64_t revision, const ProductSearch& search,
                                            const std::string& query) {
  const auto kept = First(connection.Query("SELECT count(*) FROM texts WHERE revision = ?", {revision}));
  if (kept.value_or(0) == 0) return absl::UnavailableError("this revision of the catalog is gone");
  const auto holding = [&](absl::string_view part) { return Holding(connection, revision, part); };
  return search.FindBy(query, holding);
}

}  // namespace

// One search, of whoever asked for it and of the work in the database, which may be at it for longer.
struct StoredCatalog::Search {
  std::shared_ptr<const Catalog> catalog;
  std::string query;
  std::int64_t revision = -1;
  rpc::CallContext call;
  std::optional<absl::StatusOr<ProductSearch::Found>> found;
  std::stop_source ended;  // of the work, or the asker has gone
};

StoredCatalog::StoredCatalog(sql::Database& database, telemetry::Metrics& metrics, coro::TaskScope& searches)
    : database_(database),
      searches_(searches),
      reloaded_(metrics.Counter("product_catalog_reloads_total", "Times the changed catalog was read",
                                {{"result", "ok"}})),
      failed_(metrics.Counter("product_catalog_reloads_total", "Times the changed catalog was read",
                              {{"result", "failed"}})),
      stale_(metrics.Gauge("product_catalog_stale", "1 while the catalog is bad and an older one is served")) {}

rpc::Reply<bool> StoredCatalog::Import(const rpc::CallContext& call, const pb::ListProductsResponse& products) {
  // A database that takes no changes now may have products all the same.
  auto look = [](Connection& connection) { return HasProducts(connection); };
  const bool has_some = co_await rpc::OrReturn(co_await database_.Read(call, std::move(look)));
  if (has_some) co_return false;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(products, &json).ok()) {
    co_return absl::InternalError("products have no JSON");
  }
  auto import = [&json](Connection& connection) { return ImportIn(connection, json); };
  co_return co_await database_.Write(call, std::move(import));
}

rpc::Reply<std::shared_ptr<const Catalog>> StoredCatalog::Load(const rpc::CallContext& call) {
  auto look = [](Connection& connection) { return First(connection.Query("SELECT number FROM revision")); };
  const std::int64_t revision = co_await rpc::OrReturn(co_await database_.Read(call, std::move(look)));
  is_silent_ = false;
  if (revision == seen_revision_) co_return std::shared_ptr<const Catalog>();
  auto load = [](Connection& connection) { return LoadIn(connection); };
  const auto loaded = co_await database_.Read(call, std::move(load));
  // A bad catalog is looked at again when it has changed.
  if (absl::IsInvalidArgument(loaded.status())) seen_revision_ = revision;
  if (!loaded.ok()) co_return loaded.status();
  seen_revision_ = loaded->revision;
  has_kept_ = false;
  const std::lock_guard lock(mutex_);
  revision_ = loaded->revision;
  loaded_ = loaded->catalog;
  co_return loaded->catalog;
}

coro::Task<void> StoredCatalog::KeepTexts(const rpc::CallContext& call) {
  if (has_kept_) co_return;
  std::shared_ptr<const Catalog> catalog;
  std::int64_t revision = -1;
  {
    const std::lock_guard lock(mutex_);
    catalog = loaded_;
    revision = revision_;
  }
  auto keep = [&](Connection& connection) { return KeepIn(connection, revision, *catalog); };
  const auto kept = co_await database_.Write(call, std::move(keep));
  has_kept_ = kept.ok();
}

rpc::Reply<ProductSearch::Found> StoredCatalog::Find(const rpc::CallContext& call,
                                                     std::shared_ptr<const Catalog> catalog, std::string query) {
  if (is_silent_) co_return absl::UnavailableError("the database does not answer");
  const auto search = std::make_shared<Search>();
  {
    const std::lock_guard lock(mutex_);
    if (catalog == loaded_) search->revision = revision_;
  }
  if (search->revision < 0) co_return absl::UnavailableError("this catalog is not in the database");
  search->catalog = std::move(catalog);
  search->query = std::move(query);
  search->call = call.Within(kSearchPatience);
  searches_.Spawn(Ask(search));
  // The work cannot be left before the database gives it up, which takes longer: its end is awaited for a while only.
  rpc::CallContext waiting = search->call;
  waiting.cancelled = search->ended.get_token();
  const auto stop = [&search] { search->ended.request_stop(); };
  const std::stop_callback gone(call.cancelled, stop);
  co_await rpc::Sleep(waiting, search->call.Left());
  if (search->found.has_value()) co_return *std::move(search->found);
  co_await rpc::OrReturn(call.Alive());
  is_silent_ = true;
  co_return absl::UnavailableError("the database did not answer in time");
}

coro::Task<void> StoredCatalog::Ask(std::shared_ptr<Search> search) {
  auto find = [&search](Connection& connection) {
    return FindIn(connection, search->revision, search->catalog->search(), search->query);
  };
  auto found = co_await database_.Read(search->call, std::move(find));
  // A timeout of its own is no answer.
  if (!absl::IsDeadlineExceeded(found.status())) search->found = std::move(found);
  if (search->found.has_value()) search->ended.request_stop();
}

void StoredCatalog::Report(const absl::Status& outcome) {
  stale_.Set(outcome.ok() ? 0 : 1);
  const std::string problem(outcome.message());
  if (problem == problem_) return;
  problem_ = problem;
  if (problem.empty()) return;
  failed_.Increment();
  telemetry::Log(telemetry::Severity::kWarning, "the catalog stays as it was", {{"problem", problem}});
}

coro::Task<void> StoredCatalog::Watch(LiveCatalog& live, rpc::Loop& loop, std::chrono::nanoseconds interval,
                                      std::stop_token stop, std::function<void()> ready) {
  bool imported = false;
  while (!stop.stop_requested()) {
    const rpc::CallContext call = rpc::Begin(loop, interval + kLongestRefresh, stop);
    if (!imported) {
      const auto before = live.Current();
      const auto import = co_await Import(call, before->products());
      imported = import.ok();
      if (!imported) Report(import.status());
    }
    if (imported) {
      auto loaded = co_await Load(call);
      Report(loaded.status());
      if (loaded.ok() && *loaded != nullptr) {
        live.Replace(*loaded);
        reloaded_.Increment();
        telemetry::Log(telemetry::Severity::kInfo, "the catalog was loaded from the database",
                       {{"products", (*loaded)->products().products_size()}});
        if (ready) ready();
        ready = nullptr;
      }
      // Whether it succeeds or not, this is the catalog; the next round tries again.
      if (loaded.ok()) co_await KeepTexts(call);
    }
    const bool elapsed = co_await rpc::Sleep(call, interval);
    if (!elapsed) co_return;
  }
}

}  // namespace boutique::productcatalog
