// SPDX-License-Identifier: Apache-2.0
#include <mutex>
#include <thread>

#include "gateway/event_streams.h"
#include "page_fixture.h"
#include "support/eventually.h"

namespace boutique::gateway {
namespace {

// Somebody who follows the order of a shop.
struct Following : Pages {
  Following() {
    pb::Order order;
    order.set_order_id("order-1");
    order.set_user_id("ada");
    order.set_state(pb::PENDING);
    order.mutable_shipping_cost()->set_currency_code("USD");
    order.mutable_total()->set_currency_code("USD");
    orders.orders.push_back(order);
    request.params = {{"id", "order-1"}};
  }
  http::Response Open() {
    auto response = Ask(StreamOrder);
    REQUIRE_OK(response);
    return *std::move(response);
  }
  // Runs the stream to its end; what came is in text().
  void Read(const http::Response& response) {
    http::BodyWriter writer(stream_call, [this](std::string bytes, std::function<void(bool)> sent) {
      {
        const std::lock_guard lock(mutex);
        received += bytes;
      }
      sent(takes);
    });
    Run(ReadAll(response, writer));
  }
  coro::Task<bool> ReadAll(const http::Response& response, http::BodyWriter& writer) {
    co_await response.stream(stream_call, writer);
    co_return true;
  }
  std::string text() {
    const std::lock_guard lock(mutex);
    return received;
  }

  std::stop_source hang_up;
  rpc::CallContext stream_call = rpc::Begin(*call.loop, std::chrono::hours(1), hang_up.get_token());
  std::mutex mutex;
  std::string received;
  bool takes = true;
};

TEST_CASE_METHOD(Following, "an order's states come as events, and the last one says that it is", "[pages]") {
  orders.coming = {pb::CHARGING, pb::CHARGED, pb::REFUNDING, pb::CANCELLED};
  orders.orders[0].set_shipping_tracking_id("AB-12\n");
  const auto response = Open();
  CHECK(response.HeaderOf("Content-Type") == "text/event-stream");
  CHECK(response.HeaderOf("Cache-Control") == "no-store");
  Read(response);
  CHECK(received ==
        "retry: 3000\n\n"
        "event: state\ndata: {\"cssClass\":\"state-busy\",\"note\":\"We are still working on this order. Please do not "
        "order again.\",\"text\":\"Being prepared\",\"trackingId\":\"AB-12\\n\"}\n\n"
        "event: state\ndata: {\"cssClass\":\"state-busy\",\"note\":\"This order could not be shipped. We are paying you "
        "back in full.\",\"text\":\"Being refunded\",\"trackingId\":\"AB-12\\n\"}\n\n"
        "event: state\ndata: {\"cssClass\":\"state-stopped\",\"note\":\"This order was not made. Nothing has been "
        "charged.\",\"text\":\"Cancelled\",\"trackingId\":\"AB-12\\n\"}\n\n"
        "event: end\ndata: {}\n\n");
}

TEST_CASE_METHOD(Following, "a stream that is lost says nothing of an end, and where there are none says so", "[pages]") {
  const auto lost = Open();
  orders.watch.failure = absl::UnavailableError("away");
  Read(lost);
  CHECK(received == "retry: 3000\n\n");
  received.clear();
  const auto unknown = Open();
  orders.watch.failure = absl::UnimplementedError("no such method");
  Read(unknown);
  CHECK(received == "retry: 3000\n\nevent: lost\ndata: {}\n\n");
}

TEST_CASE_METHOD(Following, "while nothing happens the stream beats, until its reader goes", "[pages]") {
  orders.stays = true;
  const auto response = Open();
  std::thread reading([&] { Read(response); });
  CHECK(testing::Eventually([&] { return absl::StrContains(text(), "\n\n: still here\n\n"); }));
  CHECK_FALSE(absl::StrContains(text(), "event: end"));
  call.loop->Post([this] { hang_up.request_stop(); });
  reading.join();
}

TEST_CASE_METHOD(Following, "a reader that takes nothing ends the stream", "[pages]") {
  orders.stays = true;
  takes = false;
  Read(Open());
  CHECK(received == "retry: 3000\n\n");
}

TEST_CASE_METHOD(Following, "nobody follows an order of somebody else's, or one that is not there", "[pages]") {
  orders.orders[0].set_user_id("eve");
  CHECK_CODE(Ask(StreamOrder), kNotFound);
  request.params = {{"id", "order-2"}};
  CHECK_CODE(Ask(StreamOrder), kNotFound);
  CHECK(front().event_streams().size() == 0);
}

TEST_CASE_METHOD(Following, "a session follows four orders at once, and the fifth is told to wait", "[pages]") {
  std::vector<http::Response> open;
  for (int i = 0; i < 4; ++i) open.push_back(Open());
  CHECK(open.back().status == 200);
  const auto refused = Open();
  CHECK(refused.status == 429);
  CHECK(refused.HeaderOf("Retry-After") == "5");
  CHECK_FALSE(refused.stream);
  open.pop_back();
  CHECK(Open().status == 200);
  open.clear();
  CHECK(front().event_streams().size() == 0);
}

TEST_CASE_METHOD(Following, "visitors who share a session share no bound of it", "[pages]") {
  rules.shared = true;
  std::vector<http::Response> open;
  for (int i = 0; i < 8; ++i) open.push_back(Open());
  CHECK(open.back().status == 200);
}

TEST_CASE("there are so many streams in all", "[pages]") {
  EventStreams streams(4, 3);
  std::vector<std::shared_ptr<void>> places(4);
  using Verdict = EventStreams::Verdict;
  for (std::size_t i = 0; i < 3; ++i) CHECK(streams.Take(absl::StrCat("s", i), &places[i]) == Verdict::kWelcome);
  CHECK(streams.Take("s4", &places[3]) == Verdict::kTooManyInAll);
  places[0].reset();
  CHECK(streams.Take("s4", &places[3]) == Verdict::kWelcome);
  CHECK(streams.size() == 3);
}

TEST_CASE_METHOD(Following, "the page of an order follows it until it is at its end", "[pages]") {
  const auto open = Ask(ShowOrder);
  CHECK(Has(open, "data-follow=\"/orders/order-1/events\""));
  CHECK(Has(open, "<a href=\"/orders/order-1\">Reload this page</a> to see how it is going."));
  for (const auto state : {pb::CONFIRMED, pb::CANCELLED}) {
    orders.orders[0].set_state(state);
    const auto done = Ask(ShowOrder);
    REQUIRE_OK(done);
    CHECK_FALSE(Has(done, "data-follow"));
    CHECK_FALSE(Has(done, "/order."));
  }
}

}  // namespace
}  // namespace boutique::gateway
