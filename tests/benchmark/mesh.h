// SPDX-License-Identifier: Apache-2.0
// The ten services and the gateway as processes, over loopback.
// Threads: belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmark/child_process.h"

namespace boutique::benchmark {

// Arguments of a program on free ports, and these.
std::vector<std::string> OnFreePorts(const std::vector<std::string>& more = {});

class Mesh {
 public:
  // Each keeps in memory what DATABASE_URL, REDIS_ADDR and AMQP_URL of this process's environment do not keep.
  Mesh();

  ChildProcess& frontend() { return *programs_.back(); }
  // The gRPC address of "checkoutservice".
  std::string AddressOf(const std::string& program) const;
  std::int64_t PssKib() const;
  // Of each program, in the order of names().
  std::vector<std::int64_t> CpuNanos() const;
  const std::vector<std::string>& names() const { return names_; }

 private:
  void Start(const std::string& program, const std::vector<std::string>& more, const std::string& flag);
  std::vector<std::string> Only(const std::vector<std::string>& flags) const;

  std::vector<std::pair<std::string, std::string>> addresses_;  // by the flag that others know them by
  std::vector<std::unique_ptr<ChildProcess>> programs_;
  std::vector<std::string> names_;
};

}  // namespace boutique::benchmark
