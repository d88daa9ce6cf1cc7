// SPDX-License-Identifier: Apache-2.0
// What a program's main calls: int main(int argc, char** argv) { return Main<CartModule>({.name = ...}, argc, argv); }
// Threads: called once, from main.
#pragma once

#include "platform/runtime/process.h"

namespace boutique::runtime {

// Runs the process until SIGTERM or SIGINT; a second signal ends it at once. Returns 0 after a clean stop, or what
// Host::SetExitStatus said; 1 if it could not start: one line on standard error for each problem. --help prints the
// options.
int Run(Process& process, int argc, char** argv);
// Before anything starts a thread.
void PrepareProcess();

template <typename... Modules>
int Main(About about, int argc, char** argv) {
  PrepareProcess();
  Process process(std::move(about));
  process.Add<Modules...>();
  return Run(process, argc, argv);
}

}  // namespace boutique::runtime
