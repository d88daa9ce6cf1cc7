// SPDX-License-Identifier: Apache-2.0
// One of the shop's programs under test: started, awaited until it is ready, stopped.
// Threads: belongs to one.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace boutique::testing {

// How a program ended.
struct Outcome {
  int status = 0;      // its exit status, or 128 and the signal that ended it; 1000 if it had to be killed
  std::string output;  // what it wrote to standard output
  std::string errors;  // and to standard error
};

// Runs build/bin/<program> to its end, at most `patience`.
Outcome RunToEnd(const std::string& program, const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment = {},
                 std::chrono::seconds patience = std::chrono::seconds(30));

class RunningProgram {
 public:
  // Starts build/bin/<program>, beside the running test, and waits for "<program> is ready". Fails the test case, with
  // what the program wrote, if that does not come. `environment` adds NAME=value to the test's own.
  explicit RunningProgram(const std::string& program, const std::vector<std::string>& arguments,
                          const std::vector<std::string>& environment = {});
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  // Stops it if it still runs.
  ~RunningProgram();

  // Where it said that it is to be reached, for example for "grpc": "127.0.0.1:41234". Without "http://".
  std::string AddressOf(const std::string& what) const;

  // Sends it SIGTERM.
  void Terminate();
  // Waits for its end, at most `patience`; then it is killed.
  Outcome Wait(std::chrono::seconds patience = std::chrono::seconds(60));
  // Both.
  Outcome Stop();
  // Ends it at once, by SIGKILL.
  Outcome Kill();

 private:
  friend Outcome RunToEnd(const std::string&, const std::vector<std::string>&, const std::vector<std::string>&,
                          std::chrono::seconds);
  RunningProgram() = default;
  void Start(const std::string& program, const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment);
  // Reads standard output until it holds `text` or ends; false if neither happens in time.
  bool ReadUntil(const std::string& text, std::chrono::steady_clock::time_point deadline);
  std::string Errors() const;

  pid_t pid_ = -1;
  int output_ = -1;  // the pipe's end
  int errors_ = -1;  // an unnamed file: a program that logs much must not wait for a reader
  std::string written_;
};

}  // namespace boutique::testing
