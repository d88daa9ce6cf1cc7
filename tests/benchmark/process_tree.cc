// SPDX-License-Identifier: Apache-2.0
#include "benchmark/process_tree.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace boutique::benchmark {
namespace {

// utime, stime, cutime and cstime: the 14th to 17th field; the second is a name in parentheses that may hold anything.
double TicksOf(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_ends = line.rfind(')');
  if (name_ends == std::string::npos) return 0;  // it has ended
  std::istringstream fields(line.substr(name_ends + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double sum = 0;
  for (int field = 14; field <= 17; ++field) {
    double ticks = 0;
    fields >> ticks;
    sum += ticks;
  }
  return sum;
}

double TicksOfTree(pid_t root) {
  double sum = TicksOf(root);
  std::error_code ended;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(root) + "/task", ended)) {
    std::ifstream children(task.path() / "children");
    for (pid_t child = 0; children >> child;) sum += TicksOfTree(child);
  }
  return sum;
}

}  // namespace

double CpuSecondsOfTree(pid_t root) { return TicksOfTree(root) / static_cast<double>(sysconf(_SC_CLK_TCK)); }

}  // namespace boutique::benchmark
