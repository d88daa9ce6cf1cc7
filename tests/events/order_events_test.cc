// SPDX-License-Identifier: Apache-2.0
// What becomes of an order's end: the order service publishes it, mail and shipping take it, whatever breaks.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "events/order_queues.h"
#include "platform/runtime/process.h"
#include "platform/storage/postgres/database.h"
#include "order_placer.h"
#include "services/email/email_module.h"
#include "services/order/amqp_event_sink.h"
#include "services/order/order_module.h"
#include "services/order/order_relay.h"
#include "services/order/order_schema.h"
#include "services/shipping/shipping_module.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/postgres_server.h"
#include "support/rabbitmq_server.h"
#include "support/tcp_proxy.h"
#include "unit/platform/runtime/environment.h"

namespace boutique {
namespace {

namespace pb = ::hipstershop;
using events::kConfirmationQueue;
using events::kPickingQueue;
using testing::Eventually;

// The three programs in one process, with RabbitMQ behind a proxy.
struct Shop {
  explicit Shop(const std::string& password = "open%20sesame") {
    setenv("AMQP_URL", rabbit.Url(proxy.port(), password).c_str(), 1);
    process.Add<order::OrderModule, shipping::ShippingModule, email::EmailModule>();
    const auto problems =
        process.Start({"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--data-dir=:memory:"});
    unsetenv("AMQP_URL");
    REQUIRE(problems.empty());
    placer.emplace(process.AddressOf("grpc"));
  }
  ~Shop() { process.Stop(); }

  std::string Confirm() { return placer->Confirm(); }

  double Waiting() { return process.host().metrics().Gauge("order_outbox_events", "").Value(); }
  double Published() { return process.host().metrics().Counter("order_events_published_total", "").Value(); }
  double Lists() { return process.host().metrics().Counter("shipping_picking_lists_total", "").Value(); }
  double Deliveries(const char* queue, const char* outcome) {
    return process.host()
        .metrics()
        .Counter("amqp_deliveries_total", "", {{"queue", queue}, {"outcome", outcome}})
        .Value();
  }

  testing::RabbitMqServer& rabbit = testing::RabbitMqServer::Shared();
  testing::TcpProxy proxy{rabbit.port()};
  runtime::Process process{{.name = "shop", .grpc_port = 1}};
  std::optional<testing::OrderPlacer> placer;
};

TEST_CASE("a confirmed order is packed and confirmed by mail, a cancelled one is not", "[events]") {
  Shop shop;
  shop.Confirm();
  shop.placer->Place({pb::CANCELLED});
  REQUIRE(Eventually([&] { return shop.Deliveries(kPickingQueue, "done") == 2; }));
  REQUIRE(Eventually([&] { return shop.Deliveries(kConfirmationQueue, "done") == 2; }));
  CHECK(shop.Lists() == 1);
  REQUIRE(Eventually([&] { return shop.Published() == 2; }));
}

TEST_CASE("orders flow while RabbitMQ is away, and are announced when it is back", "[events]") {
  Shop shop;
  shop.proxy.Refuse(true);
  for (int i = 0; i < 20; ++i) shop.Confirm();
  REQUIRE(Eventually([&] { return shop.Waiting() == 20; }));
  CHECK(shop.Published() == 0);
  shop.proxy.Refuse(false);
  REQUIRE(Eventually([&] { return shop.Lists() == 20; }));
  REQUIRE(Eventually([&] { return shop.Deliveries(kConfirmationQueue, "done") == 20; }));
  REQUIRE(Eventually([&] { return shop.Waiting() == 0; }));
}

TEST_CASE("what is published twice, because its confirm was lost, is packed once", "[events]") {
  Shop shop;
  shop.Confirm();  // everybody is connected
  REQUIRE(Eventually([&] { return shop.Lists() == 1 && shop.Published() == 1; }));
  REQUIRE(Eventually([&] { return shop.Deliveries(kConfirmationQueue, "done") == 1; }));
  shop.proxy.HoldAnswers();
  shop.Confirm();
  // More than a heartbeat: RabbitMQ has the event, for it delivers it to the queues' consumers.
  REQUIRE(Eventually([&] { return shop.proxy.held() > 400; }));
  shop.proxy.Cut();
  REQUIRE(Eventually([&] { return shop.Deliveries(kPickingQueue, "done") == 3; }));
  REQUIRE(Eventually([&] { return shop.Waiting() == 0; }));
  CHECK(shop.Lists() == 2);
}

TEST_CASE("a poison message ends in the dead-letter queues, and orders go on", "[events]") {
  Shop shop;
  shop.rabbit.Publish("orders", "order.confirmed", "poison", "\xff\xff is no event");
  shop.Confirm();
  REQUIRE(Eventually([&] { return shop.rabbit.Messages(amqp::DeadName(kPickingQueue)) == 1; }));
  REQUIRE(Eventually([&] { return shop.rabbit.Messages(amqp::DeadName(kConfirmationQueue)) == 1; }));
  REQUIRE(Eventually([&] { return shop.Lists() == 1; }));
  CHECK(shop.Deliveries(kPickingQueue, "dead") == 1);
  CHECK(shop.rabbit.TakeAll(amqp::DeadName(kPickingQueue)).size() == 1);
  CHECK(shop.rabbit.TakeAll(amqp::DeadName(kConfirmationQueue)).size() == 1);
}

TEST_CASE("with a wrong password orders flow, and their events wait", "[events]") {
  Shop shop("hunter2");
  shop.Confirm();
  REQUIRE(Eventually([&] { return shop.Waiting() == 1; }));
  CHECK(shop.Published() == 0);
}

// RabbitMQ as it is before anybody declares the shop's queues, and programs that use it.
struct Programs {
  Programs() {
    for (const char* queue : {kConfirmationQueue, kPickingQueue}) rabbit.Delete(queue);
  }
  ~Programs() { process.Stop(); }

  template <typename... Modules>
  void Start(const std::vector<std::string>& settings) {
    process.Add<Modules...>();
    std::vector<std::string> arguments = {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1",
                                          "--data-dir=:memory:"};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    const runtime::Environment variable("AMQP_URL", rabbit.Url());
    const auto problems = process.Start(arguments);
    REQUIRE(problems.empty());
  }
  bool Publishes(int events) {
    return Eventually([&] {
      auto& metrics = process.host().metrics();
      return metrics.Counter("order_events_published_total", "").Value() == events &&
             metrics.Gauge("order_outbox_events", "").Value() == 0;
    });
  }

  testing::RabbitMqServer& rabbit = testing::RabbitMqServer::Shared();
  runtime::Process process{{.name = "shop", .grpc_port = 1}};
};

TEST_CASE_METHOD(Programs, "a service that is not there has no queue, which nobody would empty", "[events]") {
  Start<order::OrderModule, email::EmailModule>({"--order-events-to-shipping=false"});
  testing::OrderPlacer(process.AddressOf("grpc")).Confirm();
  REQUIRE(Publishes(1));
  auto& taken = process.host().metrics().Counter("amqp_deliveries_total", "",
                                                 {{"queue", kConfirmationQueue}, {"outcome", "done"}});
  CHECK(Eventually([&] { return taken.Value() == 1; }));
  CHECK(rabbit.Messages(kPickingQueue) == -1);
}

TEST_CASE_METHOD(Programs, "of an order service for shipping alone nothing waits for mail", "[events]") {
  Start<order::OrderModule>({"--order-events-to-email=false"});
  testing::OrderPlacer(process.AddressOf("grpc")).Confirm();
  REQUIRE(Publishes(1));
  CHECK(rabbit.Messages(kConfirmationQueue) == -1);
  CHECK(rabbit.TakeAll(kPickingQueue).size() == 1);
}

TEST_CASE_METHOD(Programs, "events that nobody waits for are delivered, and kept nowhere", "[events]") {
  Start<order::OrderModule>({"--order-events-to-email=false", "--order-events-to-shipping=false"});
  testing::OrderPlacer(process.AddressOf("grpc")).Confirm();
  REQUIRE(Publishes(1));
  CHECK(rabbit.Messages(kConfirmationQueue) == -1);
  CHECK(rabbit.Messages(kPickingQueue) == -1);
}

TEST_CASE("a URL that is none stops the start with one line, without its password", "[events]") {
  setenv("AMQP_URL", "amqp://shop:hunter2@host:port", 1);
  runtime::Process process{{.name = "shop", .grpc_port = 1}};
  process.Add<order::OrderModule>();
  const auto problems = process.Start({"--port=0", "--metrics-port=0", "--data-dir=:memory:"});
  unsetenv("AMQP_URL");
  REQUIRE(problems.size() == 1);
  CHECK(problems[0] == absl::InvalidArgumentError("AMQP_URL: the port is not a whole number from 1 to 65535"));
}

// With PostgreSQL and RabbitMQ on the same machine: from rows in the outbox to confirmed and marked.
TEST_CASE("the outbox drains at thousands of events a second", "[.benchmark]") {
  constexpr int kEvents = 20000;
  const std::string url = testing::PostgresServer::Shared().NewDatabase();
  auto database = postgres::Database::Open(*postgres::ParseUrl(url), order::OrderSchema(), 4);
  REQUIRE_OK(database);
  testing::PostgresServer::Do(
      url, "INSERT INTO orders.order_events (event_id, type, occurred_at_ms, taken_until_ms, message) SELECT 'e' || n, "
           "'order.confirmed', 1, 0, decode(repeat('00', 600), 'hex') FROM generate_series(1, " +
               std::to_string(kEvents) + ") n");
  testing::LoopCall on;
  telemetry::Metrics metrics;
  order::OrderOutbox outbox(**database);
  order::AmqpEventSink sink(*amqp::ParseUrl(testing::RabbitMqServer::Shared().Url()),
                            {kConfirmationQueue, kPickingQueue});
  order::OrderRelay relay(outbox, sink, metrics);
  REQUIRE_OK(sink.Start());
  REQUIRE(Eventually([&] { return sink.IsReady(); }));
  const auto begin = std::chrono::steady_clock::now();
  for (int relayed = 0; relayed < kEvents;) {
    const auto some = testing::RunOn(on.loop, relay.RelaySome(rpc::Begin(on.loop, std::chrono::seconds(30))));
    REQUIRE_OK(some);
    relayed += *some;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("outbox: %d events in %.2f s, %.0f a second\n", kEvents, took.count(), kEvents / took.count());
  CHECK(kEvents / took.count() >= 2000);
  sink.Stop();
}

}  // namespace
}  // namespace boutique
