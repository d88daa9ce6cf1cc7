// SPDX-License-Identifier: Apache-2.0
#include "gateway/probes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/coro/when_all.h"

namespace boutique::gateway {
namespace {

namespace health = grpc::health::v1;

constexpr std::chrono::milliseconds kPatience{500};

absl::string_view NameOf(DependencyState state) {
  switch (state) {
    case DependencyState::kServing: return "SERVING";
    case DependencyState::kNotServing: return "NOT_SERVING";
    case DependencyState::kUnreachable: return "UNREACHABLE";
  }
  return "UNREACHABLE";
}

// Those that this shop has.
std::vector<Dependency> Configured(std::vector<Dependency> dependencies) {
  const auto is_unset = [](const Dependency& dependency) { return !dependency.configured; };
  dependencies.erase(std::remove_if(dependencies.begin(), dependencies.end(), is_unset), dependencies.end());
  return dependencies;
}

rpc::Reply<http::Response> Alive() { co_return http::Answer(200, "text/plain; charset=utf-8", "ok"); }

}  // namespace

Probes::Probes(std::vector<Dependency> dependencies, std::function<bool()> process_ready)
    : dependencies_(Configured(std::move(dependencies))), process_ready_(std::move(process_ready)) {}

coro::Task<DependencyState> Probes::StateOf(const rpc::CallContext& call, const Dependency& dependency) {
  if (dependency.ready_here) {
    co_return dependency.ready_here() ? DependencyState::kServing : DependencyState::kNotServing;
  }
  health::HealthCheckRequest request;
  request.set_service(dependency.service);
  auto answer = co_await dependency.health->Call<&health::Health::Stub::AsyncCheck>(call, request);
  if (absl::IsNotFound(answer.status())) {
    // The public shop's services know only their process.
    request.clear_service();
    answer = co_await dependency.health->Call<&health::Health::Stub::AsyncCheck>(call, request);
  }
  if (!answer.ok()) co_return DependencyState::kUnreachable;
  co_return answer->status() == health::HealthCheckResponse::SERVING ? DependencyState::kServing
                                                                     : DependencyState::kNotServing;
}

rpc::Reply<std::shared_ptr<const Probes::Report>> Probes::Look(const rpc::CallContext& call) {
  if (auto fresh = report_.Get()) co_return fresh;
  const rpc::CallContext brief = call.Within(kPatience);
  std::vector<coro::Task<DependencyState>> asked;
  for (const Dependency& dependency : dependencies_) asked.push_back(StateOf(brief, dependency));
  Report report;
  report.states = co_await coro::WhenAll(std::move(asked));
  for (std::size_t i = 0; i < dependencies_.size(); ++i) {
    const bool serves = report.states[i] == DependencyState::kServing;
    if (dependencies_[i].required && !serves) report.can_serve = false;
    if (!serves) report.all_well = false;
  }
  co_return report_.Set(std::move(report));
}

// Never by another service's state: a gateway that is taken out because the carts are away could not even say so.
rpc::Reply<http::Response> Probes::Ready() {
  co_return process_ready_() ? http::PlainText(200, "ready") : http::PlainText(503, "not ready");
}

rpc::Reply<http::Response> Probes::Health(const rpc::CallContext& call) {
  const auto report = co_await coro::OrReturn(co_await Look(call));
  const char* status = !report->can_serve ? "down" : report->all_well ? "ok" : "degraded";
  std::string body = absl::StrCat("{\"status\":\"", status, "\",\"services\":{");
  for (std::size_t i = 0; i < dependencies_.size(); ++i) {
    absl::StrAppend(&body, i == 0 ? "" : ",", "\"", dependencies_[i].name, "\":\"", NameOf(report->states[i]), "\"");
  }
  absl::StrAppend(&body, "}}\n");
  co_return http::Answer(report->can_serve ? 200 : 503, "application/json", std::move(body));
}

void Probes::RegisterWith(Gateway& gateway) {
  gateway.Plain("*", "/_healthz", [](const rpc::CallContext&, const http::Request&) { return Alive(); });
  gateway.Plain("GET", "/readyz", [this](const rpc::CallContext&, const http::Request&) { return Ready(); });
  gateway.Plain("GET", "/health", [this](const rpc::CallContext& call, const http::Request&) { return Health(call); });
}

}  // namespace boutique::gateway
