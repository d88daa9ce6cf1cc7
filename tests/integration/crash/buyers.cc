// SPDX-License-Identifier: Apache-2.0
// Buyers who fill carts and order, each order with a key, and repeat an order with its key until they know what has
// become of it. All that they do and are told goes to a journal.
// usage: crash_buyers JOURNAL SEED BUYERS [ORDERS]
// They buy until the standard input ends, or ORDERS orders each, then wait for what they have begun. Exit status 1 if
// that does not come to an end within two minutes.
#include <atomic>
#include <chrono>
#include <future>
#include <iostream>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "hipstershop/cart.grpc.pb.h"
#include "hipstershop/order.grpc.pb.h"
#include "integration/crash/journal.h"
#include "integration/crash/shop.h"

namespace boutique::crash {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::minutes(2);
constexpr const char* kProducts[] = {"OLJCESPC7Z", "66VCHSJNUP", "1YMWWN1N4O", "L9ECAV7KIM", "2ZYFJ3GM2N",
                                     "0PUK6V6EV0", "LS4PSXUNUM", "9SIQT8TOJO", "6E92ZMYYFZ"};

// Until when they buy, for all of them.
class Opening {
 public:
  bool IsOver() const { return closed_at_.load() != 0; }
  void Close() { closed_at_ = Clock::now().time_since_epoch().count(); }
  // Whether it is also too late to wait for what was begun.
  bool IsTooLate() const {
    const auto closed_at = Clock::time_point(Clock::duration(closed_at_.load()));
    return IsOver() && Clock::now() > closed_at + kPatience;
  }

 private:
  std::atomic<Clock::rep> closed_at_ = 0;
};

class Buyer {
 public:
  Buyer(JournalWriter& journal, const Opening& opening, std::uint64_t seed, int most)
      : journal_(journal), opening_(opening), random_(seed), most_(most) {}

  // Whether all that was begun came to an end.
  bool Run() {
    for (int placed = 0; placed != most_ && !opening_.IsOver();) {
      const std::string user = "crash-" + RandomDigits(random_, 24);
      const int visits = Between(1, 4);
      for (int i = 0; i < visits && placed != most_ && !opening_.IsOver(); ++i, ++placed) {
        if (!FillCart(user) || !Order(user, RandomDigits(random_, 32))) return false;
        Pause(0, 100);
      }
    }
    return true;
  }

 private:
  int Between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  void Pause(int least_ms, int most_ms) { std::this_thread::sleep_for(Milliseconds(Between(least_ms, most_ms))); }

  // False if it was too late for that.
  bool FillCart(const std::string& user) {
    while (!opening_.IsTooLate()) {
      const int lines = Between(1, 3);
      for (int i = 0; i < lines; ++i) Add(user);
      if (HasGoods(user)) return true;
    }
    return false;
  }

  void Add(const std::string& user) {
    Addition addition{.user = user, .product = kProducts[Between(0, 8)], .quantity = Between(1, 5)};
    pb::AddItemRequest request;
    request.set_user_id(user);
    request.mutable_item()->set_product_id(addition.product);
    request.mutable_item()->set_quantity(addition.quantity);
    addition.is_certain =
        shop_.Call<pb::CartService>(&pb::CartService::Stub::AddItem, request, Milliseconds(1000)).ok();
    journal_.Note(addition);
  }

  bool HasGoods(const std::string& user) {
    pb::GetCartRequest request;
    request.set_user_id(user);
    while (!opening_.IsTooLate()) {
      const auto cart = shop_.Call<pb::CartService>(&pb::CartService::Stub::GetCart, request, Milliseconds(1000));
      if (cart.ok()) return !cart->items().empty();
      Pause(50, 200);
    }
    return false;
  }

  bool Order(const std::string& user, const std::string& key) {
    const pb::PlaceOrderRequest wish = WishOf(user, key);
    // Some press the button twice, some in each of two tabs; some hear the answer and ask once more.
    const int dice = Between(1, 5);
    if (dice > 2) return BringToEnd(wish);
    const pb::PlaceOrderRequest other = dice == 1 ? wish : WishOf(user, RandomDigits(random_, 32));
    const int budget_ms = Between(50, 4000);
    auto second = std::async(std::launch::async, [&] { return Place(other_shop_, other, budget_ms); });
    Place(shop_, wish, Between(50, 4000));
    second.wait();
    return BringToEnd(wish) && (dice == 1 || BringToEnd(other));
  }

  bool BringToEnd(pb::PlaceOrderRequest wish) {
    while (!opening_.IsTooLate()) {
      // A short patience leaves the order at any of its steps.
      const int budget_ms = Between(1, 4) == 1 ? Between(5, 100) : Between(500, 4000);
      const bool has_ended = Place(shop_, wish, budget_ms) || HasEnded(wish);
      if (has_ended) {
        if (Between(1, 8) == 1) Place(other_shop_, wish, 4000);
        return true;
      }
      Pause(20, 200);
      ChangeCard(&wish);
    }
    return false;
  }

  // Some try again with another card, or mistype theirs: that is a repeat, too.
  void ChangeCard(pb::PlaceOrderRequest* wish) {
    const int dice = Between(1, 12);
    if (dice <= 2) wish->mutable_credit_card()->set_credit_card_number(dice == 1 ? kOtherNumber : kMistypedNumber);
  }

  // Whether the answer was the last word.
  bool Place(Shop& shop, const pb::PlaceOrderRequest& wish, int budget_ms) {
    const auto placed =
        shop.Call<pb::CheckoutService>(&pb::CheckoutService::Stub::PlaceOrder, wish, Milliseconds(budget_ms));
    Answer answer{.user = wish.user_id(),
                  .key = wish.idempotency_key(),
                  .code = placed.status().raw_code(),
                  .message = std::string(placed.status().message())};
    if (placed.ok()) answer.order = absl::BytesToHexString(placed->order().SerializeAsString());
    answer.is_last = IsLastWord(placed.status());
    journal_.Note(answer);
    return answer.is_last;
  }

  // Asks the record, as the storefront does where an answer says too little: whether the order was given up.
  bool HasEnded(const pb::PlaceOrderRequest& wish) {
    pb::GetOrderRequest request;
    request.set_user_id(wish.user_id());
    request.set_idempotency_key(wish.idempotency_key());
    const auto order = shop_.Call<pb::OrderService>(&pb::OrderService::Stub::GetOrder, request, Milliseconds(1000));
    if (!order.ok() || order->state() != pb::CANCELLED) return false;
    journal_.Note(Answer{.user = wish.user_id(),
                         .key = wish.idempotency_key(),
                         .code = order->reason_code(),
                         .message = order->reason(),
                         .order = "",
                         .is_last = true});
    return true;
  }

  JournalWriter& journal_;
  const Opening& opening_;
  Random random_;
  const int most_;
  Shop shop_;
  Shop other_shop_;
};

int Main(const std::string& path, std::uint64_t seed, int count, int most) {
  JournalWriter journal(path);
  Opening opening;
  std::vector<std::future<bool>> buyers;
  for (int i = 0; i < count; ++i) {
    buyers.push_back(std::async(std::launch::async, [&journal, &opening, seed, most, i] {
      return Buyer(journal, opening, seed * 1000 + static_cast<std::uint64_t>(i), most).Run();
    }));
  }
  if (most < 0) {
    std::string ignored;
    while (std::getline(std::cin, ignored)) {
    }
    opening.Close();
  }
  bool all_ended = true;
  for (auto& buyer : buyers) all_ended = buyer.get() && all_ended;
  return all_ended ? 0 : 1;
}

}  // namespace
}  // namespace boutique::crash

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: crash_buyers JOURNAL SEED BUYERS [ORDERS]\n";
    return 2;
  }
  return boutique::crash::Main(argv[1], std::strtoull(argv[2], nullptr, 10), std::atoi(argv[3]),
                               argc > 4 ? std::atoi(argv[4]) : -1);
}
