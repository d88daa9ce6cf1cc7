// SPDX-License-Identifier: Apache-2.0
// D14: stopping the shop while it is at work loses nothing that it has accepted.
#include <atomic>
#include <mutex>
#include <thread>

#include "absl/strings/match.h"
#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/orders.h"
#include "mesh/boutique.h"
#include "support/eventually.h"
#include "support/prometheus_text.h"
#include "support/temporary_folder.h"

namespace boutique::testing {
namespace {

using namespace contract;  // NOLINT: the shopper's words

constexpr char kMugForm[] = "product_id=6E92ZMYYFZ&quantity=1";

// The shop takes any random UUID for a session, which is then the user.
std::string NewSession() {
  std::string digits = NewKey();
  digits[12] = '4';
  digits[16] = '8';
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" + digits.substr(16, 4) + "-" +
         digits.substr(20);
}

std::string CheckoutForm() {
  return std::string("email=someone%40example.com&street_address=1600+Amphitheatre+Parkway&zip_code=94043") +
         "&city=Mountain+View&state=CA&country=United+States&credit_card_number=4432801561520454" +
         "&credit_card_expiration_month=12&credit_card_expiration_year=" + std::to_string(ThisMonth().first + 1) +
         "&credit_card_cvv=672";
}

RawAnswer Post(int port, const std::string& path, const std::string& form, const std::string& session) {
  return Exchange(port, PostRequest(path, form, "Cookie: shop_session-id=" + session + "\r\n"));
}

// Stops the shop: it must end by itself, without having logged a fault.
void StopCleanly(Boutique& shop) {
  shop.program().Terminate();
  const Outcome end = shop.program().Wait();
  INFO(end.errors.substr(0, 4000));
  CHECK(end.status == 0);
  CHECK_FALSE(absl::StrContains(end.errors, "\"severity\":\"error\""));
}

// How many calls of the method the shop has begun to serve.
double Begun(const Boutique& shop, const std::string& service, const std::string& method) {
  const PrometheusText metrics = ReadPrometheusText(shop.Metrics());
  return metrics["grpc_server_started_total{grpc_method=\"" + method + "\",grpc_service=\"hipstershop." + service +
                 "\",grpc_type=\"unary\"}"];
}

TEST_CASE("D14: orders and pages that are under way when the shop is told to stop are answered", "[mesh]") {
  constexpr int kEach = 10;
  const TemporaryFolder folder;
  std::vector<std::string> users;
  std::vector<std::string> sessions;
  std::vector<std::string> orders;
  {
    // Each order asks a catalog that takes its time, so that all are under way together.
    Boutique shop(folder.path(), {"--extra-latency=1s"});
    const int port = shop.page_port();
    for (int i = 0; i < kEach; ++i) {
      users.push_back(UserWithCart());
      sessions.push_back(NewSession());
      REQUIRE_OK(AddToCart(sessions.back(), kMug, 1));
    }
    const double before = Begun(shop, "CheckoutService", "PlaceOrder");
    auto placing = std::async(std::launch::async,
                              [&users] { return AllAtOnce(kEach, [&users](int i) { return Place(Wish(users[i])); }); });
    auto posting = std::async(std::launch::async, [&sessions, port] {
      return AllAtOnce(kEach, [&sessions, port](int i) { return Post(port, "/cart/checkout", CheckoutForm(), sessions[i]); });
    });
    CHECK(Eventually([&] { return Begun(shop, "CheckoutService", "PlaceOrder") >= before + 2 * kEach; }));
    StopCleanly(shop);
    for (const auto& order : placing.get()) {
      REQUIRE_OK(order);
      orders.push_back(order->order_id());
    }
    for (const RawAnswer& answer : posting.get()) {
      INFO(answer.head);
      CHECK(answer.status == 303);
      CHECK(absl::StrContains(answer.Header("Location"), "/orders/"));
    }
  }
  Boutique shop(folder.path());
  for (int i = 0; i < kEach; ++i) {
    const auto order = OrderById(users[i], orders[i]);
    REQUIRE_OK(order);
    CHECK(order->state() == pb::CONFIRMED);
    const auto pages = OrdersOf(sessions[i]);
    REQUIRE(pages.size() == 1);
    CHECK(pages[0].state() == pb::CONFIRMED);
  }
}

// What one shopper did last, and what became of it.
struct Attempt {
  std::string user;
  std::string key;  // of the order; empty for one that only added to the cart
  bool added = false;
  bool ordered = false;
  std::string failure;  // how the last call ended
};

struct Diary {
  std::mutex mutex;
  std::vector<Attempt> attempts;
  std::atomic<int> done = 0;

  void Note(Attempt attempt) {
    const std::lock_guard lock(mutex);
    attempts.push_back(std::move(attempt));
    ++done;
  }
};

// Orders again and again until a call fails.
void OrderUntilClosed(Diary* diary) {
  for (;;) {
    Attempt attempt{.user = NewUser(), .key = NewKey()};
    const absl::Status added = AddToCart(attempt.user, kMug, 1);
    attempt.added = added.ok();
    const auto placed = added.ok() ? Place(Wish(attempt.user, "USD", attempt.key)) : added;
    attempt.ordered = placed.ok();
    if (!placed.ok()) attempt.failure = placed.status().ToString();
    const bool open = attempt.ordered;
    diary->Note(std::move(attempt));
    if (!open) return;
  }
}

// Puts a mug into one cart after the other, by the page's form, until there is no answer.
void FillCartsUntilClosed(int port, Diary* diary) {
  for (;;) {
    Attempt attempt{.user = NewSession()};
    const RawAnswer answer = Post(port, "/cart", kMugForm, attempt.user);
    attempt.added = answer.status == 302 || answer.status == 303;
    if (answer.status != 0 && !attempt.added) attempt.failure = answer.head;
    const bool open = attempt.added;
    diary->Note(std::move(attempt));
    if (!open) return;
  }
}

TEST_CASE("D14: under load, what was answered is there after the stop, and what was not never came to be", "[mesh]") {
  const TemporaryFolder folder;
  Diary diary;
  {
    Boutique shop(folder.path());
    const int port = shop.page_port();
    std::vector<std::thread> shoppers;
    for (int i = 0; i < 4; ++i) {
      shoppers.emplace_back([&diary] { OrderUntilClosed(&diary); });
      shoppers.emplace_back([&diary, port] { FillCartsUntilClosed(port, &diary); });
    }
    const bool busy = Eventually([&diary] { return diary.done >= 200; });
    StopCleanly(shop);
    for (std::thread& shopper : shoppers) shopper.join();
    CHECK(busy);
  }
  Boutique shop(folder.path());
  for (const Attempt& attempt : diary.attempts) {
    CAPTURE(attempt.added, attempt.ordered, attempt.failure);
    const bool wants_order = !attempt.key.empty();
    // gRPC itself cancels a call that comes when the server has begun to stop, before any handler has seen it.
    const bool is_refused =
        absl::StartsWith(attempt.failure, "UNAVAILABLE") || absl::StartsWith(attempt.failure, "CANCELLED");
    CHECK((attempt.ordered || !wants_order || is_refused));
    CHECK((wants_order || attempt.failure.empty() || absl::StrContains(attempt.failure, " 503 ")));
    CHECK(LinesOf(attempt.user).size() == (attempt.added && !attempt.ordered ? 1 : 0));
    if (!wants_order) continue;
    const auto order = OrderByKey(attempt.user, attempt.key);
    if (attempt.ordered) {
      REQUIRE_OK(order);
      CHECK(order->state() == pb::CONFIRMED);
    } else {
      CHECK_CODE(order, kNotFound);
    }
  }
}

}  // namespace
}  // namespace boutique::testing
