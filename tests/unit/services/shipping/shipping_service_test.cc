// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/shipping_service.h"

#include <set>
#include <thread>

#include "platform/coro/spawn.h"
#include "services/shipping/shipment_schema.h"
#include "services/shipping/sql_shipment_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::shipping {
namespace {

constexpr char kKey[] = "0123456789abcdef";

// A shipping office with a database of its own.
template <typename Engine>
class Office {
 public:
  Office() {
    loop_.Start();
    call_ = rpc::Begin(loop_, std::chrono::seconds(30));
    Reopen();
  }
  ~Office() {
    Close();
    loop_.Stop();
  }
  void Close() {
    service_.reset();
    store_.reset();
    database_.reset();
  }
  void Reopen() {
    Close();
    database_ = engine_.Open(ShipmentSchema());
    store_ = std::make_unique<SqlShipmentStore>(*database_);
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
  Engine engine_;
  rpc::Loop loop_;
  rpc::CallContext call_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<SqlShipmentStore> store_;
  std::unique_ptr<ShippingService> service_;
};

TEMPLATE_TEST_CASE_METHOD(Office, "a repeat with the same key ships one parcel", "[shipping]", STORE_ENGINES) {
  const auto first = this->Ship(this->Parcel());
  REQUIRE_OK(first);
  const auto second = this->Ship(this->Parcel());
  REQUIRE_OK(second);
  CHECK(first->tracking_id() == second->tracking_id());
  CHECK_CODE(this->Ship(this->Parcel(kKey, 2)), kAlreadyExists);
}

TEMPLATE_TEST_CASE_METHOD(Office, "concurrent repeats, on two loops, ship one parcel", "[shipping]", STORE_ENGINES) {
  testing::LoopCall other;
  std::vector<absl::StatusOr<pb::ShipOrderResponse>> answers(8, absl::UnknownError(""));
  {
    std::vector<std::jthread> callers;
    for (std::size_t i = 0; i < answers.size(); i += 2) {
      callers.emplace_back([&, i] { answers[i] = this->Ship(this->Parcel()); });
      callers.emplace_back([&, i] { answers[i + 1] = this->Ship(other.call, this->Parcel()); });
    }
  }
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    ids.insert(answer->tracking_id());
  }
  CHECK(ids.size() == 1);
}

TEMPLATE_TEST_CASE_METHOD(Office, "parcels without a key are each their own", "[shipping]", STORE_ENGINES) {
  CHECK(this->Ship(this->Parcel(""))->tracking_id() != this->Ship(this->Parcel(""))->tracking_id());
}

TEMPLATE_TEST_CASE_METHOD(Office, "a restart finds every shipment", "[shipping]", STORE_ENGINES) {
  const auto shipped = this->Ship(this->Parcel());
  REQUIRE_OK(shipped);
  REQUIRE_OK(this->Cancel("fedcba9876543210"));
  this->Reopen();
  if (!TestType::kDurable) return;
  const auto found = this->Get();
  REQUIRE_OK(found);
  CHECK(found->tracking_id() == shipped->tracking_id());
  CHECK(found->state() == pb::Shipment::SHIPPED);
  CHECK(this->Get("fedcba9876543210")->state() == pb::Shipment::CANCELLED);
}

TEMPLATE_TEST_CASE_METHOD(Office, "a cancelled shipment stays cancelled and keeps its tracking id",
                          "[shipping]", STORE_ENGINES) {
  const auto shipped = this->Ship(this->Parcel());
  const auto cancelled = this->Cancel();
  REQUIRE_OK(cancelled);
  CHECK(cancelled->tracking_id() == shipped->tracking_id());
  REQUIRE_OK(this->Cancel());
  CHECK_CODE(this->Ship(this->Parcel()), kFailedPrecondition);
  CHECK(this->Get()->state() == pb::Shipment::CANCELLED);
}

TEMPLATE_TEST_CASE_METHOD(Office, "a shipment that is cancelled before there is one can never be",
                          "[shipping]", STORE_ENGINES) {
  REQUIRE_OK(this->Cancel());
  CHECK_CODE(this->Ship(this->Parcel()), kFailedPrecondition);
}

TEMPLATE_TEST_CASE_METHOD(Office, "an unknown or malformed key is said so", "[shipping]", STORE_ENGINES) {
  CHECK_CODE(this->Get(), kNotFound);
  CHECK_CODE(this->Get("short"), kInvalidArgument);
  CHECK_CODE(this->Cancel("short"), kInvalidArgument);
}

TEMPLATE_TEST_CASE_METHOD(Office, "D8: a parcel without an address is refused", "[shipping]", STORE_ENGINES) {
  auto request = this->Parcel();
  request.clear_address();
  CHECK_CODE(this->Ship(request), kInvalidArgument);
}

}  // namespace
}  // namespace boutique::shipping
