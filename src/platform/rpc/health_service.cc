// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/health_service.h"

#include <chrono>

#include "platform/rpc/sleep.h"

namespace boutique::rpc {

namespace health = ::grpc::health::v1;

HealthService::HealthService() : serving_{{"", true}} {}

void HealthService::Set(absl::string_view service, bool serving) {
  const std::lock_guard lock(mutex_);
  serving_[std::string(service)] = serving;
}

health::HealthCheckResponse::ServingStatus HealthService::StatusOf(const std::string& service) const {
  const std::lock_guard lock(mutex_);
  const auto found = serving_.find(service);
  if (found == serving_.end()) return health::HealthCheckResponse::SERVICE_UNKNOWN;
  return found->second ? health::HealthCheckResponse::SERVING : health::HealthCheckResponse::NOT_SERVING;
}

Reply<health::HealthCheckResponse> HealthService::Check(const CallContext&, const health::HealthCheckRequest& request) {
  const auto status = StatusOf(request.service());
  if (status == health::HealthCheckResponse::SERVICE_UNKNOWN) co_return absl::NotFoundError("unknown service");
  health::HealthCheckResponse response;
  response.set_status(status);
  co_return response;
}

coro::Task<absl::Status> HealthService::Watch(const CallContext& call, const health::HealthCheckRequest& request,
                                              StreamWriter<health::HealthCheckResponse>& writer) {
  health::HealthCheckResponse told;
  for (bool first = true;; first = false) {
    const auto status = StatusOf(request.service());
    if (first || status != told.status()) {
      told.set_status(status);
      const bool sent = co_await writer.Write(told);
      if (!sent) co_return absl::CancelledError("the watcher has gone");
    }
    const bool elapsed = co_await Sleep(call, std::chrono::milliseconds(500));
    if (!elapsed) co_return absl::CancelledError("the watcher has gone");
  }
}

void HealthService::RegisterWith(Server& server) {
  using Async = health::Health::AsyncService;
  server.AddAlwaysAdmitted<health::Health>(*this, Method<&Async::RequestCheck, &HealthService::Check>{},
                                           StreamMethod<&Async::RequestWatch, &HealthService::Watch>{});
}

}  // namespace boutique::rpc
