// SPDX-License-Identifier: Apache-2.0
// Sends each order's confirmation once.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include <chrono>
#include <string>

#include "hipstershop/email.pb.h"
#include "platform/base/clock.h"
#include "platform/telemetry/metrics.h"
#include "services/email/confirmation.h"
#include "services/email/mailer.h"
#include "services/email/sent_store.h"

namespace boutique::email {

// "<order-ID@host>", the same for each delivery of an order. An id that cannot stand there is replaced by its digest.
std::string MessageIdOf(absl::string_view order_id, absl::string_view host);

class ConfirmationSender {
 public:
  struct Options {
    Mailbox from;
    std::chrono::milliseconds longest_sending = std::chrono::minutes(1);  // once its turn has come
  };
  // All that is referred to outlives the sender.
  ConfirmationSender(SentStore& sent, Mailer& mailer, const base::Clock& clock, telemetry::Metrics& metrics,
                     Options options);

  // OK if the confirmation is sent, now or before. The errors of Mailer and SentStore; UNAVAILABLE too if another call
  // is sending it until this one's time is up. The request was checked by CheckConfirmation.
  rpc::Reply<pb::Empty> Send(const rpc::CallContext& call, const pb::SendOrderConfirmationRequest& request);

 private:
  rpc::Reply<Claim> AwaitClaim(const rpc::CallContext& call, std::string message_id);
  coro::Task<absl::Status> SendClaimed(const rpc::CallContext& call, const pb::SendOrderConfirmationRequest& request,
                                       std::string message_id, std::int64_t claim);
  void Note(const pb::SendOrderConfirmationRequest& request, const absl::Status& outcome);

  SentStore& sent_;
  Mailer& mailer_;
  const base::Clock& clock_;
  const Options options_;
  const std::string host_;
  prometheus::Counter& sent_now_;
  prometheus::Counter& repeated_;
  prometheus::Counter& refused_;
  prometheus::Counter& failed_;
};

}  // namespace boutique::email
