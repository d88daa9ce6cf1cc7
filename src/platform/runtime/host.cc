// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "platform/telemetry/log.h"

namespace boutique::runtime {
namespace {

constexpr char kCollector[] = "localhost:4317";  // where OTLP over gRPC is by convention

// In one process the gateway and ten services share the loops, and the gateway alone, which serves no gRPC, makes most
// of the mesh's work; a single service has the cores to share with others.
unsigned LoopsFor(const About& about, std::int64_t wanted) {
  if (wanted > 0) return static_cast<unsigned>(wanted);
  const bool is_gateway = about.one_process || about.grpc_port == 0;
  return is_gateway ? std::max(1U, std::thread::hardware_concurrency()) : 1;
}

// Of version 6, brackets are taken off: they belong where a port follows.
std::string WithoutBrackets(const std::string& host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

std::string HostAndPort(const std::string& host, std::int64_t port) {
  return host.find(':') == std::string::npos ? absl::StrCat(host, ":", port) : absl::StrCat("[", host, "]:", port);
}

absl::Status CheckIpAddress(const std::string& text) {
  unsigned char address[sizeof(in6_addr)];
  const std::string host = WithoutBrackets(text);
  if (inet_pton(AF_INET, host.c_str(), address) == 1 || inet_pton(AF_INET6, host.c_str(), address) == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not an IP address"));
}

}  // namespace

HostSettings::HostSettings(Settings& settings)
    : listen_host(settings.about().one_process ? "127.0.0.1" : "0.0.0.0"), grpc_port(settings.about().grpc_port) {
  if (grpc_port != 0) {
    settings.Integer(settings.about().one_process ? "GRPC_PORT" : "PORT", &grpc_port, 0, 65535,
                     "port of the gRPC services; 0 takes any free one");
  }
  settings.Text("LISTEN_ADDR", &listen_host, "IP address to listen on; 0.0.0.0 for every one", CheckIpAddress);
  settings.Integer("METRICS_PORT", &metrics_port, 0, 65535, "port of GET /metrics; 0 takes any free one");
  settings.Integer("LOOPS", &loops, 0, 256,
                   "threads that serve requests; 0 for one, or one for each core in frontend and boutique");
  settings.Text("LOG_LEVEL", &log_level, "debug, info, warning or error", [](const std::string& text) {
    telemetry::Severity ignored;
    return telemetry::ParseSeverity(text, &ignored);
  });
  if (grpc_port != 0) settings.Flag("REFLECTION", &reflection, "serve gRPC reflection, by which grpcurl finds methods");
  if (grpc_port != 0) {
    settings.Duration("MAX_CONNECTION_AGE", &max_connection_age, std::chrono::seconds(0), std::chrono::hours(24),
                      "age at which a gRPC connection ends after its running calls, so that callers which balance by "
                      "themselves find new peers; 0 for never");
  }
  settings.Duration("DRAIN_DELAY", &drain_delay, std::chrono::seconds(0), std::chrono::minutes(5),
                    "on SIGTERM, time between saying NOT_SERVING and refusing new requests");
  settings.Duration("SHUTDOWN_GRACE", &shutdown_grace, std::chrono::seconds(0), std::chrono::minutes(10),
                    "on SIGTERM, time that running requests get to end");
  settings.Flag("ENABLE_TRACING", &tracing, "send spans to COLLECTOR_SERVICE_ADDR");
  settings.PeerAddress("COLLECTOR_SERVICE_ADDR", "host:port of an OpenTelemetry collector (OTLP over gRPC); localhost:4317 without it");
  trace_name = settings.about().name;
  settings.Text("OTEL_SERVICE_NAME", &trace_name, "the name of this program in traces");
}

Host::Host(const Settings& settings, HostSettings own) : settings_(settings), own_(std::move(own)), blocking_(4) {
  own_.listen_host = WithoutBrackets(own_.listen_host);
  if (own_.tracing) {
    const std::string collector = settings.AddressOf("COLLECTOR_SERVICE_ADDR");
    spans_ = std::make_unique<TraceExporter>(own_.trace_name, collector.empty() ? kCollector : collector, metrics_);
  }
}

Host::~Host() {
  Stop();
  while (!owned_.empty()) owned_.pop_back();
}

bool Host::IsLocal(const std::string& service) const {
  return std::any_of(served_.begin(), served_.end(), [&](const Served& each) { return each.service == service; });
}

std::vector<absl::Status> Host::CheckPeers() const {
  std::vector<absl::Status> problems;
  for (const Peer& peer : peers_) {
    if (peer.need == Need::kOptional || IsLocal(peer.service) || !settings_.AddressOf(peer.variable).empty()) continue;
    problems.push_back(
        absl::InvalidArgumentError(absl::StrCat(peer.variable, ": is required, the host:port of ", peer.service)));
  }
  return problems;
}

std::unique_ptr<rpc::Server> Host::MakeServer(unsigned loops) {
  rpc::ServerOptions options;
  options.loops = loops;
  options.spans = spans_.get();
  options.reflection = own_.reflection;
  options.max_connection_age = own_.max_connection_age;
  auto server = std::make_unique<rpc::Server>(options, metrics_);
  for (const Served& each : served_) each.add(*server);
  health_.RegisterWith(*server);
  return server;
}

void Host::ConnectPeers() {
  for (const Peer& peer : peers_) {
    const std::string address = settings_.AddressOf(peer.variable);
    if (inner_ != nullptr && IsLocal(peer.service)) {
      peer.connect(inner_->InProcessChannel());
    } else if (!address.empty()) {
      peer.connect(rpc::Connect(address));
    }
  }
}

absl::Status Host::StartServers() {
  const unsigned loops = LoopsFor(settings_.about(), own_.loops);
  const bool calls_itself =
      std::any_of(peers_.begin(), peers_.end(), [this](const Peer& peer) { return IsLocal(peer.service); });
  if (settings_.about().one_process || calls_itself) {
    inner_ = MakeServer(loops);
    auto started = inner_->Start({}, [this] { ConnectPeers(); });
    if (!started.ok()) return started.status();
    loops_ = inner_->loops();
  }
  if (!served_.empty()) {
    outer_ = MakeServer(loops);
    auto port = outer_->Start(HostAndPort(own_.listen_host, own_.grpc_port), [this] {
      if (inner_ == nullptr) ConnectPeers();
    });
    if (!port.ok()) return port.status();
    grpc_port_ = *port;
    if (inner_ == nullptr) loops_ = outer_->loops();
    Announce("grpc", Reachable(grpc_port_));
  }
  if (loops_.empty()) {
    ConnectPeers();
    for (unsigned i = 0; i < std::max(1U, loops); ++i) {
      own_loops_.push_back(std::make_unique<rpc::Loop>());
      own_loops_.back()->Start();
      loops_.push_back(own_loops_.back().get());
    }
  }
  return absl::OkStatus();
}

std::string Host::Reachable(int port) const {
  const bool is_every = own_.listen_host == "0.0.0.0" || own_.listen_host == "::";
  return HostAndPort(is_every ? "localhost" : own_.listen_host, port);
}

std::vector<absl::Status> Host::Start() {
  if (auto problems = CheckPeers(); !problems.empty()) return problems;
  {
    const std::lock_guard lock(ready_mutex_);
    started_ = true;
  }
  if (absl::Status bad = StartServers(); !bad.ok()) return {bad};
  if (spans_ != nullptr) {
    loops_[0]->Post([this] { background_.Spawn(spans_->Run(*loops_[0], background_.stop_token())); });
  }
  parts_start_ = true;
  for (auto& start : on_start_) {
    if (absl::Status bad = start(); !bad.ok()) return {bad};
  }
  if (absl::Status bad = metrics_endpoint_.Start(own_.listen_host, static_cast<int>(own_.metrics_port), metrics_);
      !bad.ok()) {
    return {bad};
  }
  Announce("metrics", absl::StrCat("http://", Reachable(metrics_endpoint_.port()), "/metrics"));
  const std::lock_guard lock(ready_mutex_);
  is_up_ = true;
  for (const Served& each : served_) health_.Set(each.service, not_ready_.count(each.service) == 0);
  return {};
}

void Host::SetReady(absl::string_view service, bool ready) {
  const std::string name(service);
  const std::lock_guard lock(ready_mutex_);
  const bool changed = ready ? not_ready_.erase(name) > 0 : not_ready_.insert(name).second;
  if (changed && started_ && !stopping_) health_.Set(name, ready);
}

bool Host::IsReady() const {
  const std::lock_guard lock(ready_mutex_);
  return !stopping_ && not_ready_.empty();
}

bool Host::IsReady(absl::string_view service) const {
  const std::lock_guard lock(ready_mutex_);
  return !stopping_ && not_ready_.count(std::string(service)) == 0;
}

void Host::RequestStop() { kill(getpid(), SIGTERM); }

void Host::Stop() {
  {
    const std::lock_guard lock(ready_mutex_);
    if (!started_) return;
    started_ = false;
    stopping_ = true;
    for (const Served& each : served_) health_.Set(each.service, false);
  }
  if (is_up_) std::this_thread::sleep_for(own_.drain_delay);
  if (parts_start_) {
    for (auto drain = on_drain_.rbegin(); drain != on_drain_.rend(); ++drain) (*drain)(own_.shutdown_grace);
  }
  if (outer_ != nullptr) outer_->Drain(own_.shutdown_grace);
  if (!loops_.empty()) {
    // On their loop, so that no canceller runs beside the work that it cancels; and after whatever was posted there to
    // be spawned, which the wait would miss otherwise.
    background_.Enter();
    loops_[0]->Post([this] {
      background_.RequestStop();
      background_.Leave();
    });
    background_.AwaitIdle();
  }
  if (parts_start_) {
    for (auto stop = on_stop_.rbegin(); stop != on_stop_.rend(); ++stop) (*stop)();
  }
  // The outer server's last calls may have called in process: the inner one goes last.
  if (outer_ != nullptr) outer_->Shutdown(std::chrono::seconds(0));
  if (inner_ != nullptr) inner_->Shutdown(own_.shutdown_grace);
  for (auto& loop : own_loops_) loop->Stop();
  metrics_endpoint_.Stop();
}

}  // namespace boutique::runtime
