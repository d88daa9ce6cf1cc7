// SPDX-License-Identifier: Apache-2.0
#include "benchmark/child_process.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace boutique::benchmark {

std::string ProgramFolder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path().string() + "/"; }

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments, int core) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // this program may end in the middle
    if (core >= 0) {
      cpu_set_t cores;
      CPU_ZERO(&cores);
      CPU_SET(core, &cores);
      sched_setaffinity(0, sizeof cores, &cores);
    }
    dup2(pipe_ends[1], STDOUT_FILENO);
    close(pipe_ends[0]);
    const std::string path = ProgramFolder() + program;
    std::vector<char*> argv = {const_cast<char*>(path.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(path.c_str(), argv.data());
    std::perror(path.c_str());
    _exit(127);
  }
  close(pipe_ends[1]);
  output_ = pipe_ends[0];
  // The whole announcement is written at once, after the line that says ready.
  char buffer[4096];
  while (!absl::StrContains(announced_, " is ready\n")) {
    const ssize_t got = read(output_, buffer, sizeof buffer);
    if (got <= 0) {
      std::fprintf(stderr, "%s did not start\n", program.c_str());
      std::exit(1);
    }
    announced_.append(buffer, static_cast<std::size_t>(got));
  }
}

ChildProcess::~ChildProcess() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  close(output_);
}

std::string ChildProcess::AddressOf(const std::string& what) const {
  for (absl::string_view line : absl::StrSplit(announced_, '\n')) {
    if (!absl::ConsumePrefix(&line, "  " + what + " ")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    absl::ConsumePrefix(&line, "http://");
    return std::string(line);
  }
  return "";
}

std::int64_t ChildProcess::CpuNanos() const {
  std::int64_t total = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/task")) {
    std::ifstream statistics(task.path() / "schedstat");
    std::int64_t running = 0;
    statistics >> running;
    total += running;
  }
  return total;
}

std::int64_t ChildProcess::PssKib() const {
  std::ifstream rollup("/proc/" + std::to_string(pid_) + "/smaps_rollup");
  std::string word;
  while (rollup >> word) {
    std::int64_t kib = 0;
    if (word == "Pss:" && rollup >> kib) return kib;
  }
  return 0;
}

}  // namespace boutique::benchmark
