// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/shipping_service.h"

#include <unistd.h>

#include <filesystem>
#include <set>
#include <thread>

#include "platform/coro/spawn.h"
#include "services/shipping/sqlite_shipment_store.h"
#include "support/catch.h"
#include "support/loop_call.h"

namespace boutique::shipping {
namespace {

constexpr char kKey[] = "0123456789abcdef";

// A shipping office with a file of its own.
class Office {
 public:
  Office() : folder_(std::filesystem::temp_directory_path() / ("shipping-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    loop_.Start();
    call_ = rpc::Begin(loop_, std::chrono::seconds(30));
    Reopen();
  }
  ~Office() {
    service_.reset();
    store_.reset();
    loop_.Stop();
    std::filesystem::remove_all(folder_);
  }
  void Reopen() {
    store_.reset();
    auto opened = SqliteShipmentStore::Open(folder_ / "shipments.db");
    REQUIRE_OK(opened);
    store_ = *std::move(opened);
    service_ = std::make_unique<ShippingService>(*store_);
  }

  static pb::ShipOrderRequest Parcel(const std::string& key = kKey, int quantity = 1) {
    pb::ShipOrderRequest request;
    request.set_idempotency_key(key);
    request.mutable_address()->set_street_address("1 Main St");
    request.mutable_address()->set_city("Oslo");
    request.mutable_address()->set_country("Norway");
    request.add_items()->set_product_id("MUG");
    request.mutable_items(0)->set_quantity(quantity);
    return request;
  }
  absl::StatusOr<pb::ShipOrderResponse> Ship(const pb::ShipOrderRequest& request) { return Ship(call_, request); }
  absl::StatusOr<pb::ShipOrderResponse> Ship(const rpc::CallContext& call, const pb::ShipOrderRequest& request) {
    return coro::SyncWait(service_->ShipOrder(call, request));
  }
  absl::StatusOr<pb::Shipment> Get(const std::string& key = kKey) {
    pb::GetShipmentRequest request;
    request.set_idempotency_key(key);
    return coro::SyncWait(service_->GetShipment(call_, request));
  }
  absl::StatusOr<pb::Shipment> Cancel(const std::string& key = kKey) {
    pb::CancelShipmentRequest request;
    request.set_idempotency_key(key);
    return coro::SyncWait(service_->CancelShipment(call_, request));
  }

 private:
  const std::filesystem::path folder_;
  rpc::Loop loop_;
  rpc::CallContext call_;
  std::unique_ptr<SqliteShipmentStore> store_;
  std::unique_ptr<ShippingService> service_;
};

TEST_CASE_METHOD(Office, "a repeat with the same key ships one parcel", "[shipping]") {
  const auto first = Ship(Parcel());
  REQUIRE_OK(first);
  const auto second = Ship(Parcel());
  REQUIRE_OK(second);
  CHECK(first->tracking_id() == second->tracking_id());
  CHECK_CODE(Ship(Parcel(kKey, 2)), kAlreadyExists);
}

TEST_CASE_METHOD(Office, "concurrent repeats, on two loops, ship one parcel", "[shipping]") {
  testing::LoopCall other;
  std::vector<absl::StatusOr<pb::ShipOrderResponse>> answers(8, absl::UnknownError(""));
  {
    std::vector<std::jthread> callers;
    for (std::size_t i = 0; i < answers.size(); i += 2) {
      callers.emplace_back([&, i] { answers[i] = Ship(Parcel()); });
      callers.emplace_back([&, i] { answers[i + 1] = Ship(other.call, Parcel()); });
    }
  }
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    ids.insert(answer->tracking_id());
  }
  CHECK(ids.size() == 1);
}

TEST_CASE_METHOD(Office, "parcels without a key are each their own", "[shipping]") {
  CHECK(Ship(Parcel(""))->tracking_id() != Ship(Parcel(""))->tracking_id());
}

TEST_CASE_METHOD(Office, "a restart finds every shipment", "[shipping]") {
  const auto shipped = Ship(Parcel());
  REQUIRE_OK(shipped);
  REQUIRE_OK(Cancel("fedcba9876543210"));
  Reopen();
  const auto found = Get();
  REQUIRE_OK(found);
  CHECK(found->tracking_id() == shipped->tracking_id());
  CHECK(found->state() == pb::Shipment::SHIPPED);
  CHECK(Get("fedcba9876543210")->state() == pb::Shipment::CANCELLED);
}

TEST_CASE_METHOD(Office, "a cancelled shipment stays cancelled and keeps its tracking id", "[shipping]") {
  const auto shipped = Ship(Parcel());
  const auto cancelled = Cancel();
  REQUIRE_OK(cancelled);
  CHECK(cancelled->tracking_id() == shipped->tracking_id());
  REQUIRE_OK(Cancel());
  CHECK_CODE(Ship(Parcel()), kFailedPrecondition);
  CHECK(Get()->state() == pb::Shipment::CANCELLED);
}

TEST_CASE_METHOD(Office, "a shipment that is cancelled before there is one can never be", "[shipping]") {
  REQUIRE_OK(Cancel());
  CHECK_CODE(Ship(Parcel()), kFailedPrecondition);
}

TEST_CASE_METHOD(Office, "an unknown or malformed key is said so", "[shipping]") {
  CHECK_CODE(Get(), kNotFound);
  CHECK_CODE(Get("short"), kInvalidArgument);
  CHECK_CODE(Cancel("short"), kInvalidArgument);
}

TEST_CASE_METHOD(Office, "D8: a parcel without an address is refused", "[shipping]") {
  auto request = Parcel();
  request.clear_address();
  CHECK_CODE(Ship(request), kInvalidArgument);
}

}  // namespace
}  // namespace boutique::shipping
