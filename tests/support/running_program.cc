// SPDX-License-Identifier: Apache-2.0
#include "support/running_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "support/catch.h"

namespace boutique::testing {
namespace {

constexpr int kKilled = 1000;

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The test's environment with the additions, which win.
std::vector<std::string> EnvironmentWith(const std::vector<std::string>& additions) {
  std::vector<std::string> all = additions;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string text = *each;
    const std::string name = text.substr(0, text.find('=') + 1);
    const bool replaced = std::any_of(additions.begin(), additions.end(),
                                      [&name](const std::string& addition) { return addition.rfind(name, 0) == 0; });
    if (!replaced) all.push_back(text);
  }
  return all;
}

int MillisecondsUntil(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

// Waits until the process has ended; false if it does not in time.
bool AwaitEnd(pid_t pid, std::chrono::steady_clock::time_point deadline) {
  const int process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (process < 0) return true;
  pollfd ended{process, POLLIN, 0};
  const bool has_ended = poll(&ended, 1, MillisecondsUntil(deadline)) > 0;
  close(process);
  return has_ended;
}

}  // namespace

RunningProgram::RunningProgram(const std::string& program, const std::vector<std::string>& arguments,
                               const std::vector<std::string>& environment) {
  Start(program, arguments, environment);
  const std::string ready = program + " is ready\n";
  const bool in_time = ReadUntil(ready, std::chrono::steady_clock::now() + std::chrono::seconds(60));
  INFO(program << (in_time ? " ended: " : " is not ready in time: ") << Errors());
  REQUIRE(written_.find(ready) != std::string::npos);
}

RunningProgram::~RunningProgram() {
  if (pid_ > 0) Stop();
}

void RunningProgram::Start(const std::string& program, const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment) {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::vector<std::string> words = {(folder / program).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = EnvironmentWith(environment);
  const std::vector<char*> argv = Pointers(words);
  const std::vector<char*> envp = Pointers(variables);
  int pipe_ends[2];
  REQUIRE(pipe2(pipe_ends, O_CLOEXEC) == 0);
  output_ = pipe_ends[0];
  errors_ = memfd_create("errors", MFD_CLOEXEC);
  REQUIRE(errors_ >= 0);
  pid_ = fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(pipe_ends[1], STDOUT_FILENO);
    dup2(errors_, STDERR_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  close(pipe_ends[1]);
}

bool RunningProgram::ReadUntil(const std::string& text, std::chrono::steady_clock::time_point deadline) {
  while (text.empty() || written_.find(text) == std::string::npos) {
    pollfd readable{output_, POLLIN, 0};
    if (poll(&readable, 1, MillisecondsUntil(deadline)) <= 0) return false;
    char buffer[4096];
    const ssize_t got = read(output_, buffer, sizeof buffer);
    if (got <= 0) return true;
    written_.append(buffer, static_cast<std::size_t>(got));
  }
  return true;
}

std::string RunningProgram::Errors() const {
  struct stat facts {};
  if (errors_ < 0 || fstat(errors_, &facts) != 0) return "";
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  const ssize_t got = pread(errors_, text.data(), text.size(), 0);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

std::string RunningProgram::AddressOf(const std::string& what) const {
  std::istringstream lines(written_);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string name;
    std::string where;
    if (!(words >> name >> where) || name != what) continue;
    return where.rfind("http://", 0) == 0 ? where.substr(7) : where;
  }
  return "";
}

void RunningProgram::Terminate() { kill(pid_, SIGTERM); }

Outcome RunningProgram::Wait(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  ReadUntil("", deadline);
  Outcome outcome;
  const bool ended = AwaitEnd(pid_, deadline);
  if (!ended) kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  outcome.status = !ended ? kKilled : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.output = written_;
  outcome.errors = Errors();
  close(output_);
  close(errors_);
  pid_ = -1;
  return outcome;
}

Outcome RunningProgram::Stop() {
  Terminate();
  return Wait();
}

Outcome RunningProgram::Kill() {
  kill(pid_, SIGKILL);
  return Wait();
}

Outcome RunToEnd(const std::string& program, const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment, std::chrono::seconds patience) {
  RunningProgram running;
  running.Start(program, arguments, environment);
  return running.Wait(patience);
}

}  // namespace boutique::testing
