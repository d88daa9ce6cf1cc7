// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_dialer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform/telemetry/log.h"

namespace boutique::amqp::internal {

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMostLogged = 8;

}  // namespace

Dialer::Dialer(Options options, Topology topology, std::string name, std::function<void(bool answers)> on_state)
    : options_(std::move(options)),
      topology_(std::move(topology)),
      name_(std::move(name)),
      on_state_(on_state ? std::move(on_state) : [](bool) {}) {}

std::unique_ptr<Connection> Dialer::Dial(const std::function<absl::Status(Connection&)>& prepare) {
  auto opened = Connection::Open(options_, topology_, name_);
  const absl::Status done = opened.ok() ? prepare(**opened) : opened.status();
  if (done.ok()) {
    failures_ = 0;
    logged_.clear();
    telemetry::Log(telemetry::Severity::kInfo, "RabbitMQ answers", {{"address", AddressOf(options_)}});
    Tell(true);
    return *std::move(opened);
  }
  // One outage may show in several ways by turns.
  if (logged_.size() < kMostLogged && logged_.emplace(done.message()).second) {
    telemetry::Log(telemetry::Severity::kWarning, "RabbitMQ cannot be used",
                   {{"address", AddressOf(options_)}, {"error", done.message()}});
  }
  ++failures_;
  Pause();
  return nullptr;
}

void Dialer::Lost(const absl::Status& why) {
  telemetry::Log(telemetry::Severity::kWarning, "RabbitMQ went away",
                 {{"address", AddressOf(options_)}, {"error", why.message()}});
  Tell(false);
}

void Dialer::Blocked(absl::string_view why) {
  telemetry::Log(telemetry::Severity::kWarning, "RabbitMQ takes no messages",
                 {{"address", AddressOf(options_)}, {"error", why}});
  Tell(false);
}

void Dialer::Unblocked() {
  telemetry::Log(telemetry::Severity::kInfo, "RabbitMQ takes messages again", {{"address", AddressOf(options_)}});
  Tell(true);
}

void Dialer::Tell(bool answers) {
  if (std::exchange(answers_, answers) != answers) on_state_(answers);
}

void Dialer::Pause() {
  const auto longest = std::min(options_.least_pause * (1 << std::min(failures_ - 1, 16)), options_.most_pause);
  // Not in step with the other replicas.
  const double part = std::uniform_real_distribution<double>(0.5, 1)(random_);
  const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(part * longest);
  while (!IsStopping()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return;
    bell_.Wait(-1, false, left);
  }
}

}  // namespace boutique::amqp::internal
