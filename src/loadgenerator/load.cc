// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/load.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <ctime>
#include <exception>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/telemetry/log.h"

namespace boutique::loadgenerator {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

constexpr char kNotBegun[] = "(not begun)";  // the row of tasks for which no shopper was free
constexpr auto kBetweenTries = std::chrono::seconds(1);  // while the shop is not there yet

int ThisYear() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return parts.tm_year + 1900;
}

}  // namespace

struct Load::Shopper {
  Shopper(asio::io_context& context, const Shop& shop, std::uint64_t seed) : browser(context, shop), tasks(seed) {}

  Browser browser;
  ShopperTasks tasks;
  const char* visiting = nullptr;  // what is under way
  Clock::time_point due;           // since when
};

Load::Load(Plan plan, Results& results, prometheus::Gauge& users, std::function<void()> ended)
    : plan_(std::move(plan)),
      results_(results),
      users_(users),
      ended_(std::move(ended)),
      context_(std::make_unique<asio::io_context>(1)) {}

Load::~Load() { Stop(); }

void Load::Start() {
  began_at_ = ended_at_ = Clock::now();
  Go(Run());
  if (plan_.wait.count() > 0) Go(GiveUp());
  thread_ = std::thread([this] { context_->run(); });
}

void Load::Stop() {
  if (!thread_.joinable()) return;
  asio::post(*context_, [this] {
    Close();
    context_->stop();
  });
  thread_.join();
  // First the sockets, which the context must outlive; then the frames that used them, which it owns.
  shoppers_.clear();
  context_.reset();
}

void Load::Go(asio::awaitable<void> work) {
  // What is thrown here is a lack of memory or a mistake of ours.
  asio::co_spawn(*context_, std::move(work), [](std::exception_ptr thrown) {
    if (thrown) std::terminate();
  });
}

Load::Shopper& Load::NewShopper() {
  const std::uint64_t seed = plan_.seed + shoppers_.size();
  shoppers_.push_back(std::make_unique<Shopper>(*context_, plan_.shop, seed));
  users_.Set(static_cast<double>(shoppers_.size()));
  return *shoppers_.back();
}

// Nothing is counted from here on. False if that was so already.
bool Load::Close() {
  if (std::exchange(over_, true)) return false;
  ended_at_ = Clock::now();
  return true;
}

void Load::End() {
  if (Close()) ended_();
}

asio::awaitable<void> Load::Until(Clock::time_point time) {
  asio::steady_timer timer(*context_, time);
  co_await timer.async_wait(use_awaitable);
}

asio::awaitable<void> Load::AwaitShop() {
  Browser browser(*context_, plan_.shop);
  bool told = false;
  while (true) {
    const std::string failure = co_await browser.Visit("/");
    if (failure.empty()) break;
    last_failure_ = failure;
    if (!std::exchange(told, true)) {
      telemetry::Log(telemetry::Severity::kInfo, "waiting for the shop", {{"failure", failure}});
    }
    co_await Until(Clock::now() + kBetweenTries);
  }
  reached_ = true;
}

// Beside AwaitShop, whose attempt may itself take longer than the wait.
asio::awaitable<void> Load::GiveUp() {
  co_await Until(began_at_ + plan_.wait);
  if (reached_ || over_) co_return;
  unreached_ = last_failure_;
  End();
}

asio::awaitable<void> Load::Run() {
  co_await AwaitShop();
  if (over_) co_return;
  telemetry::Log(telemetry::Severity::kInfo, "shopping begins");
  began_at_ = Clock::now();
  if (plan_.arrivals_per_second > 0) {
    Go(Arrive());
  } else {
    const auto apart = std::chrono::nanoseconds(std::chrono::seconds(1)) / plan_.users_per_second;
    for (std::int64_t i = 0; i < plan_.users; ++i) {
      // Whoever would come when the time is over does not.
      if (plan_.duration.count() > 0 && i * apart >= plan_.duration) break;
      co_await Until(began_at_ + i * apart);
      Go(ComeAndStay());
    }
  }
  if (plan_.duration.count() == 0) co_return;
  co_await Until(began_at_ + plan_.duration);
  closing_ = true;
  if (busy_ == 0 && waiting_.empty()) co_return End();
  co_await Until(Clock::now() + plan_.shop.patience);
  NoteUnanswered();
  End();
}

void Load::NoteUnanswered() {
  for (const auto& shopper : shoppers_) {
    if (shopper->visiting != nullptr) Note(shopper->visiting, shopper->due, "unanswered");
  }
  for (const Clock::time_point due : waiting_) Note(kNotBegun, due, "unanswered");
}

void Load::Note(const char* name, Clock::time_point due, const std::string& failure) {
  if (over_) return;
  results_.Note(name, Clock::now() - due, failure);
  if (plan_.requests > 0 && results_.requests() >= plan_.requests) End();
}

asio::awaitable<void> Load::ComeAndStay() {
  Shopper& shopper = NewShopper();
  co_await Do(shopper, Task::kIndex, Clock::now());
  while (!closing_ && !over_) {
    const auto thought = shopper.tasks.Between(plan_.think_least.count(), plan_.think_most.count());
    co_await Until(Clock::now() + std::chrono::nanoseconds(thought));
    if (closing_) co_return;
    co_await Do(shopper, shopper.tasks.Next(), Clock::now());
  }
}

asio::awaitable<void> Load::Arrive() {
  std::mt19937_64 random(plan_.seed);
  std::exponential_distribution<double> gap(static_cast<double>(plan_.arrivals_per_second));
  Clock::time_point due = began_at_;
  while (!over_) {
    due += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(gap(random)));
    co_await Until(due);
    if (closing_) co_return;
    if (!idle_.empty()) {
      Shopper& shopper = *idle_.back();
      idle_.pop_back();
      Go(Serve(shopper, due));
    } else if (static_cast<std::int64_t>(shoppers_.size()) < plan_.users) {
      Go(Serve(NewShopper(), due));
    } else {
      Queue(due);
    }
  }
}

void Load::Queue(Clock::time_point due) {
  waiting_.push_back(due);
  if (waiting_.size() <= plan_.most_waiting) return;
  Note(kNotBegun, waiting_.front(), "unanswered");
  waiting_.pop_front();
}

asio::awaitable<void> Load::Serve(Shopper& shopper, Clock::time_point due) {
  while (!over_) {
    co_await Do(shopper, shopper.tasks.Next(), due);
    if (waiting_.empty()) {
      idle_.push_back(&shopper);
      co_return;
    }
    due = waiting_.front();
    waiting_.pop_front();
  }
}

asio::awaitable<void> Load::Do(Shopper& shopper, Task task, Clock::time_point due) {
  ++busy_;
  co_await DoVisits(shopper, task, due);
  --busy_;
  if (closing_ && busy_ == 0 && waiting_.empty()) End();
}

asio::awaitable<void> Load::DoVisits(Shopper& shopper, Task task, Clock::time_point due) {
  switch (task) {
    case Task::kIndex:
      co_await Visit(shopper, "GET /", "/", std::nullopt, due);
      co_return;
    case Task::kSetCurrency:
      co_await Visit(shopper, "POST /setCurrency", "/setCurrency", shopper.tasks.CurrencyForm(), due);
      co_return;
    case Task::kBrowseProduct:
      co_await Visit(shopper, "GET /product/[id]", absl::StrCat("/product/", shopper.tasks.Product()), std::nullopt, due);
      co_return;
    case Task::kViewCart:
      co_await Visit(shopper, "GET /cart", "/cart", std::nullopt, due);
      co_return;
    case Task::kAddToCart:
    case Task::kCheckout:
      break;
  }
  const std::string product = shopper.tasks.Product();
  co_await Visit(shopper, "GET /product/[id]", absl::StrCat("/product/", product), std::nullopt, due);
  co_await Visit(shopper, "POST /cart", "/cart", shopper.tasks.CartForm(product), Clock::now());
  if (task == Task::kAddToCart) co_return;
  co_await Visit(shopper, "POST /cart/checkout", "/cart/checkout", shopper.tasks.CheckoutForm(ThisYear()), Clock::now());
}

asio::awaitable<void> Load::Visit(Shopper& shopper, const char* name, std::string path,
                                  std::optional<std::string> form, Clock::time_point due) {
  if (over_) co_return;
  shopper.visiting = name;
  shopper.due = due;
  const std::string failure = co_await shopper.browser.Visit(std::move(path), std::move(form));
  shopper.visiting = nullptr;
  Note(name, due, failure);
}

}  // namespace boutique::loadgenerator
