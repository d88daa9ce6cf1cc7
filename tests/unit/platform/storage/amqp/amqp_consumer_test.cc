// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_consumer.h"

#include <algorithm>
#include <future>
#include <mutex>

#include "amqp_fixture.h"
#include "platform/rpc/sleep.h"

namespace boutique::amqp {
namespace {

using testing::Eventually;

// A consumer that notes what it gets and ends as it is told.
struct ConsumerFixture : AmqpFixture {
  ~ConsumerFixture() {
    if (consumer != nullptr) consumer->Stop(std::chrono::seconds(0));
  }

  void Consume(const Options& options) {
    const auto handle = [this](const rpc::CallContext& of, const Delivery& delivery) { return Handle(of, delivery); };
    consumer = std::make_unique<Consumer>(options, topology, subscription, handle, metrics);
    REQUIRE_OK(consumer->Start(loop));
  }
  coro::Task<absl::Status> Handle(const rpc::CallContext& of, const Delivery& delivery) {
    {
      const std::lock_guard lock(mutex);
      got.push_back(delivery.id);
    }
    if (delivery.body == "slow") {
      co_await rpc::Sleep(of, std::chrono::seconds(20));
      if (of.cancelled.stop_requested()) co_return absl::CancelledError("stopped");
    }
    if (delivery.body == "poison") co_return absl::InvalidArgumentError("it cannot be read");
    if (delivery.body == "ill-fated") co_return absl::UnavailableError("not now");
    if (delivery.body == "twice" && delivery.earlier < 1) co_return absl::UnavailableError("not now");
    co_return absl::OkStatus();
  }
  int Count(const std::string& id) {
    const std::lock_guard lock(mutex);
    return static_cast<int>(std::count(got.begin(), got.end(), id));
  }
  double Outcomes(const char* outcome) {
    return metrics.Counter("amqp_deliveries_total", "", {{"queue", queue()}, {"outcome", outcome}}).Value();
  }
  // Nothing is ready, and nothing is being handled.
  bool IsEmpty() {
    consumer->Stop(std::chrono::seconds(10));
    return Eventually([&] { return rabbit.Messages(queue()) == 0; });
  }

  Consumer::Subscription subscription{.queue = queue(),
                                      .least_pause = std::chrono::milliseconds(1),
                                      .most_pause = std::chrono::milliseconds(5)};
  std::mutex mutex;
  std::vector<std::string> got;
  telemetry::Metrics metrics;
  std::unique_ptr<Consumer> consumer;
};

TEST_CASE_METHOD(ConsumerFixture, "each message is handled and acknowledged", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  std::vector<Message> messages;
  for (int i = 0; i < 200; ++i) messages.push_back(Confirmed(std::to_string(i)));
  Publish(call, messages);
  Consume(At(rabbit.Url()));
  REQUIRE(Eventually([&] { return Outcomes("done") == 200; }));
  for (const Message& each : messages) CHECK(Count(each.id) == 1);
  CHECK(IsEmpty());
}

TEST_CASE_METHOD(ConsumerFixture, "a message that failed is delivered again", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  Consume(At(rabbit.Url()));
  REQUIRE_OK(Publish(Confirmed("1", "twice")));
  REQUIRE(Eventually([&] { return Outcomes("done") == 1; }));
  CHECK(Count("1") == 2);
  CHECK(IsEmpty());
}

TEST_CASE_METHOD(ConsumerFixture, "a poison message ends in the dead-letter queue, and the others go on", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  Consume(At(rabbit.Url()));
  Publish(call, {Confirmed("1"), Confirmed("2", "poison"), Confirmed("3", "ill-fated"), Confirmed("4")});
  REQUIRE(Eventually([&] { return rabbit.Messages(dead_queue()) == 2; }));
  REQUIRE(Eventually([&] { return Outcomes("done") == 2; }));
  CHECK(Count("2") == 1);
  CHECK(Count("3") == 4);  // the first time and three more
  CHECK(Outcomes("dead") == 2);
  CHECK(rabbit.TakeAll(dead_queue()) == std::vector<std::string>{"2:poison", "3:ill-fated"});
  CHECK(IsEmpty());
}

TEST_CASE_METHOD(ConsumerFixture, "a consumer that stops finishes what it has begun", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  subscription.prefetch = 1;
  Consume(At(rabbit.Url()));
  Publish(call, {Confirmed("1", "slow"), Confirmed("2")});
  REQUIRE(Eventually([&] { return Count("1") == 1; }));
  consumer->Stop(std::chrono::milliseconds(10));  // less than it takes: it goes back
  CHECK(Count("2") == 0);
  REQUIRE(Eventually([&] { return rabbit.Messages(queue()) == 2; }));
  CHECK(rabbit.TakeAll(queue()).size() == 2);
}

TEST_CASE_METHOD(ConsumerFixture, "a consumer finds RabbitMQ again when its connection was cut", "[amqp]") {
  testing::TcpProxy proxy(rabbit.port());
  ConnectAndWait(At(rabbit.Url()));
  Consume(At(rabbit.Url(proxy.port())));
  REQUIRE_OK(Publish(Confirmed("1")));
  REQUIRE(Eventually([&] { return Outcomes("done") == 1; }));
  proxy.HoldAnswers();
  proxy.Cut();
  REQUIRE_OK(Publish(Confirmed("2")));
  REQUIRE(Eventually([&] { return Count("2") >= 1; }));
  CHECK(IsEmpty());
}

TEST_CASE_METHOD(ConsumerFixture, "a queue that is deleted is made again", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  Consume(At(rabbit.Url()));
  REQUIRE_OK(Publish(Confirmed("1")));
  REQUIRE(Eventually([&] { return Outcomes("done") == 1; }));
  rabbit.Delete(queue());
  REQUIRE(Eventually([&] { return Publish(Confirmed("2")).ok(); }));
  REQUIRE(Eventually([&] { return Count("2") == 1; }));
}

TEST_CASE_METHOD(ConsumerFixture, "what is confirmed survives the death of RabbitMQ, also in a new queue", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  std::vector<Message> messages;
  for (int i = 0; i < 100; ++i) messages.push_back(Confirmed(std::to_string(i)));
  for (const absl::Status& each : Publish(call, messages)) REQUIRE_OK(each);
  rabbit.Kill();
  REQUIRE(Eventually([&] { return !publisher_answers.load(); }));
  CHECK(absl::IsUnavailable(Publish(Confirmed("too soon"))));
  rabbit.Start();
  REQUIRE(Eventually([&] { return publisher_answers.load(); }));
  REQUIRE_OK(Publish(Confirmed("after")));
  Consume(At(rabbit.Url()));
  REQUIRE(Eventually([&] { return Outcomes("done") == 101; }));
  for (const Message& each : messages) CHECK(Count(each.id) == 1);
  CHECK(Count("after") == 1);
}

TEST_CASE_METHOD(ConsumerFixture, "a consumer goes on when RabbitMQ has died and is back", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  Consume(At(rabbit.Url()));
  Publish(call, {Confirmed("1"), Confirmed("2", "slow")});
  REQUIRE(Eventually([&] { return Outcomes("done") == 1 && Count("2") == 1; }));
  rabbit.Kill();
  REQUIRE(Eventually([&] { return !publisher_answers.load(); }));
  rabbit.Start();
  REQUIRE(Eventually([&] { return Count("2") == 2; }));  // nobody has acknowledged it
  REQUIRE(Eventually([&] { return Publish(Confirmed("3")).ok(); }));
  REQUIRE(Eventually([&] { return Count("3") == 1; }));
}

}  // namespace
}  // namespace boutique::amqp
