// SPDX-License-Identifier: Apache-2.0
// A disk of a test's own that can be full: a filesystem in memory that only those who enter it see.
// Threads: belongs to the test's.
#pragma once

#include <sys/types.h>

#include <string>

namespace boutique::testing {

class SmallDisk {
 public:
  // In this folder, which is there, for the user and group with these numbers.
  SmallDisk(std::string folder, int mebibytes, uid_t user, gid_t group);
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();

  // False where nobody may mount, as in a container without that right: then there is no such disk.
  bool IsThere() const { return keeper_ > 0; }
  // From now on the calling process, which has one thread, sees it. For a child before it executes a program.
  bool Enter() const;
  // Takes all that is free on it, and frees that again.
  void Fill() const;
  void Clear() const;

 private:
  void Keep(int ready) const;
  void InChild(void (SmallDisk::*work)() const) const;
  void Take() const;
  void Free() const;

  const std::string folder_;
  const std::string ballast_;
  const std::string options_;
  const uid_t own_user_;
  const gid_t own_group_;
  pid_t keeper_ = 0;  // without it the disk would be gone with the last program that sees it
  int users_ = -1;    // namespaces
  int mounts_ = -1;
};

}  // namespace boutique::testing
