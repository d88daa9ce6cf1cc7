// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_publisher.h"

#include <algorithm>
#include <future>

#include "amqp_fixture.h"

namespace boutique::amqp {
namespace {

using testing::Eventually;

TEST_CASE_METHOD(AmqpFixture, "a message is safe in its queue when it is confirmed", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  REQUIRE_OK(Publish(Confirmed("1", "one")));
  REQUIRE_OK(Publish(Confirmed("2", "two")));
  CHECK(rabbit.TakeAll(queue()) == std::vector<std::string>{"1:one", "2:two"});
}

TEST_CASE_METHOD(AmqpFixture, "a batch arrives whole and in its order", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  std::vector<Message> messages;
  std::vector<std::string> expected;
  for (int i = 0; i < 5000; ++i) {
    messages.push_back(Confirmed(std::to_string(i), std::string(200, 'x')));
    expected.push_back(std::to_string(i) + ":" + std::string(200, 'x'));
  }
  const auto results = Publish(call, std::move(messages));
  CHECK(results.size() == 5000);
  CHECK(std::all_of(results.begin(), results.end(), [](const absl::Status& each) { return each.ok(); }));
  CHECK(rabbit.TakeAll(queue()) == expected);
}

TEST_CASE_METHOD(AmqpFixture, "a message that no queue takes is not published", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  std::vector<Message> messages = {Confirmed("1"), Confirmed("2"), Confirmed("3")};
  messages[1].routing_key = "parcel.lost";
  const auto results = Publish(call, std::move(messages));
  CHECK(results[0].ok());
  CHECK(absl::IsFailedPrecondition(results[1]));
  CHECK(results[2].ok());
}

TEST_CASE_METHOD(AmqpFixture, "where there is no queue to take a message, nobody needs to", "[amqp]") {
  topology.queues.clear();
  ConnectAndWait(At(rabbit.Url()));
  CHECK(Publish(Confirmed("1")).ok());
}

TEST_CASE_METHOD(AmqpFixture, "without a connection a message is refused at once", "[amqp]") {
  testing::TcpProxy nobody(1);
  Connect(At(rabbit.Url(nobody.port())));
  CHECK(absl::IsUnavailable(Publish(Confirmed("1"))));
}

TEST_CASE_METHOD(AmqpFixture, "a message whose deadline has passed is not published", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  CHECK(absl::IsDeadlineExceeded(Publish(rpc::Begin(loop, std::chrono::nanoseconds(-1)), {Confirmed("1")})[0]));
  CHECK(rabbit.Messages(queue()) == 0);
}

TEST_CASE_METHOD(AmqpFixture, "a confirm that does not come is waited for until the deadline", "[amqp]") {
  testing::TcpProxy proxy(rabbit.port());
  ConnectAndWait(At(rabbit.Url(proxy.port())));
  proxy.HoldAnswers();
  const auto results = Publish(rpc::Begin(loop, std::chrono::milliseconds(50)), {Confirmed("1"), Confirmed("2")});
  CHECK(absl::IsDeadlineExceeded(results[0]));
  CHECK(absl::IsDeadlineExceeded(results[1]));
}

TEST_CASE_METHOD(AmqpFixture, "a caller who leaves does not wait for the confirm", "[amqp]") {
  testing::TcpProxy proxy(rabbit.port());
  ConnectAndWait(At(rabbit.Url(proxy.port())));
  proxy.HoldAnswers();
  std::stop_source leaving;
  auto results = std::async(std::launch::async, [&] {
    return Publish(rpc::Begin(loop, std::chrono::seconds(30), leaving.get_token()), {Confirmed("1")});
  });
  REQUIRE(Eventually([&] { return proxy.held() > 0; }));
  loop.Post([&] { leaving.request_stop(); });
  CHECK(absl::IsCancelled(results.get()[0]));
}

TEST_CASE_METHOD(AmqpFixture, "a connection that is cut before the confirm is made again", "[amqp]") {
  testing::TcpProxy proxy(rabbit.port());
  ConnectAndWait(At(rabbit.Url(proxy.port())));
  proxy.HoldAnswers();
  auto results = std::async(std::launch::async, [&] { return Publish(Confirmed("1")); });
  REQUIRE(Eventually([&] { return proxy.held() > 0; }));  // RabbitMQ has it, and has said so
  proxy.Cut();
  CHECK(absl::IsUnavailable(results.get()));
  REQUIRE(Eventually([&] { return Publish(Confirmed("1")).ok(); }));
  CHECK(rabbit.TakeAll(queue()) == std::vector<std::string>{"1:body", "1:body"});
}

// RabbitMQ with a full disk, as it means that, while this lives.
struct FullDisk {
  explicit FullDisk(const testing::RabbitMqServer& server) : rabbit(server) { rabbit.FillDisk(); }
  ~FullDisk() { rabbit.ClearDisk(); }
  const testing::RabbitMqServer& rabbit;
};

TEST_CASE_METHOD(AmqpFixture, "while RabbitMQ's disk is full nothing is published, and then it is again", "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  {
    const FullDisk full(rabbit);
    // It notices with the first message, which is then in its socket and may be taken later.
    const auto first = Publish(rpc::Begin(loop, std::chrono::milliseconds(500)), {Confirmed("1")});
    CHECK_FALSE(first[0].ok());
    REQUIRE(Eventually([&] { return !publisher_answers.load(); }));
    for (int i = 0; i < 100; ++i) CHECK(absl::IsUnavailable(Publish(Confirmed("2"))));
  }
  REQUIRE(Eventually([&] { return publisher_answers.load(); }));
  REQUIRE_OK(Publish(Confirmed("3")));
  CHECK(rabbit.TakeAll(queue()) == std::vector<std::string>{"1:body", "3:body"});
}

TEST_CASE_METHOD(AmqpFixture, "a batch that RabbitMQ's disk cannot take ends at once, but for what is on its way",
                 "[amqp]") {
  ConnectAndWait(At(rabbit.Url()));
  const FullDisk full(rabbit);
  std::vector<Message> messages;
  for (int i = 0; i < 5000; ++i) messages.push_back(Confirmed(std::to_string(i), std::string(1000, 'x')));
  const auto results = Publish(rpc::Begin(loop, std::chrono::seconds(2)), std::move(messages));
  CHECK(absl::IsDeadlineExceeded(results.front()));
  CHECK(absl::IsUnavailable(results.back()));
  CHECK(results.back().message().find("takes no messages: low on disk") != absl::string_view::npos);
  publisher->Stop();  // which does not wait for a RabbitMQ that does not read
}

// RabbitMQ stopped in the middle of whatever it does, while this lives.
struct Frozen {
  explicit Frozen(const testing::RabbitMqServer& server) : rabbit(server) { rabbit.Freeze(); }
  ~Frozen() { rabbit.Thaw(); }
  const testing::RabbitMqServer& rabbit;
};

TEST_CASE_METHOD(AmqpFixture, "a RabbitMQ that freezes is noticed, holds nobody, and is found again", "[amqp]") {
  Options options = At(rabbit.Url());
  options.heartbeat = std::chrono::seconds(1);
  options.connect_timeout = std::chrono::seconds(1);
  ConnectAndWait(options);
  {
    const Frozen frozen(rabbit);
    // The first is more than its socket takes: writing it ends with the connection.
    const auto results = Publish(rpc::Begin(loop, std::chrono::milliseconds(100)),
                                 {Confirmed("1", std::string(50'000'000, 'x')), Confirmed("2")});
    CHECK_FALSE(results[0].ok());
    CHECK_FALSE(results[1].ok());
    REQUIRE(Eventually([&] { return !publisher_answers.load(); }));
    CHECK(absl::IsUnavailable(Publish(Confirmed("3"))));
  }
  REQUIRE(Eventually([&] { return publisher_answers.load(); }));
  REQUIRE_OK(Publish(Confirmed("4")));
}

TEST_CASE_METHOD(AmqpFixture, "what waits when the publisher stops is answered", "[amqp]") {
  testing::TcpProxy proxy(rabbit.port());
  ConnectAndWait(At(rabbit.Url(proxy.port())));
  proxy.HoldAnswers();
  auto results = std::async(std::launch::async, [&] { return Publish(Confirmed("1")); });
  REQUIRE(Eventually([&] { return proxy.held() > 0; }));
  auto stopped = std::async(std::launch::async, [&] { publisher->Stop(); });
  CHECK(absl::IsUnavailable(results.get()));
  proxy.Cut();
  stopped.get();
  CHECK(absl::IsUnavailable(Publish(Confirmed("2"))));
}

TEST_CASE_METHOD(AmqpFixture, "a wrong password is an outage, and is not repeated to anybody", "[amqp]") {
  const auto opened = Opened(At(rabbit.Url(rabbit.port(), "hunter2")));
  CHECK(absl::IsPermissionDenied(opened));
  CHECK(opened.message().find("hunter2") == absl::string_view::npos);
  Connect(At(rabbit.Url(rabbit.port(), "hunter2")));
  CHECK(absl::IsUnavailable(Publish(Confirmed("1"))));
}

TEST_CASE_METHOD(AmqpFixture, "RabbitMQ is spoken to by TLS, and must be who it says", "[amqp]") {
  CHECK(absl::IsUnavailable(Opened(At(rabbit.TlsUrl(/*trusted=*/false)))));
  Options no_certificates = At(rabbit.TlsUrl());
  no_certificates.ca_file = "/nowhere.pem";
  CHECK(absl::IsInvalidArgument(Opened(no_certificates)));
  ConnectAndWait(At(rabbit.TlsUrl()));
  std::vector<Message> messages;
  for (int i = 0; i < 1000; ++i) messages.push_back(Confirmed(std::to_string(i), std::string(1000, 'x')));
  for (const absl::Status& each : Publish(call, std::move(messages))) REQUIRE_OK(each);
  CHECK(rabbit.Messages(queue()) == 1000);
}

TEST_CASE_METHOD(AmqpFixture, "queues that are there under other terms are not used", "[amqp]") {
  REQUIRE(Opened(At(rabbit.Url())).ok());
  topology.queues[0].delivery_limit = 99;
  CHECK(absl::IsFailedPrecondition(Opened(At(rabbit.Url()))));
}

}  // namespace
}  // namespace boutique::amqp
