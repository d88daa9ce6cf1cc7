// SPDX-License-Identifier: Apache-2.0
#include "integration/crash/checker.h"

#include <atomic>
#include <thread>
#include <utility>

#include "hipstershop/payment.pb.h"
#include "hipstershop/shipping.pb.h"
#include "integration/crash/buyer_check.h"

namespace boutique::crash {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kAtOnce = 8;

std::vector<Buyer> BuyersOf(const Journal& journal) {
  std::map<std::string, Buyer> buyers;
  for (const Addition& addition : journal.additions) {
    Buyer& buyer = buyers[addition.user];
    if (addition.is_certain) {
      buyer.added[addition.product] += addition.quantity;
    } else {
      buyer.maybe_added[addition.product].push_back(addition.quantity);
    }
  }
  for (const Answer& answer : journal.answers) buyers[answer.user].answers[answer.key].push_back(answer);
  std::vector<Buyer> all;
  for (auto& [user, buyer] : buyers) {
    buyer.user = user;
    all.push_back(std::move(buyer));
  }
  return all;
}

// What stands in the stores without an order that it belongs to.
void CheckLedger(const Ledger& ledger, Findings* findings) {
  const std::map<std::string, bool>& seen = findings->seen();
  for (const auto& [key, charge] : ledger.charges) {
    const bool stands = charge.state == pb::ChargeRecord::STANDING;
    if (stands && seen.count(key) == 0) findings->Object("charge", key, "is charged, but no order is known");
  }
  for (const auto& [key, shipment] : ledger.shipments) {
    const bool is_sent = shipment.state == pb::Shipment::SHIPPED;
    if (is_sent && seen.count(key) == 0) findings->Object("shipment", key, "is sent, but no order is known");
  }
  for (const std::string& order : ledger.picked) {
    const auto known = seen.find(order);
    findings->Count("picking lists");
    if (known == seen.end() || !known->second) findings->Object("picked", order, "has a list, but is not confirmed");
  }
  for (const auto& [order, count] : ledger.mails) {
    if (seen.count(order) == 0) findings->Object("mail", order, "was mailed, but no order is known");
  }
  for (const std::string& order : ledger.orders) {
    if (seen.count(order) == 0) findings->Object("told", order, "is on record for nobody that has ordered");
  }
}

}  // namespace

absl::StatusOr<Report> CheckShop(const Journal& journal, const Ledger& ledger, std::chrono::milliseconds patience) {
  const std::vector<Buyer> buyers = BuyersOf(journal);
  const Clock::time_point deadline = Clock::now() + patience;
  Findings findings;
  findings.Count("buyers", static_cast<int>(buyers.size()));
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kAtOnce; ++i) {
    threads.emplace_back([&] {
      Shop shop;
      for (std::size_t at = next++; at < buyers.size(); at = next++) {
        findings.Fail(CheckBuyer(shop, ledger, deadline, buyers[at], &findings));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CheckLedger(ledger, &findings);
  return findings.Take();
}

}  // namespace boutique::crash
