// SPDX-License-Identifier: Apache-2.0
// What becomes of an order's end without RabbitMQ: who listens in the order service's process is told there, and the
// e-mail service of another process by a call.
#include <cstdlib>
#include <memory>

#include "order_placer.h"
#include "platform/runtime/process.h"
#include "services/email/email_module.h"
#include "services/order/order_module.h"
#include "services/shipping/shipping_module.h"
#include "support/eventually.h"
#include "support/tcp_proxy.h"

namespace boutique {
namespace {

namespace pb = ::hipstershop;
using testing::Eventually;

template <typename... Modules>
std::unique_ptr<runtime::Process> Begin() {
  auto process = std::make_unique<runtime::Process>(runtime::About{.name = "shop", .grpc_port = 1});
  process->Add<Modules...>();
  const auto problems =
      process->Start({"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--data-dir=:memory:"});
  for (const absl::Status& problem : problems) FAIL(problem);
  return process;
}

double Published(runtime::Process& process) {
  return process.host().metrics().Counter("order_events_published_total", "").Value();
}
double Waiting(runtime::Process& process) {
  return process.host().metrics().Gauge("order_outbox_events", "").Value();
}
double Failed(runtime::Process& process) {
  return process.host().metrics().Counter("order_events_failed_total", "").Value();
}
double Lists(runtime::Process& process) {
  return process.host().metrics().Counter("shipping_picking_lists_total", "").Value();
}
double Confirmations(runtime::Process& process) {
  return process.host()
      .metrics()
      .Counter("grpc_server_handled_total", "",
               {{"grpc_type", "unary"},
                {"grpc_service", "hipstershop.EmailService"},
                {"grpc_method", "SendOrderConfirmation"},
                {"grpc_code", "OK"}})
      .Value();
}

TEST_CASE("in one process a confirmed order is packed and a cancelled one is not", "[events]") {
  const auto shop = Begin<order::OrderModule, shipping::ShippingModule, email::EmailModule>();
  testing::OrderPlacer placer(shop->AddressOf("grpc"));
  placer.Confirm();
  placer.Place({pb::CANCELLED});
  REQUIRE(Eventually([&] { return Published(*shop) == 2; }));
  CHECK(Lists(*shop) == 1);
  // The listener was told: nobody called the service.
  CHECK(Confirmations(*shop) == 0);
  shop->Stop();
}

TEST_CASE("an e-mail service of another process is told of confirmed orders, also when it was away", "[events]") {
  const auto email = Begin<email::EmailModule>();
  testing::TcpProxy proxy(email->host().grpc_port());
  proxy.Refuse(true);
  setenv("EMAIL_SERVICE_ADDR", ("127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
  const auto orders = Begin<order::OrderModule>();
  unsetenv("EMAIL_SERVICE_ADDR");
  testing::OrderPlacer placer(orders->AddressOf("grpc"));
  placer.Place({pb::CANCELLED});
  REQUIRE(Eventually([&] { return Published(*orders) == 1; }));  // which is nobody's business
  placer.Confirm();
  REQUIRE(Eventually([&] { return Failed(*orders) >= 1 && Waiting(*orders) == 1; }));
  CHECK(Published(*orders) == 1);
  proxy.Refuse(false);
  REQUIRE(Eventually([&] { return Published(*orders) == 2; }));
  CHECK(Confirmations(*email) == 1);
  REQUIRE(Eventually([&] { return Waiting(*orders) == 0; }));
  orders->Stop();
  email->Stop();
}

TEST_CASE("where nobody listens, events do not pile up", "[events]") {
  const auto orders = Begin<order::OrderModule>();
  testing::OrderPlacer placer(orders->AddressOf("grpc"));
  placer.Confirm();
  REQUIRE(Eventually([&] { return Published(*orders) == 1; }));
  orders->Stop();
}

}  // namespace
}  // namespace boutique
