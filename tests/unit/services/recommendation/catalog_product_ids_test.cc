// SPDX-License-Identifier: Apache-2.0
#include "services/recommendation/catalog_product_ids.h"

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "platform/coro/spawn.h"
#include "platform/telemetry/metrics.h"
#include "support/catch.h"
#include "unit/services/recommendation/fake_catalog.h"

namespace boutique::recommendation {
namespace {

using Ids = std::vector<std::string>;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Shop {
  Shop() { loop.Start(); }
  ~Shop() { loop.Stop(); }

  absl::StatusOr<ProductIdList> List(std::chrono::nanoseconds budget = seconds(60)) {
    return ListFrom(products, budget);
  }
  absl::StatusOr<ProductIdList> ListFrom(CatalogProductIds& from, std::chrono::nanoseconds budget) {
    const rpc::CallContext call = rpc::Begin(loop, budget);
    return coro::SyncWait(OnLoop(from, call));
  }

  testing::FakeCatalog catalog;
  telemetry::Metrics metrics;
  rpc::Loop loop;
  rpc::Client<pb::ProductCatalogService> client{catalog.Channel(), metrics};
  std::chrono::steady_clock::time_point now{};
  CatalogProductIds products{client, [this] { return now; }};

 private:
  rpc::Reply<ProductIdList> OnLoop(CatalogProductIds& from, const rpc::CallContext& call) {
    co_await rpc::ResumeOn(loop);
    co_return co_await from.List(call);
  }
};

TEST_CASE_METHOD(Shop, "the catalog is asked once in a few seconds", "[recommendation]") {
  catalog.Sell({"A", "B"});
  CHECK(*List().value() == Ids{"A", "B"});
  catalog.Sell({"C"});
  now += CatalogProductIds::kFresh - milliseconds(1);
  CHECK(*List().value() == Ids{"A", "B"});
  CHECK(catalog.calls() == 1);
  now += milliseconds(1);
  CHECK(*List().value() == Ids{"C"});
  CHECK(catalog.calls() == 2);
}

TEST_CASE_METHOD(Shop, "while one request reads anew the others answer from the list before", "[recommendation]") {
  catalog.Sell({"A"});
  REQUIRE_OK(List());
  catalog.Sell({"B"});
  now += CatalogProductIds::kFresh;
  catalog.Hold();
  auto first = std::async(std::launch::async, [this] { return List(); });
  catalog.AwaitCalls(2);
  CHECK(*List().value() == Ids{"A"});
  CHECK(catalog.calls() == 2);
  catalog.Release();
  CHECK(*first.get().value() == Ids{"B"});
  CHECK(*List().value() == Ids{"B"});
}

TEST_CASE_METHOD(Shop, "a list that is too old is not answered from, whoever reads", "[recommendation]") {
  catalog.Sell({"A"});
  REQUIRE_OK(List());
  catalog.Sell({"B"});
  now += CatalogProductIds::kUsable;
  catalog.Hold();
  auto first = std::async(std::launch::async, [this] { return List(); });
  catalog.AwaitCalls(2);
  auto second = std::async(std::launch::async, [this] { return List(); });
  catalog.AwaitCalls(3);
  catalog.Release();
  CHECK(*first.get().value() == Ids{"B"});
  CHECK(*second.get().value() == Ids{"B"});
}

TEST_CASE_METHOD(Shop, "whatever the catalog's failure, it is UNAVAILABLE here", "[recommendation]") {
  for (const auto code : {grpc::StatusCode::UNKNOWN, grpc::StatusCode::INTERNAL, grpc::StatusCode::UNIMPLEMENTED,
                          grpc::StatusCode::NOT_FOUND, grpc::StatusCode::UNAVAILABLE}) {
    catalog.Fail(code);
    const auto list = List();
    CHECK_CODE(list, kUnavailable);
    CHECK(list.status().message().find("inner words") == absl::string_view::npos);
  }
  catalog.Sell({"A"});
  CHECK(*List().value() == Ids{"A"});
}

TEST_CASE_METHOD(Shop, "a failure after a list has aged does not bring the old one back", "[recommendation]") {
  catalog.Sell({"A"});
  REQUIRE_OK(List());
  now += CatalogProductIds::kFresh;
  catalog.Fail(grpc::StatusCode::INTERNAL);
  CHECK_CODE(List(), kUnavailable);
  CHECK_CODE(List(), kUnavailable);
}

TEST_CASE_METHOD(Shop, "D9: a catalog that hangs is given up", "[recommendation][defect]") {
  catalog.Hold();
  CatalogProductIds impatient(client, [this] { return now; }, milliseconds(50));
  CHECK_CODE(ListFrom(impatient, seconds(60)), kUnavailable);
  CHECK_CODE(List(milliseconds(50)), kDeadlineExceeded);
}

TEST_CASE_METHOD(Shop, "an id that the catalog lists twice counts once", "[recommendation]") {
  catalog.Sell({"A", "B", "A", ""});
  CHECK(*List().value() == Ids{"A", "B"});
}

}  // namespace
}  // namespace boutique::recommendation
