// SPDX-License-Identifier: Apache-2.0
// A program under measurement: started, awaited until it is ready, its CPU and memory read, stopped.
// Threads: belongs to one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace boutique::benchmark {

class ChildProcess {
 public:
  // Starts build/bin/<program>, beside the running one, and waits for "<program> is ready". Ends this process with a
  // message if it does not come. `core` pins it, -1 does not.
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments, int core = -1);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  // Stops it by SIGTERM and waits.
  ~ChildProcess();

  // host:port that it announced, for example for "grpc".
  std::string AddressOf(const std::string& what) const;
  // CPU time of all its threads that have not ended, in nanoseconds.
  std::int64_t CpuNanos() const;
  // Proportional set size, in KiB.
  std::int64_t PssKib() const;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string announced_;
};

// The folder of the running program, with a slash.
std::string ProgramFolder();

}  // namespace boutique::benchmark
