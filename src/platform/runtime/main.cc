// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/main.h"

#if __has_include(<google/protobuf/stubs/logging.h>)
#include <google/protobuf/stubs/logging.h>
#endif
#include <malloc.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "absl/synchronization/mutex.h"
#include "platform/telemetry/log.h"

namespace boutique::runtime {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void PrintReady(const Process& process, Host& host) {
  std::printf("%s is ready\n", process.settings().about().name.c_str());
  for (const auto& [what, where] : host.announced()) std::printf("  %-8s %s\n", what.c_str(), where.c_str());
  std::fflush(stdout);
}

}  // namespace

void PrepareProcess() {
  // Every thread inherits the mask, so that only the main thread takes the signals that stop the process.
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  // One arena for each thread would cost a small process more memory than all that it works on.
  mallopt(M_ARENA_MAX, 2);
  // Debian's Abseil looks for deadlocks whenever gRPC takes a lock: 2 % of what a call costs.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // gRPC would print its own lines about what is reported here in one, and protobuf one for each text that is not UTF-8.
  setenv("GRPC_VERBOSITY", "NONE", 0);
#if __has_include(<google/protobuf/stubs/logging.h>)
  google::protobuf::SetLogHandler(nullptr);
#endif
}

int Run(Process& process, int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::vector<absl::Status> problems = process.Start(arguments);
  for (const absl::Status& problem : problems) {
    std::fprintf(stderr, "%s: %s\n", process.settings().about().name.c_str(), std::string(problem.message()).c_str());
  }
  if (!problems.empty()) return 1;
  if (process.settings().help_wanted()) {
    std::fputs(process.settings().Help().c_str(), stdout);
    return 0;
  }
  PrintReady(process, process.host());
  const sigset_t signals = StopSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // a second one ends the process at once
  telemetry::Log(telemetry::Severity::kInfo, "stopping", {{"signal", signal}});
  process.Stop();
  telemetry::Log(telemetry::Severity::kInfo, "stopped");
  return process.exit_status();
}

}  // namespace boutique::runtime
