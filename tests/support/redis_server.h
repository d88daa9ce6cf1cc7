// SPDX-License-Identifier: Apache-2.0
// A Redis of a test's own: Debian's redis-server on a free port of 127.0.0.1, with its files in a folder that goes with
// it. Threads: belongs to the test's.
#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <string>

#include "support/temporary_folder.h"

namespace boutique::testing {

class RedisServer {
 public:
  struct Options {
    std::string password;
    bool tls = false;    // with a certificate for localhost and 127.0.0.1
    bool start = true;   // otherwise only the port is chosen
    bool append = false;  // it writes down what changes
  };
  explicit RedisServer(Options options);
  RedisServer() : RedisServer(Options()) {}
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() { Kill(); }

  // Starts it, again with no data and on the same port, and returns when it answers. Throws if it does not start.
  void Start();
  // Ends it at once.
  void Kill();
  // From now on it can write no file, as on a full disk, and then it can again.
  void FillDisk() const;
  void ClearDisk() const;
  // Stops it in the middle of whatever it does, its connections open, until Thaw.
  void Freeze();
  void Thaw();

  int port() const { return port_; }
  pid_t pid() const { return process_; }
  // "127.0.0.1:port".
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // The authority that signed its certificate.
  std::string ca_file() const { return folder_.File("ca.crt"); }
  // An authority that did not.
  std::string other_ca_file() const { return folder_.File("other.crt"); }

  // What Redis answers to the command, as text: the elements of a list joined by a space, "(nil)" for nothing.
  std::string Do(std::initializer_list<std::string> words) const;

 private:
  bool Launch();

  const Options options_;
  TemporaryFolder folder_;
  int port_ = 0;
  pid_t process_ = 0;
  int output_ = -1;
};

}  // namespace boutique::testing
