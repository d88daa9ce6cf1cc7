// SPDX-License-Identifier: Apache-2.0
// A server on a port of its own that answers as Stripe's API does, as far as our payments use it.
// Threads: safe from any; each connection has one of its own.
//
// It keeps intents, answers a repeated Idempotency-Key as it did the first time and refuses it with other parameters,
// and can drop, refuse and hold what it is told to.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace boutique::payment {

class StripeStandIn {
 public:
  // What happens to the next request of a kind: "create", "confirm", "read", "cancel" or "refund".
  enum class Fault {
    kNone,
    kDropUnseen,  // the connection ends, and nothing has been done
    kDropDone,    // it has been done, and the connection ends without an answer
    kBusy,        // 503, and nothing has been done
    kHold,        // it is done, and not answered before Release
    kPoor,        // 400, and nothing has been done: the balance is too small; repeated by its key
    kBroken,      // 500, and nothing has been done; repeated by its key
  };
  struct Intent {
    std::string status = "requires_confirmation";
    std::string payment_method;
    std::string amount;
    std::string currency;
    bool refunded = false;
    int charges = 0;  // how often the money moved
  };

  StripeStandIn();
  StripeStandIn(const StripeStandIn&) = delete;
  StripeStandIn& operator=(const StripeStandIn&) = delete;
  ~StripeStandIn();

  std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }
  static std::string key() { return "sk_test_stand_in"; }

  void Next(const std::string& kind, std::vector<Fault> faults);
  void Release();
  // How many requests of a kind came, whatever became of them.
  int Seen(const std::string& kind) const;
  std::map<std::string, Intent> Intents() const;
  // The only one there is.
  Intent Only() const;
  // Puts the only intent into this status, as if Stripe had.
  void Put(const std::string& status);
  // Everything that ever arrived.
  std::string Heard() const;

 private:
  struct Answer {
    int status = 200;
    std::string body;
  };
  using Fields = std::map<std::string, std::string>;

  void Accept();
  void Serve(int connection);
  // False: end the connection.
  bool Reply(int connection, const std::string& head, const std::string& body);
  Answer Handle(const std::string& kind, const std::string& id, const std::string& key, const Fields& fields,
                const std::string& body, Fault fault);
  Answer Do(const std::string& kind, const std::string& id, const Fields& fields);
  Answer Create(const Fields& fields);
  Answer Confirm(const std::string& id);
  std::string Json(const std::string& id) const;
  static Answer Refuse(const std::string& type, const std::string& code, const std::string& decline = "");

  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  std::map<std::string, Intent> intents_;
  std::map<std::string, std::pair<std::string, Answer>> repeats_;  // by key: the body and what it was answered
  std::map<std::string, std::deque<Fault>> faults_;
  std::map<std::string, int> seen_;
  std::string heard_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace boutique::payment
