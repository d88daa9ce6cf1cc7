// SPDX-License-Identifier: Apache-2.0
// A program put together of modules: declare options, parse, install, start, stop.
// Threads: belongs to one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "platform/runtime/host.h"
#include "platform/runtime/settings.h"

namespace boutique::runtime {

// A part of a program. Its constructor takes Settings& and declares its options; Install then finds them set.
class Module {
 public:
  virtual ~Module() = default;
  // Puts its services, clients and stores into the host. An error says in one line why the program cannot start.
  virtual absl::Status Install(Host& host) = 0;
};

class Process {
 public:
  explicit Process(About about);
  // Stops if it runs.
  ~Process();

  template <typename... Modules>
  void Add() {
    (modules_.push_back(std::make_unique<Modules>(settings_)), ...);
  }

  // Reads the arguments (without the program's name) and the environment, installs and starts. One status for each
  // problem; empty when it runs, and when help was wanted.
  std::vector<absl::Status> Start(const std::vector<std::string>& arguments);
  void Stop();
  // What the host had for it when it stopped (Host::SetExitStatus).
  int exit_status() const { return exit_status_; }

  const Settings& settings() const { return settings_; }
  // While it runs.
  Host& host() { return *host_; }
  // Where `what` was announced, for example "grpc"; empty if it was not.
  std::string AddressOf(const std::string& what) const;

 private:
  Settings settings_;
  HostSettings host_settings_;
  std::vector<std::unique_ptr<Module>> modules_;
  std::unique_ptr<Host> host_;
  int exit_status_ = 0;
};

}  // namespace boutique::runtime
