// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/product_catalog_service.h"

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "platform/coro/spawn.h"
#include "platform/rpc/sleep.h"
#include "services/productcatalog/default_products.h"
#include "support/catch.h"
#include "unit/services/productcatalog/catalogs.h"

namespace boutique::productcatalog {
namespace {

using Ids = std::vector<std::string>;
using Search = pb::SearchProductsRequest;

// A shop's catalog with a loop of its own, on which every call runs as it would on a server's.
class Counter {
 public:
  explicit Counter(std::chrono::nanoseconds extra_latency = {}) : service(live, pool, extra_latency) { loop.Start(); }
  ~Counter() { loop.Stop(); }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(rpc::Reply<Response> (ProductCatalogService::*method)(const rpc::CallContext&,
                                                                                      const Request&),
                                const Request& request, std::chrono::nanoseconds budget = std::chrono::seconds(60)) {
    const rpc::CallContext call = rpc::Begin(loop, budget);
    return coro::SyncWait(OnLoop(method, call, request));
  }
  absl::StatusOr<std::shared_ptr<const pb::Product>> Get(const std::string& id) {
    pb::GetProductRequest request;
    request.set_id(id);
    return Call(&ProductCatalogService::GetProduct, request);
  }
  absl::StatusOr<pb::GetProductsResponse> GetAll(const Ids& ids) {
    pb::GetProductsRequest request;
    request.mutable_ids()->Assign(ids.begin(), ids.end());
    return Call(&ProductCatalogService::GetProducts, request);
  }
  absl::StatusOr<pb::SearchProductsResponse> Find(const Search& request) {
    return Call(&ProductCatalogService::SearchProducts, request);
  }

  LiveCatalog live{Catalog::Parse(kDefaultProducts).value()};
  rpc::Loop loop;
  rpc::BlockingPool pool{2};
  ProductCatalogService service;

 private:
  template <typename Request, typename Response>
  rpc::Reply<Response> OnLoop(rpc::Reply<Response> (ProductCatalogService::*method)(const rpc::CallContext&,
                                                                                    const Request&),
                              const rpc::CallContext& call, const Request& request) {
    co_await rpc::ResumeOn(loop);
    co_return co_await (service.*method)(call, request);
  }
};

Ids IdsOf(const google::protobuf::RepeatedPtrField<pb::Product>& products) {
  Ids ids;
  for (const pb::Product& product : products) ids.push_back(product.id());
  return ids;
}

Search For(const std::string& query) {
  Search request;
  request.set_query(query);
  return request;
}

const Ids kAll = {"OLJCESPC7Z", "66VCHSJNUP", "1YMWWN1N4O", "L9ECAV7KIM", "2ZYFJ3GM2N",
                  "0PUK6V6EV0", "LS4PSXUNUM", "9SIQT8TOJO", "6E92ZMYYFZ"};

TEST_CASE_METHOD(Counter, "every product is listed in the file's order", "[catalog]") {
  const auto reply = Call(&ProductCatalogService::ListProducts, pb::Empty());
  REQUIRE_OK(reply);
  CHECK(IdsOf((*reply)->products()) == kAll);
}

TEST_CASE_METHOD(Counter, "a product is answered whole", "[catalog]") {
  const auto reply = Get("66VCHSJNUP");
  REQUIRE_OK(reply);
  CHECK((*reply)->SerializeAsString() == live.Current()->products().products(1).SerializeAsString());
}

TEST_CASE_METHOD(Counter, "D30: an answer outlives the catalog that it was taken from", "[catalog][defect]") {
  const auto reply = Get("66VCHSJNUP");
  REQUIRE_OK(reply);
  live.Replace(Catalog::Parse(testing::CatalogJson({testing::ProductJson("A", "Mug")})).value());
  CHECK((*reply)->name() == "Tank Top");
}

TEST_CASE_METHOD(Counter, "an unknown product is not found, under the name it was asked for by", "[catalog]") {
  CHECK(Get("TEAPOT").status() == absl::NotFoundError("no product with ID TEAPOT"));
  CHECK_CODE(Get("66vchsjnup"), kNotFound);
  CHECK_CODE(Get("%"), kNotFound);
}

TEST_CASE_METHOD(Counter, "a product's id has 1 to 128 bytes", "[catalog]") {
  CHECK_CODE(Get(""), kInvalidArgument);
  CHECK_CODE(Get(std::string(128, 'x')), kNotFound);
  CHECK_CODE(Get(std::string(129, 'x')), kInvalidArgument);
}

TEST_CASE_METHOD(Counter, "several products come in the order of their ids, the unknown ones named once", "[catalog]") {
  const auto reply = GetAll({"6E92ZMYYFZ", "X", "OLJCESPC7Z", "6E92ZMYYFZ", "X", "Y"});
  REQUIRE_OK(reply);
  CHECK(IdsOf(reply->products()) == Ids{"6E92ZMYYFZ", "OLJCESPC7Z", "6E92ZMYYFZ"});
  CHECK(Ids(reply->missing_ids().begin(), reply->missing_ids().end()) == Ids{"X", "Y"});
  CHECK(GetAll({})->products().empty());
}

TEST_CASE_METHOD(Counter, "at most a thousand good ids are asked for at once", "[catalog]") {
  CHECK(GetAll(Ids(1000, "6E92ZMYYFZ"))->products_size() == 1000);
  CHECK_CODE(GetAll(Ids(1001, "6E92ZMYYFZ")), kInvalidArgument);
  CHECK_CODE(GetAll({""}), kInvalidArgument);
  CHECK_CODE(GetAll({std::string(129, 'x')}), kInvalidArgument);
}

TEST_CASE_METHOD(Counter, "a query of nothing finds everything in the catalog's order", "[catalog]") {
  for (const char* query : {"", "  ", "\t\n"}) {
    const auto reply = Find(For(query));
    REQUIRE_OK(reply);
    CHECK(IdsOf(reply->results()) == kAll);
    CHECK(reply->total_size() == 9);
    CHECK_FALSE(reply->corrected());
    CHECK(reply->next_page_token().empty());
  }
}

TEST_CASE_METHOD(Counter, "what matches nothing is an empty answer", "[catalog]") {
  const auto reply = Find(For("teapot"));
  REQUIRE_OK(reply);
  CHECK(reply->results().empty());
  CHECK(reply->total_size() == 0);
  CHECK_FALSE(reply->corrected());
}

TEST_CASE_METHOD(Counter, "OTD: wildcards in a query match themselves", "[catalog][defect]") {
  CHECK(Find(For("%"))->results().empty());
  CHECK(Find(For("_"))->results().empty());
  CHECK(IdsOf(Find(For("Salt & Pepper"))->results()) == Ids{"LS4PSXUNUM"});
}

TEST_CASE_METHOD(Counter, "a typing error is forgiven, and said to be", "[catalog]") {
  const auto reply = Find(For("hairdyer"));
  REQUIRE_OK(reply);
  CHECK(IdsOf(reply->results()) == Ids{"2ZYFJ3GM2N"});
  CHECK(reply->corrected());
}

TEST_CASE_METHOD(Counter, "a filter that hides every match does not make it a typing error", "[catalog]") {
  Search request = For("mug");
  request.set_category("hair");
  const auto reply = Find(request);
  REQUIRE_OK(reply);
  CHECK(reply->results().empty());
  CHECK_FALSE(reply->corrected());
}

TEST_CASE_METHOD(Counter, "categories are compared exactly", "[catalog]") {
  Search request;
  request.set_category("kitchen");
  CHECK(IdsOf(Find(request)->results()) == Ids{"LS4PSXUNUM", "9SIQT8TOJO", "6E92ZMYYFZ"});
  request.set_category("tops");
  CHECK(IdsOf(Find(request)->results()) == Ids{"66VCHSJNUP"});
  request.set_category("Kitchen");
  CHECK(Find(request)->results().empty());
  request.set_category("kit");
  CHECK(Find(request)->results().empty());
}

TEST_CASE_METHOD(Counter, "prices are compared to the nano, ends included", "[catalog]") {
  const auto between = [this](int least, int least_nanos, int most, int most_nanos) {
    Search request;
    request.mutable_min_price_usd()->set_currency_code("USD");
    request.mutable_min_price_usd()->set_units(least);
    request.mutable_min_price_usd()->set_nanos(least_nanos);
    request.mutable_max_price_usd()->set_currency_code("USD");
    request.mutable_max_price_usd()->set_units(most);
    request.mutable_max_price_usd()->set_nanos(most_nanos);
    const auto reply = Find(request);
    REQUIRE_OK(reply);
    CHECK(reply->total_size() == reply->results_size());
    return IdsOf(reply->results());
  };
  CHECK(between(18, 990000000, 19, 990000000) == Ids{"OLJCESPC7Z", "66VCHSJNUP", "0PUK6V6EV0"});
  CHECK(between(18, 990000001, 19, 989999999).empty());
  CHECK(between(0, 0, 9, 0) == Ids{"9SIQT8TOJO", "6E92ZMYYFZ"});
  CHECK(between(20, 0, 10, 0).empty());
}

TEST_CASE_METHOD(Counter, "pages follow one another to the end", "[catalog]") {
  const auto whole = Find(For("a"));
  REQUIRE_OK(whole);
  Search request = For("a");
  request.set_page_size(4);
  Ids ids;
  std::vector<int> sizes;
  do {
    const auto page = Find(request);
    REQUIRE_OK(page);
    CHECK(page->total_size() == whole->total_size());
    for (const std::string& id : IdsOf(page->results())) ids.push_back(id);
    sizes.push_back(page->results_size());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  CHECK(ids == IdsOf(whole->results()));
  CHECK(sizes == std::vector<int>{4, 4, 1});
}

TEST_CASE_METHOD(Counter, "a page's token is good for its own search only", "[catalog]") {
  Search request = For("a");
  request.set_page_size(2);
  request.set_page_token(Find(request)->next_page_token());
  const Search good = request;
  using Spoil = std::function<void(Search&)>;
  const std::vector<Spoil> spoils = {
      [](Search& r) { r.set_query("b"); },
      [](Search& r) { r.set_category("kitchen"); },
      [](Search& r) { r.mutable_min_price_usd()->set_currency_code("USD"); },
      [](Search& r) { r.mutable_max_price_usd()->set_currency_code("USD"); },
      [](Search& r) { r.set_page_token("x"); },
      [](Search& r) { r.set_page_token(r.page_token() + "0"); },
      [](Search& r) { r.mutable_page_token()->at(7) ^= 1; },
      [](Search& r) { r.mutable_page_token()->back() ^= 1; },
      [](Search& r) { r.set_page_token(std::string(100000, 'a')); },
      [](Search& r) { r.set_page_token(std::string("\0\0", 2)); },
  };
  for (const Spoil& spoil : spoils) {
    request = good;
    spoil(request);
    const auto reply = Find(request);
    CHECK_CODE(reply, kInvalidArgument);
    CHECK(absl::StartsWith(reply.status().message(), "page_token:"));
  }
  request = good;
  request.set_page_size(3);
  CHECK(Find(request)->results_size() == 3);
}

TEST_CASE_METHOD(Counter, "a page beyond a catalog that has become smaller is empty", "[catalog]") {
  Search request = For("");
  request.set_page_size(5);
  request.set_page_token(Find(request)->next_page_token());
  live.Replace(Catalog::Parse(testing::CatalogJson({testing::ProductJson("A", "Mug")})).value());
  const auto reply = Find(request);
  REQUIRE_OK(reply);
  CHECK(reply->results().empty());
  CHECK(reply->total_size() == 1);
  CHECK(reply->next_page_token().empty());
}

TEST_CASE_METHOD(Counter, "each bad field of a search is named", "[catalog]") {
  using Spoil = std::function<void(Search&)>;
  const auto price = [](pb::Money* money, const std::string& code, std::int64_t units, int nanos) {
    money->set_currency_code(code);
    money->set_units(units);
    money->set_nanos(nanos);
  };
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"query", [](Search& r) { r.set_query(std::string(257, 'x')); }},
      {"query", [](Search& r) { r.set_query("\xFF"); }},
      {"query", [](Search& r) { r.set_query("mug\xC3"); }},
      {"category", [](Search& r) { r.set_category(std::string(129, 'x')); }},
      {"page_size", [](Search& r) { r.set_page_size(-1); }},
      {"page_size", [](Search& r) { r.set_page_size(1001); }},
      {"page_size", [](Search& r) { r.set_page_size(std::numeric_limits<int>::min()); }},
      {"min_price_usd", [&](Search& r) { price(r.mutable_min_price_usd(), "EUR", 1, 0); }},
      {"min_price_usd", [&](Search& r) { price(r.mutable_min_price_usd(), "", 1, 0); }},
      {"min_price_usd", [&](Search& r) { price(r.mutable_min_price_usd(), "USD", -1, 0); }},
      {"min_price_usd", [&](Search& r) { price(r.mutable_min_price_usd(), "USD", 1, -1); }},
      {"max_price_usd", [&](Search& r) { price(r.mutable_max_price_usd(), "USD", 0, 1000000000); }},
      {"max_price_usd",
       [&](Search& r) { price(r.mutable_max_price_usd(), "USD", std::numeric_limits<std::int64_t>::min(), 0); }},
      {"max_price_usd", [&](Search& r) { price(r.mutable_max_price_usd(), "dollars", 1, 0); }},
  };
  for (const auto& [field, spoil] : cases) {
    INFO(field);
    Search request = For("mug");
    spoil(request);
    const auto reply = Find(request);
    CHECK_CODE(reply, kInvalidArgument);
    CHECK(absl::StartsWith(reply.status().message(), field));
  }
  CHECK(Find(For(std::string(256, 'x'))).ok());
}

TEST_CASE("extra latency delays every call, but never beyond the caller's deadline", "[catalog]") {
  const auto budget = std::chrono::milliseconds(20);
  Counter slow(std::chrono::hours(1));
  CHECK_CODE(slow.Call(&ProductCatalogService::ListProducts, pb::Empty(), budget), kDeadlineExceeded);
  CHECK_CODE(slow.Call(&ProductCatalogService::GetProduct, pb::GetProductRequest(), budget), kDeadlineExceeded);
  CHECK_CODE(slow.Call(&ProductCatalogService::GetProducts, pb::GetProductsRequest(), budget), kDeadlineExceeded);
  CHECK_CODE(slow.Call(&ProductCatalogService::SearchProducts, Search(), budget), kDeadlineExceeded);

  Counter slower(std::chrono::milliseconds(20));
  const auto start = std::chrono::steady_clock::now();
  CHECK(slower.Get("6E92ZMYYFZ").ok());
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(19));
}

}  // namespace
}  // namespace boutique::productcatalog
