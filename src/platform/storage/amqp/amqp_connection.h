// SPDX-License-Identifier: Apache-2.0
// One connection to RabbitMQ with one channel: the owner of rabbitmq-c's handle.
// Threads: blocks while it is set up, so it belongs to an I/O thread; nothing of it is safe from another.
#pragma once

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#else
#include <amqp.h>
#endif

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/storage/amqp/amqp_options.h"
#include "platform/storage/amqp/amqp_topology.h"

namespace boutique::amqp::internal {

inline constexpr amqp_channel_t kChannel = 1;

// The view's bytes as rabbitmq-c takes them; the other way round.
amqp_bytes_t BytesOf(absl::string_view text);
absl::string_view ViewOf(amqp_bytes_t bytes);

class Connection {
 public:
  // Connects, authenticates, opens the channel and declares the topology. UNAVAILABLE if RabbitMQ cannot be reached or
  // does not answer in time, PERMISSION_DENIED if it does not let the user in, FAILED_PRECONDITION if it refuses the
  // topology, INVALID_ARGUMENT if the certificates to trust cannot be read. No message carries a credential.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Options& options, const Topology& topology,
                                                          const std::string& name);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  // Drops the connection without a word.
  ~Connection();

  // For the operations of rabbitmq-c.
  amqp_connection_state_t state() const { return state_; }
  int socket() const { return amqp_get_sockfd(state_); }
  // OK, or what the last operation that waits for an answer failed of.
  absl::Status LastAnswer() const;
  // The connection breaks when what was written is not read for so long, 0: for ever. At first it is a heartbeat:
  // rabbitmq-c itself would wait without an end to write a message that is larger than the socket's buffer.
  void LimitWriting(std::chrono::milliseconds limit);
  // Takes leave; what was written before has then arrived. Waits for the answer.
  void Close();

 private:
  Connection() : state_(amqp_new_connection()) {}
  absl::Status Connect(const Options& options);
  absl::Status LogIn(const Options& options, const std::string& name);
  absl::Status Declare(const Topology& topology);
  absl::Status DeclareQueue(const std::string& exchange, const Queue& queue);

  const amqp_connection_state_t state_;
};

// What an operation of rabbitmq-c says: of itself (a negative number), or of RabbitMQ.
absl::Status StatusOf(int library_error);
absl::Status StatusOf(const amqp_rpc_reply_t& reply);

}  // namespace boutique::amqp::internal
