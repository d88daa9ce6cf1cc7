// SPDX-License-Identifier: Apache-2.0
// Runs one hidden case of this test program in a process of its own: for what must end the process.
// Threads: safe from any.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

namespace boutique::testing {

struct SelfEnd {
  int signal = 0;      // that ended it; 0 if it exited
  std::string output;  // both of its streams
};

// `name` is the case's whole name; its tag begins with a point, so that it runs only when asked for.
inline SelfEnd RunSelf(const std::string& name) {
  SelfEnd end;
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return end;
  std::string self = "/proc/self/exe";
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(self.c_str(), self.c_str(), name.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(ends[1]);
  char buffer[4096];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    end.output.append(buffer, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

}  // namespace boutique::testing
