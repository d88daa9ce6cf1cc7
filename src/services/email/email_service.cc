// SPDX-License-Identifier: Apache-2.0
#include "services/email/email_service.h"

#include <utility>

#include "platform/telemetry/log.h"

namespace boutique::email {

rpc::Reply<pb::Empty> EmailService::SendOrderConfirmation(const rpc::CallContext& call,
                                                          const pb::SendOrderConfirmationRequest& request) {
  if (absl::Status bad = CheckConfirmation(request); !bad.ok()) co_return bad;
  if (sender_ != nullptr) {
    auto sent = co_await sender_->Send(call, request);
    co_return std::move(sent);
  }
  const std::string& order_id = request.order().order_id();
  telemetry::Log(telemetry::Severity::kInfo, "an order is confirmed, and not mailed", {{"order_id", order_id}});
  co_return pb::Empty();
}

void EmailService::RegisterWith(rpc::Server& server) {
  using Async = pb::EmailService::AsyncService;
  server.Add<pb::EmailService>(
      *this, rpc::Method<&Async::RequestSendOrderConfirmation, &EmailService::SendOrderConfirmation>{});
}

}  // namespace boutique::email
