// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/load_module.h"

#include <cstdio>
#include <limits>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/base/duration.h"

namespace boutique::loadgenerator {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr auto kDay = std::chrono::hours(24);

}  // namespace

LoadModule::LoadModule(runtime::Settings& settings) : settings_(settings) {
  settings.PeerAddress("FRONTEND_ADDR", "host:port of the shop");
  settings.Text("BASE_URL", &plan_.shop.base_url, "path that every address of the shop begins with, as /online-boutique");
  settings.Text("BASIC_AUTH_USER", &user_, "whose password the shop needs, if it needs one");
  settings.Secret("BASIC_AUTH_PASSWORD", &password_, "that user's password");
  settings.Integer("USERS", &plan_.users, 1, 100'000, "shoppers; with ARRIVALS, tasks that can be under way at once");
  settings.Integer("RATE", &plan_.users_per_second, 1, 1'000'000, "shoppers who begin each second, up to USERS");
  settings.Integer("ARRIVALS", &plan_.arrivals_per_second, 0, 1'000'000,
                   "tasks that become due each second, whatever the shop's pace (open loop); 0: shoppers wait for answers "
                   "and then think (closed loop)");
  settings.Duration("THINK_MIN", &plan_.think_least, std::chrono::seconds(0), kDay, "least time between a shopper's tasks");
  settings.Duration("THINK_MAX", &plan_.think_most, std::chrono::seconds(0), kDay, "most time between a shopper's tasks");
  settings.Duration("WAIT", &plan_.wait, std::chrono::seconds(0), 365 * kDay,
                    "a shop that shows no home page for this long ends it with exit status 3; 0: any will do");
  settings.Duration("DURATION", &plan_.duration, std::chrono::seconds(0), 365 * kDay,
                    "time from its first page on after which the load ends; 0: when told to");
  settings.Integer("REQUESTS", &plan_.requests, 0, kMost, "number of requests after which the load ends; 0: no limit");
  settings.Duration("REQUEST_TIMEOUT", &plan_.shop.patience, std::chrono::milliseconds(1), kDay,
                    "time after which a request without an answer has failed");
  settings.Integer("MIN_REQUESTS", &thresholds_.least_requests, 0, kMost, "fewer requests end with exit status 3");
  settings.Integer("MAX_FAILURES", &thresholds_.most_failures, -1, kMost,
                   "more failed requests end with exit status 3; -1: any number will do");
  settings.Duration("MAX_P99", &thresholds_.most_p99, std::chrono::seconds(0), kDay,
                    "a longer 99th percentile of all latencies ends with exit status 3; 0: any will do");
}

absl::Status LoadModule::ReadPlan() {
  const std::string address = settings_.AddressOf("FRONTEND_ADDR");
  if (address.empty()) return absl::InvalidArgumentError("FRONTEND_ADDR: is required, the host:port of the shop");
  const std::size_t colon = address.rfind(':');
  plan_.shop.host = address.substr(0, colon);
  plan_.shop.port = address.substr(colon + 1);
  if (plan_.shop.host.size() > 2 && plan_.shop.host.front() == '[') {
    plan_.shop.host = plan_.shop.host.substr(1, plan_.shop.host.size() - 2);
  }
  if (user_.empty() != password_.empty()) {
    return absl::InvalidArgumentError("BASIC_AUTH_USER: goes with BASIC_AUTH_PASSWORD, and that with it");
  }
  if (absl::StrContains(user_, ':')) return absl::InvalidArgumentError("BASIC_AUTH_USER: must hold no colon");
  if (!user_.empty()) {
    plan_.shop.authorization = absl::StrCat("Basic ", absl::Base64Escape(absl::StrCat(user_, ":", password_)));
  }
  if (plan_.think_most < plan_.think_least) return absl::InvalidArgumentError("THINK_MAX: must not be below THINK_MIN");
  plan_.seed = std::random_device()();
  return absl::OkStatus();
}

absl::Status LoadModule::Install(runtime::Host& host) {
  if (absl::Status bad = ReadPlan(); !bad.ok()) return bad;
  results_ = std::make_unique<Results>(host.metrics());
  auto& users = host.metrics().Gauge("loadgenerator_users", "Shoppers who have come");
  load_ = std::make_unique<Load>(plan_, *results_, users, [&host] { host.RequestStop(); });
  host.Announce("load", absl::StrCat("on http://", settings_.AddressOf("FRONTEND_ADDR"), plan_.shop.base_url));
  host.OnStart([this] {
    load_->Start();
    return absl::OkStatus();
  });
  host.OnDrain([this, &host](std::chrono::nanoseconds) {
    load_->Stop();
    Report(host);
  });
  return absl::OkStatus();
}

void LoadModule::Report(runtime::Host& host) const {
  if (!load_->unreached().empty()) {
    std::printf("missed: no home page at http://%s%s within %s (WAIT): %s\n", settings_.AddressOf("FRONTEND_ADDR").c_str(),
                plan_.shop.base_url.c_str(), base::FormatDuration(plan_.wait).c_str(), load_->unreached().c_str());
    std::fflush(stdout);
    return host.SetExitStatus(kMissed);
  }
  std::fputs(results_->Table(load_->elapsed()).c_str(), stdout);
  const std::vector<std::string> missed = results_->Missed(thresholds_);
  for (const std::string& each : missed) std::printf("missed: %s\n", each.c_str());
  std::fflush(stdout);
  if (!missed.empty()) host.SetExitStatus(kMissed);
}

}  // namespace boutique::loadgenerator
