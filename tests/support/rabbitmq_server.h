// SPDX-License-Identifier: Apache-2.0
// A RabbitMQ of a test's own: Debian's, on free ports of 127.0.0.1, with a node name, a cookie and a port mapper of its
// own and its files in a folder that goes with it, run by an unprivileged user if the test is root's. It takes seconds
// to start: one for a program. Threads: belongs to the test's.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace boutique::testing {

class RabbitMqServer {
 public:
  struct Options {
    bool tls = false;  // also listens with TLS, with a certificate for localhost and 127.0.0.1
  };
  explicit RabbitMqServer(Options options);
  RabbitMqServer() : RabbitMqServer(Options()) {}
  RabbitMqServer(const RabbitMqServer&) = delete;
  RabbitMqServer& operator=(const RabbitMqServer&) = delete;
  ~RabbitMqServer();

  // The one of this program, with TLS, made when it is first asked for.
  static RabbitMqServer& Shared();

  // Starts it, again with its data and on the same ports, and returns when it takes connections. Throws if it does not.
  void Start();
  // Ends it at once, as a crash does, and waits for that.
  void Kill();
  // Stops it in the middle of whatever it does, its connections open, until Thaw.
  void Freeze() const;
  void Thaw() const;

  // Has it find its disk full, as RabbitMQ means that: less is free than it wants. It takes no messages while it is.
  void FillDisk() const;
  void ClearDisk() const;

  int port() const { return port_; }
  // Its first process; the others descend from it.
  pid_t pid() const { return process_; }
  // "amqp://user:password@127.0.0.1:port/vhost", at its own port or another's.
  std::string Url(int port, const std::string& password = "open%20sesame") const;
  std::string Url() const { return Url(port_); }
  // The same by TLS and the name localhost, with the authority that signed its certificate, or another one's.
  std::string TlsUrl(bool trusted = true) const;

  // How many messages are ready in the queue; -1 if there is no such queue.
  std::int64_t Messages(const std::string& queue) const;
  // Publishes to the exchange.
  void Publish(const std::string& exchange, const std::string& routing_key, const std::string& id,
               const std::string& body) const;
  // Takes all messages out of the queue: "id:body" of each.
  std::vector<std::string> TakeAll(const std::string& queue) const;
  void Delete(const std::string& queue) const;

 private:
  void MakeFiles() const;
  std::vector<std::string> Environment() const;
  void WantFree(const std::string& bytes) const;
  void MakeCertificates() const;

  const Options options_;
  TemporaryFolder folder_;
  int port_ = 0;
  int tls_port_ = 0;
  int node_port_ = 0;
  int mapper_port_ = 0;
  pid_t process_ = 0;
  pid_t mapper_ = 0;
};

}  // namespace boutique::testing
