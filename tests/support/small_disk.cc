// SPDX-License-Identifier: Apache-2.0
#include "support/small_disk.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace boutique::testing {
namespace {

bool WriteFile(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  const bool written = file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(file);
  return written;
}

}  // namespace

SmallDisk::SmallDisk(std::string folder, int mebibytes, uid_t user, gid_t group)
    : folder_(std::move(folder)),
      ballast_(folder_ + "/ballast"),
      options_("mode=0700,size=" + std::to_string(mebibytes) + "m,uid=" + std::to_string(user) +
               ",gid=" + std::to_string(group)),
      own_user_(geteuid()),
      own_group_(getegid()) {
#ifdef __SANITIZE_THREAD__
  return;  // its runtime gives a forked process a second thread at once, and such a one enters no other's mounts
#endif
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  keeper_ = fork();
  if (keeper_ == 0) Keep(ends[1]);
  close(ends[1]);
  char made = 0;
  const bool is_made = read(ends[0], &made, 1) == 1;
  close(ends[0]);
  const std::string spaces = "/proc/" + std::to_string(keeper_) + "/ns/";
  if (is_made) {
    users_ = open((spaces + "user").c_str(), O_RDONLY | O_CLOEXEC);
    mounts_ = open((spaces + "mnt").c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (mounts_ >= 0) return;
  kill(keeper_, SIGKILL);
  waitpid(keeper_, nullptr, 0);
  keeper_ = 0;
}

SmallDisk::~SmallDisk() {
  if (keeper_ == 0) return;
  kill(keeper_, SIGKILL);
  waitpid(keeper_, nullptr, 0);
  close(users_);
  close(mounts_);
}

// The keeper's life. Whoever is not root is allowed to mount only among users of his own.
void SmallDisk::Keep(int ready) const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool is_root = own_user_ == 0;
  bool can = unshare(is_root ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) == 0;
  if (!is_root) {
    const std::string user = std::to_string(own_user_);
    const std::string group = std::to_string(own_group_);
    can = can && WriteFile("/proc/self/setgroups", "deny") &&
          WriteFile("/proc/self/uid_map", user + " " + user + " 1") &&
          WriteFile("/proc/self/gid_map", group + " " + group + " 1");
  }
  can = can && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        mount("none", folder_.c_str(), "tmpfs", 0, options_.c_str()) == 0;
  if (!can || write(ready, "y", 1) != 1) _exit(1);
  close(ready);
  for (;;) pause();
}

bool SmallDisk::Enter() const {
  return (own_user_ == 0 || setns(users_, CLONE_NEWUSER) == 0) && setns(mounts_, CLONE_NEWNS) == 0;
}

void SmallDisk::Fill() const { InChild(&SmallDisk::Take); }
void SmallDisk::Clear() const { InChild(&SmallDisk::Free); }

void SmallDisk::InChild(void (SmallDisk::*work)() const) const {
  const pid_t child = fork();
  if (child == 0) {
    if (!Enter()) _exit(1);
    (this->*work)();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("the disk cannot be entered");
}

void SmallDisk::Take() const {
  char bytes[65536];
  std::memset(bytes, 'x', sizeof bytes);
  const int file = open(ballast_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) _exit(1);
  while (write(file, bytes, sizeof bytes) > 0) {
  }
}

void SmallDisk::Free() const { unlink(ballast_.c_str()); }

}  // namespace boutique::testing
