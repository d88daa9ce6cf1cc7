// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL of a test's own: Debian's, on a free port of 127.0.0.1, with its files in a folder that goes with it.
// It is run by an unprivileged user if the test is root's, because it refuses to be.
// Threads: belongs to the test's.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "support/small_disk.h"
#include "support/temporary_folder.h"

namespace boutique::testing {

class PostgresServer {
 public:
  struct Options {
    bool durable = false;  // otherwise nothing is forced to the disk: a killed server still loses nothing by it
    std::vector<std::string> settings;  // as "max_connections=20"
    int disk_mebibytes = 0;    // of a disk of its own for its data, which can be full; 0: none
    bool log_on_disk = false;  // its write-ahead log is there, too
  };
  explicit PostgresServer(Options options);
  PostgresServer() : PostgresServer(Options()) {}
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // The one of this program, made when it is first asked for, for whoever needs no more than a database of his own.
  static PostgresServer& Shared();

  // Starts it, again with its data and on the same port, and returns when it takes connections. Throws if it does not.
  void Start();
  // Ends all of it at once, as a crash does, and waits for that.
  void Kill();
  // Stops all of it in the middle of whatever it does, its connections open, until Thaw.
  void Freeze() const;
  void Thaw() const;

  // The disk of its own; null if it has none, for that was not asked for or nobody may mount here.
  const SmallDisk* disk() const { return disk_.get(); }

  // A new, empty database: its URL, with user and password.
  std::string NewDatabase();
  // The URL of one that is there or not, for a user and with a password that are so or not.
  std::string Url(const std::string& database, const std::string& user = "shop",
                  const std::string& password = "open sesame") const;
  int port() const { return port_; }
  // Its first process; the others descend from it.
  pid_t pid() const { return process_; }

  // What the statement answers in the database of the URL: columns joined by "|", rows by a line's end. Throws if it
  // fails.
  static std::string Do(const std::string& url, const std::string& statement);

 private:
  void MakeFiles();
  void MakeDisk();
  bool Launch();
  void Signal(int signal) const;
  bool Awaits() const;

  const Options options_;
  TemporaryFolder folder_;
  std::unique_ptr<SmallDisk> disk_;
  int port_ = 0;
  pid_t process_ = 0;
  int databases_ = 0;
};

}  // namespace boutique::testing
