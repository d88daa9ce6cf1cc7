// SPDX-License-Identifier: Apache-2.0
// What tests of the AMQP client have in common: a running loop, the program's RabbitMQ and queues of one's own in it.
// Threads: belongs to the test's, but for what the clients report.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/storage/amqp/amqp_connection.h"
#include "platform/storage/amqp/amqp_consumer.h"
#include "platform/storage/amqp/amqp_publisher.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/rabbitmq_server.h"
#include "support/tcp_proxy.h"

namespace boutique::amqp {

struct AmqpFixture : testing::LoopCall {
  AmqpFixture() {
    static int fixtures = 0;
    const std::string name = "test" + std::to_string(++fixtures);
    topology = {name, {{.name = name + ".queue", .routing_keys = {"order.#"}, .delivery_limit = 3}}};
  }
  ~AmqpFixture() {
    if (publisher != nullptr) publisher->Stop();
  }

  const std::string& queue() const { return topology.queues[0].name; }
  std::string dead_queue() const { return DeadName(queue()); }

  Options At(const std::string& url) {
    Options options = ParseUrl(url).value();
    options.most_pause = std::chrono::milliseconds(200);
    return options;
  }
  // How an attempt to connect ends.
  absl::Status Opened(const Options& options) const {
    return internal::Connection::Open(options, topology, "test").status();
  }
  void Connect(const Options& options) {
    publisher =
        std::make_unique<Publisher>(options, topology, "test", [this](bool now) { publisher_answers.store(now); });
    REQUIRE_OK(publisher->Start());
  }
  void ConnectAndWait(const Options& options) {
    Connect(options);
    REQUIRE(testing::Eventually([&] { return publisher_answers.load(); }));
  }

  std::vector<absl::Status> Publish(const rpc::CallContext& of, std::vector<Message> messages) {
    return testing::RunOn(loop, publisher->Publish(of, std::move(messages)));
  }
  absl::Status Publish(Message message) { return Publish(call, {std::move(message)})[0]; }
  static Message Confirmed(const std::string& id, const std::string& body = "body") {
    return {.routing_key = "order.confirmed", .id = id, .type = "test", .body = body};
  }

  testing::RabbitMqServer& rabbit = testing::RabbitMqServer::Shared();
  Topology topology;
  std::atomic<bool> publisher_answers{false};
  std::unique_ptr<Publisher> publisher;
};

}  // namespace boutique::amqp
