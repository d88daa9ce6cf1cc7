// SPDX-License-Identifier: Apache-2.0
// What becomes of events on bad days: a RabbitMQ that is full or freezes, mail that nobody takes, several relays.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "events/order_queues.h"
#include "order_placer.h"
#include "platform/runtime/process.h"
#include "services/email/email_module.h"
#include "services/order/order_module.h"
#include "services/shipping/shipping_module.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/postgres_server.h"
#include "support/rabbitmq_server.h"
#include "support/smtp_server.h"
#include "support/tcp_proxy.h"
#include "unit/platform/runtime/environment.h"

namespace boutique {
namespace {

using events::kConfirmationQueue;
using events::kPickingQueue;
using testing::Eventually;
using testing::RabbitMqServer;

double CountIn(runtime::Process& process, const char* name, const prometheus::Labels& labels = {}) {
  return process.host().metrics().Counter(name, "", labels).Value();
}

// Order, shipping and mail in one process, with a mail server and RabbitMQ.
struct Shop {
  Shop() {
    const runtime::Environment variable("AMQP_URL", RabbitMqServer::Shared().Url());
    process.Add<order::OrderModule, shipping::ShippingModule, email::EmailModule>();
    const auto problems =
        process.Start({"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--data-dir=:memory:",
                       "--smtp-url=" + mail.url(), "--mail-from=Shop <orders@shop.test>"});
    REQUIRE(problems.empty());
    placer.emplace(process.AddressOf("grpc"));
  }
  ~Shop() { process.Stop(); }

  double Published() { return CountIn(process, "order_events_published_total"); }
  double Lists() { return CountIn(process, "shipping_picking_lists_total"); }
  double Letters(const char* outcome) { return CountIn(process, "email_confirmations_total", {{"outcome", outcome}}); }
  double Deliveries(const char* queue, const char* outcome) {
    return CountIn(process, "amqp_deliveries_total", {{"queue", queue}, {"outcome", outcome}});
  }
  double Waiting() { return process.host().metrics().Gauge("order_outbox_events", "").Value(); }
  // An order that comes all the way, by which everybody is known to be connected.
  void ConfirmOne() {
    const double before = Published();
    placer->Confirm();
    REQUIRE(Eventually([&] { return Published() == before + 1 && Lists() == before + 1; }));
    REQUIRE(Eventually([&] { return Letters("sent") == before + 1; }));
  }

  testing::SmtpServer mail;
  runtime::Process process{{.name = "shop", .grpc_port = 1}};
  std::optional<testing::OrderPlacer> placer;
};

TEST_CASE("a confirmation that the mail server refuses for good is kept apart and counted, and the next is sent",
          "[events]") {
  Shop shop;
  shop.mail.Answer("RCPT", "550 no such user");
  const std::string refused = shop.placer->Confirm();
  const RabbitMqServer& rabbit = RabbitMqServer::Shared();
  REQUIRE(Eventually([&] { return rabbit.Messages(amqp::DeadName(kConfirmationQueue)) == 1; }));
  CHECK(shop.Deliveries(kConfirmationQueue, "dead") == 1);
  CHECK(shop.Deliveries(kConfirmationQueue, "again") == 0);
  CHECK(shop.Letters("refused") == 1);
  shop.mail.Answer("RCPT", "");
  shop.placer->Confirm();
  REQUIRE(Eventually([&] { return shop.Letters("sent") == 1; }));
  CHECK(shop.mail.taken().size() == 1);
  REQUIRE(Eventually([&] { return shop.Lists() == 2; }));  // that order is packed all the same
  const auto dead = rabbit.TakeAll(amqp::DeadName(kConfirmationQueue));
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].find(refused + ".order.confirmed:") == 0);
}

TEST_CASE("a confirmation that the mail server refuses at present is sent once it takes it", "[events]") {
  Shop shop;
  shop.mail.Answer("RCPT", "451 later");
  shop.placer->Confirm();
  REQUIRE(Eventually([&] { return shop.Deliveries(kConfirmationQueue, "again") == 1; }));
  shop.mail.Answer("RCPT", "");
  REQUIRE(Eventually([&] { return shop.Letters("sent") == 1; }));
  CHECK(shop.mail.taken().size() == 1);
  CHECK(shop.Deliveries(kConfirmationQueue, "dead") == 0);
}

TEST_CASE("orders go on while RabbitMQ's disk is full, and are announced when it is no longer", "[events]") {
  Shop shop;
  shop.ConfirmOne();
  const RabbitMqServer& rabbit = RabbitMqServer::Shared();
  rabbit.FillDisk();
  for (int i = 0; i < 20; ++i) shop.placer->Confirm();
  CHECK(shop.Published() == 1);
  CHECK(shop.Lists() == 1);
  rabbit.ClearDisk();
  REQUIRE(Eventually([&] { return shop.Lists() == 21 && shop.Letters("sent") == 21; }));
  REQUIRE(Eventually([&] { return shop.Published() == 21 && shop.Waiting() == 0; }));
  CHECK(shop.mail.taken().size() == 21);
}

TEST_CASE("orders go on while RabbitMQ is frozen, and are announced when it goes on", "[events]") {
  Shop shop;
  shop.ConfirmOne();
  const RabbitMqServer& rabbit = RabbitMqServer::Shared();
  rabbit.Freeze();
  for (int i = 0; i < 20; ++i) shop.placer->Confirm();
  CHECK(shop.Published() == 1);
  rabbit.Thaw();
  REQUIRE(Eventually([&] { return shop.Lists() == 21 && shop.Letters("sent") == 21; }));
  REQUIRE(Eventually([&] { return shop.Published() == 21; }));
  CHECK(shop.mail.taken().size() == 21);
}

// Several order services with one PostgreSQL and one RabbitMQ, each behind a proxy, and nobody who listens.
struct Replicas {
  Replicas() {
    const runtime::Environment database("DATABASE_URL", url);
    for (auto& each : all) {
      const runtime::Environment rabbit("AMQP_URL", RabbitMqServer::Shared().Url(each.proxy.port()));
      each.proxy.Refuse(true);
      each.process.Add<order::OrderModule>();
      const auto problems = each.process.Start({"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1"});
      REQUIRE(problems.empty());
    }
  }
  ~Replicas() {
    for (auto& each : all) each.process.Stop();
  }

  void Refuse(bool refuse) {
    for (auto& each : all) each.proxy.Refuse(refuse);
  }
  // Puts that many events into the outbox, as transactions would have that committed together.
  void Add(int events) {
    testing::PostgresServer::Do(
        url, "INSERT INTO orders.order_events (event_id, type, occurred_at_ms, taken_until_ms, message) SELECT 'e' || "
             "nextval('numbers'), 'order.confirmed', 1, 0, decode(repeat('00', 600), 'hex') FROM generate_series(1, " +
                 std::to_string(events) + ")");
  }
  bool AreAllPublished() const {
    return Eventually(
        [&] {
          return testing::PostgresServer::Do(
                     url, "SELECT count(*) FROM orders.order_events WHERE published_at_ms IS NULL") == "0";
        },
        std::chrono::seconds(60));
  }

  double Published() {
    double sum = 0;
    for (auto& each : all) sum += CountIn(each.process, "order_events_published_total");
    return sum;
  }

  struct Replica {
    testing::TcpProxy proxy{RabbitMqServer::Shared().port()};
    runtime::Process process{{.name = "orders", .grpc_port = 1}};
  };
  const std::string url = [] {
    std::string made = testing::PostgresServer::Shared().NewDatabase();
    testing::PostgresServer::Do(made, "CREATE SEQUENCE numbers");
    return made;
  }();
  Replica all[3];
};

TEST_CASE("of several relays each event is published by one, and by somebody though connections break", "[events]") {
  Replicas replicas;
  const RabbitMqServer& rabbit = RabbitMqServer::Shared();
  replicas.Add(3000);
  replicas.Refuse(false);
  REQUIRE(replicas.AreAllPublished());
  CHECK(Eventually([&] { return replicas.Published() == 3000; }));
  for (const char* queue : {kPickingQueue, kConfirmationQueue}) {
    const auto messages = rabbit.TakeAll(queue);
    CHECK(messages.size() == 3000);
    CHECK(std::set<std::string>(messages.begin(), messages.end()).size() == 3000);
  }
  for (int round = 0; round < 5; ++round) {
    replicas.Add(1000);
    const double before = CountIn(replicas.all[round % 3].process, "order_events_published_total");
    // In the middle of its work, if it has some.
    Eventually([&] { return CountIn(replicas.all[round % 3].process, "order_events_published_total") > before; },
               std::chrono::milliseconds(100));
    for (auto& each : replicas.all) each.proxy.Cut();
  }
  REQUIRE(replicas.AreAllPublished());
  for (const char* queue : {kPickingQueue, kConfirmationQueue}) {
    const auto messages = rabbit.TakeAll(queue);
    CHECK(std::set<std::string>(messages.begin(), messages.end()).size() == 5000);
  }
}

}  // namespace
}  // namespace boutique
