// SPDX-License-Identifier: Apache-2.0
#include "integration/crash/buyer_check.h"

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "hipstershop/cart.grpc.pb.h"
#include "hipstershop/order.grpc.pb.h"
#include "hipstershop/payment.grpc.pb.h"
#include "hipstershop/shipping.grpc.pb.h"

namespace boutique::crash {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr Milliseconds kBudget = std::chrono::seconds(5);

bool IsOpen(const pb::Order& order) {
  if (order.state() == pb::CONFIRMED) return !order.settled();
  return order.state() != pb::CANCELLED && order.state() != pb::NEEDS_ATTENTION;
}

std::string Text(const pb::Money& amount) {
  return absl::StrCat(amount.currency_code(), " ", amount.units(), ".", absl::Dec(amount.nanos(), absl::kZeroPad9));
}

// In billionths, exact for any order of these buyers.
__int128 Nanos(const pb::Money& amount) {
  return static_cast<__int128>(amount.units()) * 1'000'000'000 + amount.nanos();
}

bool IsSumOfItsParts(const pb::Order& order) {
  __int128 sum = Nanos(order.shipping_cost());
  for (const pb::OrderItem& line : order.items()) sum += Nanos(line.cost()) * line.item().quantity();
  return sum == Nanos(order.total());
}

// What a buyer gets to know of a confirmed order.
std::string ResultOf(const pb::Order& order) {
  pb::OrderResult result;
  result.set_order_id(order.order_id());
  result.set_shipping_tracking_id(order.shipping_tracking_id());
  *result.mutable_shipping_cost() = order.shipping_cost();
  *result.mutable_shipping_address() = order.shipping_address();
  *result.mutable_items() = order.items();
  return absl::BytesToHexString(result.SerializeAsString());
}

// Whether the difference is the sum of some of the quantities.
bool IsExplainedBy(int difference, const std::vector<int>& quantities) {
  std::set<int> sums = {0};
  for (const int quantity : quantities) {
    std::set<int> more = sums;
    for (const int sum : sums) more.insert(sum + quantity);
    sums = std::move(more);
  }
  return sums.count(difference) != 0;
}

class BuyerCheck {
 public:
  BuyerCheck(Shop& shop, const Ledger& ledger, Clock::time_point deadline, const Buyer& buyer, Findings* findings)
      : shop_(shop), ledger_(ledger), deadline_(deadline), buyer_(buyer), findings_(findings) {}

  absl::Status Run() {
    if (absl::Status read = ReadOrders(); !read.ok()) return read;
    std::set<std::string> keys;
    for (const pb::Order& order : orders_) {
      if (absl::Status checked = CheckOrder(order); !checked.ok()) return checked;
      if (!keys.insert(order.idempotency_key()).second) {
        Object("key", order.order_id(), "is a second order of its key");
      }
    }
    for (const auto& [key, answers] : buyer_.answers) {
      if (absl::Status checked = CheckAnswers(key, answers); !checked.ok()) return checked;
    }
    return CheckCart();
  }

 private:
  void Object(const std::string& invariant, const std::string& about, const std::string& text) {
    findings_->Object(invariant, about, text);
  }

  template <typename Service, typename Request, typename Response>
  absl::StatusOr<Response> Ask(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                               const Request& request) {
    // gRPC 1.51 may give up a connection that is being made: it looks at errno late, and Abseil, at its first contended
    // lock, changes that by looking for a file.
    auto answer = shop_.Call<Service>(method, request, kBudget, /*waits=*/true);
    for (int tries = 1; tries < 10 && absl::IsUnavailable(answer.status()); ++tries) {
      answer = shop_.Call<Service>(method, request, kBudget, /*waits=*/true);
    }
    return answer;
  }

  absl::Status ReadOrdersOnce() {
    orders_.clear();
    pb::ListOrdersRequest request;
    request.set_user_id(buyer_.user);
    do {
      auto page = Ask<pb::OrderService>(&pb::OrderService::Stub::ListOrders, request);
      if (!page.ok()) return page.status();
      for (pb::Order& order : *page->mutable_orders()) orders_.push_back(std::move(order));
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::OkStatus();
  }

  // Once they have come to an end, or had the time for it.
  absl::Status ReadOrders() {
    while (true) {
      if (absl::Status read = ReadOrdersOnce(); !read.ok()) return read;
      const bool all_ended = std::none_of(orders_.begin(), orders_.end(), IsOpen);
      if (all_ended || Clock::now() > deadline_) return absl::OkStatus();
      std::this_thread::sleep_for(Milliseconds(100));
    }
  }

  absl::Status CheckOrder(const pb::Order& order) {
    const bool is_confirmed = order.state() == pb::CONFIRMED;
    findings_->Seen(order.order_id(), is_confirmed);
    findings_->Count("orders");
    findings_->Count(absl::StrCat("orders ", pb::OrderState_Name(order.state())));
    if (order.epoch() > 1) findings_->Count("orders taken over");
    if (order.state() == pb::NEEDS_ATTENTION) {
      Object("attention", order.order_id(), "waits for a person");
    } else if (IsOpen(order) && !is_confirmed) {
      Object("open", order.order_id(), absl::StrCat("is still ", pb::OrderState_Name(order.state())));
    }
    if (buyer_.answers.count(order.idempotency_key()) == 0) {
      Object("told", order.order_id(), "was ordered by nobody");
    }
    if (is_confirmed) CheckAnnounced(order);
    CheckMails(order);
    if (absl::Status checked = CheckCharge(order); !checked.ok()) return checked;
    return CheckShipment(order);
  }

  void CheckAnnounced(const pb::Order& order) {
    if (!order.settled()) Object("announced", order.order_id(), "is confirmed, but not settled");
    const auto event = ledger_.events.find(order.order_id());
    if (event == ledger_.events.end()) {
      Object("announced", order.order_id(), "is confirmed, but has no event");
    } else if (!event->second) {
      Object("announced", order.order_id(), "is confirmed, but its event was not delivered");
    } else if (ledger_.mails.count(order.order_id()) == 0) {
      Object("announced", order.order_id(), "is confirmed, but its buyer was sent nothing");
    }
    if (ledger_.has_picking && ledger_.picked.count(order.order_id()) == 0) {
      Object("picked", order.order_id(), "is confirmed, but has no picking list");
    }
  }

  // A sender who dies before he has noted that a mail has left sends another: his successor begins anew.
  void CheckMails(const pb::Order& order) {
    const auto mails = ledger_.mails.find(order.order_id());
    if (mails == ledger_.mails.end()) return;
    findings_->Count("mails", mails->second);
    if (mails->second > 1) findings_->Count("mails sent again", mails->second - 1);
    const auto claims = ledger_.claims.find(order.order_id());
    const int begun = claims == ledger_.claims.end() ? 0 : claims->second;
    if (order.state() != pb::CONFIRMED) {
      Object("mail", order.order_id(), "is not confirmed, but its buyer was sent a mail");
    } else if (mails->second > begun) {
      Object("mail", order.order_id(),
             absl::StrCat("its buyer was sent ", mails->second, " mails, of which ", begun, " were begun"));
    }
  }

  absl::Status CheckCharge(const pb::Order& order) {
    pb::GetChargeRequest request;
    request.set_idempotency_key(order.order_id());
    const auto charge = Ask<pb::PaymentService>(&pb::PaymentService::Stub::GetCharge, request);
    if (!charge.ok() && !absl::IsNotFound(charge.status())) return charge.status();
    const bool stands = charge.ok() && charge->state() == pb::ChargeRecord::STANDING;
    if (charge.ok() && charge->state() == pb::ChargeRecord::REFUNDED) {
      findings_->Count(charge->transaction_id().empty() ? "charges forbidden" : "charges refunded");
    }
    if (order.state() != pb::CONFIRMED) {
      if (stands) Object("charge", order.order_id(), "is not confirmed, but its charge stands");
      return absl::OkStatus();
    }
    if (!stands) {
      Object("charge", order.order_id(), "is confirmed, but has no standing charge");
    } else if (Text(charge->amount()) != Text(order.total())) {
      Object("charge", order.order_id(),
             absl::StrCat("costs ", Text(order.total()), ", but ", Text(charge->amount()), " was charged"));
    } else if (charge->transaction_id() != order.transaction_id()) {
      Object("charge", order.order_id(), "names another charge than the one that stands");
    }
    if (!IsSumOfItsParts(order)) Object("charge", order.order_id(), "does not cost what its lines add up to");
    return absl::OkStatus();
  }

  absl::Status CheckShipment(const pb::Order& order) {
    pb::GetShipmentRequest request;
    request.set_idempotency_key(order.order_id());
    const auto parcel = Ask<pb::ShippingService>(&pb::ShippingService::Stub::GetShipment, request);
    if (!parcel.ok() && !absl::IsNotFound(parcel.status())) return parcel.status();
    const bool is_sent = parcel.ok() && parcel->state() == pb::Shipment::SHIPPED;
    if (parcel.ok() && !is_sent) {
      findings_->Count(parcel->tracking_id().empty() ? "parcels forbidden" : "parcels called back");
    }
    if (order.state() != pb::CONFIRMED) {
      if (is_sent) Object("shipment", order.order_id(), "is not confirmed, but a parcel was sent");
    } else if (!is_sent) {
      Object("shipment", order.order_id(), "is confirmed, but no parcel was sent");
    } else if (parcel->tracking_id() != order.shipping_tracking_id()) {
      Object("shipment", order.order_id(), "names another parcel than the one that was sent");
    }
    return absl::OkStatus();
  }

  absl::Status CheckAnswers(const std::string& key, const std::vector<Answer>& answers) {
    findings_->Count("requests", static_cast<int>(answers.size()));
    findings_->Count("keys");
    if (answers.size() > 1) findings_->Count("keys asked for repeatedly");
    bool is_answered = false;
    const Answer* first = nullptr;
    const auto order = std::find_if(orders_.begin(), orders_.end(),
                                    [&key](const pb::Order& each) { return each.idempotency_key() == key; });
    for (const Answer& answer : answers) {
      findings_->Count(absl::StrCat("answers ", absl::StatusCodeToString(absl::StatusCode(answer.code))));
      if (!answer.is_last) continue;
      is_answered = true;
      if (first == nullptr) first = &answer;
      if (answer.code != first->code || answer.order != first->order || answer.order_id != first->order_id ||
          answer.message != first->message) {
        Object("key", key, "was answered in two ways");
      }
      CheckAnswer(answer, order == orders_.end() ? nullptr : &*order);
    }
    if (!is_answered) Object("open", key, "was never answered");
    const bool has_ended = order != orders_.end() && !IsOpen(*order) && order->state() != pb::NEEDS_ATTENTION;
    // What a page asks for is not what these buyers ask for.
    return has_ended && !answers.front().is_page ? CheckRepeat(*order) : absl::OkStatus();
  }

  // Of an answer that was taken for the last word.
  void CheckAnswer(const Answer& answer, const pb::Order* order) {
    if (answer.code != 0) {
      if (order != nullptr && order->state() != pb::CANCELLED) {
        Object("told", order->order_id(), absl::StrCat("was refused, but is ", pb::OrderState_Name(order->state())));
      }
      return;
    }
    if (order == nullptr) {
      Object("told", answer.key, "was confirmed, but there is no such order");
    } else if (order->state() != pb::CONFIRMED) {
      Object("told", order->order_id(), absl::StrCat("was confirmed, but is ", pb::OrderState_Name(order->state())));
    } else if (answer.is_page ? order->order_id() != answer.order_id : ResultOf(*order) != answer.order) {
      Object("told", order->order_id(), "is on record with other details than its buyer was told");
    }
  }

  // Asks for the order once more: the answer must be that of the record.
  absl::Status CheckRepeat(const pb::Order& order) {
    const pb::PlaceOrderRequest wish = WishOf(order.user_id(), order.idempotency_key());
    const auto again = shop_.Call<pb::CheckoutService>(&pb::CheckoutService::Stub::PlaceOrder, wish, kBudget);
    const bool is_same =
        order.state() == pb::CONFIRMED
            ? again.ok() && absl::BytesToHexString(again->order().SerializeAsString()) == ResultOf(order)
            : again.status().raw_code() == order.reason_code() && again.status().message() == order.reason();
    if (!is_same) Object("key", order.order_id(), absl::StrCat("is answered anew: ", again.status().ToString()));
    return absl::OkStatus();
  }

  absl::Status CheckCart() {
    pb::GetCartRequest request;
    request.set_user_id(buyer_.user);
    const auto cart = Ask<pb::CartService>(&pb::CartService::Stub::GetCart, request);
    if (!cart.ok()) return cart.status();
    std::map<std::string, int> surplus;  // what is there, or was ordered, beyond what was added
    for (const auto& [product, quantity] : buyer_.added) surplus[product] -= quantity;
    for (const pb::CartItem& line : cart->items()) surplus[line.product_id()] += line.quantity();
    for (const pb::Order& order : orders_) {
      if (order.state() != pb::CONFIRMED) continue;
      for (const pb::OrderItem& line : order.items()) surplus[line.item().product_id()] += line.item().quantity();
    }
    findings_->Count("carts");
    if (buyer_.maybe_added.empty()) findings_->Count("carts known exactly");
    for (const auto& [product, difference] : surplus) {
      const auto maybe = buyer_.maybe_added.find(product);
      const bool explained =
          maybe == buyer_.maybe_added.end() ? difference == 0 : IsExplainedBy(difference, maybe->second);
      if (explained) continue;
      Object("cart", buyer_.user,
             absl::StrCat("of ", product, ", ", difference, " more are in the cart or ordered than were put there"));
    }
    return absl::OkStatus();
  }

  Shop& shop_;
  const Ledger& ledger_;
  const Clock::time_point deadline_;
  const Buyer& buyer_;
  Findings* const findings_;
  std::vector<pb::Order> orders_;
};

}  // namespace

absl::Status CheckBuyer(Shop& shop, const Ledger& ledger, Clock::time_point deadline, const Buyer& buyer,
                        Findings* findings) {
  return BuyerCheck(shop, ledger, deadline, buyer, findings).Run();
}

}  // namespace boutique::crash
