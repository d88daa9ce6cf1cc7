// SPDX-License-Identifier: Apache-2.0
#include "services/email/email_service.h"

#include <grpcpp/create_channel.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <limits>
#include <string>

#include "platform/coro/spawn.h"
#include "platform/telemetry/log.h"
#include "services/email/email_module.h"
#include "support/catch.h"

namespace boutique::email {
namespace {

// What the process writes to standard error while this lives.
class CapturedErrors {
 public:
  CapturedErrors() : file_(std::tmpfile()), before_(dup(STDERR_FILENO)) { dup2(fileno(file_), STDERR_FILENO); }
  ~CapturedErrors() {
    Restore();
    std::fclose(file_);
  }
  std::string Text() {
    Restore();
    std::string text(static_cast<std::size_t>(std::ftell(Ended())), '\0');
    std::rewind(file_);
    text.resize(std::fread(text.data(), 1, text.size(), file_));
    return text;
  }

 private:
  std::FILE* Ended() {
    std::fseek(file_, 0, SEEK_END);
    return file_;
  }
  void Restore() {
    if (before_ < 0) return;
    std::fflush(stderr);
    dup2(before_, STDERR_FILENO);
    close(before_);
    before_ = -1;
  }
  std::FILE* file_;
  int before_;
};

pb::SendOrderConfirmationRequest GoodRequest() {
  pb::SendOrderConfirmationRequest request;
  request.set_email("anna.buyer@example.com");
  pb::OrderResult& order = *request.mutable_order();
  order.set_order_id("order-7");
  order.set_shipping_tracking_id("AB-20123-101234567");
  order.mutable_shipping_cost()->set_currency_code("EUR");
  order.mutable_shipping_cost()->set_units(7);
  order.mutable_shipping_address()->set_street_address("1 Secret Lane");
  order.mutable_shipping_address()->set_zip_code(94043);
  pb::OrderItem& line = *order.add_items();
  line.mutable_item()->set_product_id("6E92ZMYYFZ");
  line.mutable_item()->set_quantity(2);
  line.mutable_cost()->set_currency_code("EUR");
  line.mutable_cost()->set_units(8);
  return request;
}

struct Desk {
  EmailService service;
  rpc::CallContext call;
  pb::SendOrderConfirmationRequest request = GoodRequest();

  absl::Status Send() { return coro::SyncWait(service.SendOrderConfirmation(call, request)).status(); }
};

TEST_CASE_METHOD(Desk, "an order is confirmed, with one line in the log that knows nothing of the buyer", "[email]") {
  telemetry::StartLog("emailservice", telemetry::Severity::kInfo);
  CapturedErrors errors;
  CHECK(Send().ok());
  const std::string log = errors.Text();
  CHECK(log.find("order-7") != std::string::npos);
  CHECK(log.find('\n') == log.size() - 1);
  CHECK(log.find("anna") == std::string::npos);
  CHECK(log.find("example") == std::string::npos);
  CHECK(log.find("Secret") == std::string::npos);
}

TEST_CASE_METHOD(Desk, "an order with nothing but its id is enough", "[email]") {
  request.clear_order();
  request.mutable_order()->set_order_id("1");
  CHECK(Send().ok());
}

TEST_CASE_METHOD(Desk, "each bad field is named", "[email]") {
  using Spoil = std::function<void(pb::SendOrderConfirmationRequest&)>;
  struct Case {
    std::string field;
    absl::StatusCode code;
    Spoil spoil;
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  constexpr auto kRange = absl::StatusCode::kOutOfRange;
  const auto order = [](const std::function<void(pb::OrderResult&)>& spoil) -> Spoil {
    return [spoil](pb::SendOrderConfirmationRequest& request) { spoil(*request.mutable_order()); };
  };
  const auto address = [](const std::function<void(pb::Address&)>& spoil) -> Spoil {
    return [spoil](pb::SendOrderConfirmationRequest& r) { spoil(*r.mutable_order()->mutable_shipping_address()); };
  };
  const auto line = [](const std::function<void(pb::OrderItem&)>& spoil) -> Spoil {
    return [spoil](pb::SendOrderConfirmationRequest& r) { spoil(*r.mutable_order()->mutable_items(0)); };
  };
  const std::vector<Case> cases = {
      {"email", kInvalid, [](auto& r) { r.clear_email(); }},
      {"order", kInvalid, [](auto& r) { r.clear_order(); }},
      {"order.order_id", kInvalid, order([](auto& o) { o.clear_order_id(); })},
      {"order.order_id", kInvalid, order([](auto& o) { o.set_order_id(std::string(129, 'x')); })},
      {"order.shipping_tracking_id", kInvalid,
       order([](auto& o) { o.set_shipping_tracking_id(std::string(129, 'x')); })},
      {"order.shipping_cost", kInvalid, order([](auto& o) { o.mutable_shipping_cost()->set_units(-1); })},
      {"order.shipping_cost", kInvalid, order([](auto& o) { o.mutable_shipping_cost()->set_nanos(1000000000); })},
      {"order.shipping_cost", kInvalid, order([](auto& o) { o.mutable_shipping_cost()->set_currency_code("euro"); })},
      {"order.shipping_address.street_address", kInvalid,
       address([](auto& a) { a.set_street_address(std::string(513, 'x')); })},
      {"order.shipping_address.city", kInvalid, address([](auto& a) { a.set_city(std::string(129, 'x')); })},
      {"order.shipping_address.state", kInvalid, address([](auto& a) { a.set_state(std::string(129, 'x')); })},
      {"order.shipping_address.country", kInvalid, address([](auto& a) { a.set_country(std::string(129, 'x')); })},
      {"order.shipping_address.postal_code", kInvalid,
       address([](auto& a) { a.set_postal_code(std::string(33, 'x')); })},
      {"order.shipping_address.zip_code", kInvalid, address([](auto& a) { a.set_zip_code(-1); })},
      {"order.items", kInvalid, order([](auto& o) {
         while (o.items_size() < 1001) *o.add_items() = o.items(0);
       })},
      {"order.items[0].item", kInvalid, line([](auto& l) { l.clear_item(); })},
      {"order.items[0].item.product_id", kInvalid, line([](auto& l) { l.mutable_item()->clear_product_id(); })},
      {"order.items[0].item.product_id", kInvalid,
       line([](auto& l) { l.mutable_item()->set_product_id(std::string(129, 'x')); })},
      {"order.items[0].product_name", kInvalid, line([](auto& l) { l.set_product_name(std::string(257, 'x')); })},
      {"order.items[0].item.quantity", kRange, line([](auto& l) { l.mutable_item()->set_quantity(0); })},
      {"order.items[0].item.quantity", kRange, line([](auto& l) { l.mutable_item()->set_quantity(-5); })},
      {"order.items[0].item.quantity", kRange, line([](auto& l) { l.mutable_item()->set_quantity(1001); })},
      {"order.items[0].cost", kInvalid, line([](auto& l) {
         l.mutable_cost()->set_units(std::numeric_limits<std::int64_t>::min());
       })},
      {"order.items[0].cost", kInvalid, line([](auto& l) { l.mutable_cost()->clear_currency_code(); })},
  };
  for (const Case& each : cases) {
    INFO(each.field);
    request = GoodRequest();
    each.spoil(request);
    const absl::Status bad = Send();
    INFO(bad.ToString());
    CHECK(bad.code() == each.code);
    const std::string named(bad.message().substr(0, each.field.size() + 1));
    CHECK((named == each.field + ":" || named == each.field + "."));
  }
}

TEST_CASE("the program answers over the network", "[email]") {
  runtime::Process process({.name = "emailservice", .grpc_port = 8080});
  process.Add<EmailModule>();
  REQUIRE(process.Start({"--port=0", "--metrics-port=0"}).empty());
  const auto stub =
      pb::EmailService::NewStub(grpc::CreateChannel(process.AddressOf("grpc"), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  pb::Empty reply;
  CHECK(stub->SendOrderConfirmation(&context, GoodRequest(), &reply).ok());
}

}  // namespace
}  // namespace boutique::email
