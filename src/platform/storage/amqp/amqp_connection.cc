// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

#include <initializer_list>
#include <vector>

#include "absl/strings/str_cat.h"

namespace boutique::amqp::internal {
namespace {

constexpr int kMostFrame = 131072;

timeval TimeOf(std::chrono::milliseconds duration) {
  return {duration.count() / 1000, static_cast<suseconds_t>(duration.count() % 1000 * 1000)};
}

amqp_table_entry_t Entry(const char* key, absl::string_view text) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(key);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = BytesOf(text);
  return entry;
}
amqp_table_entry_t Entry(const char* key, std::int64_t number) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(key);
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = number;
  return entry;
}

amqp_table_t TableOf(std::vector<amqp_table_entry_t>& entries) {
  return {static_cast<int>(entries.size()), entries.data()};
}

// Of an exception: RabbitMQ's number and text name what was refused, never a password.
absl::Status Refused(int code, amqp_bytes_t text) {
  const std::string message = absl::StrCat("rabbitmq: ", ViewOf(text));
  switch (code) {
    case AMQP_ACCESS_REFUSED: return absl::PermissionDeniedError(message);
    case AMQP_NOT_ALLOWED:  // an unknown virtual host
    case AMQP_NOT_FOUND:
    case AMQP_PRECONDITION_FAILED: return absl::FailedPreconditionError(message);
    default: return absl::UnavailableError(message);
  }
}

}  // namespace

amqp_bytes_t BytesOf(absl::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};  // rabbitmq-c does not write to it
}
absl::string_view ViewOf(amqp_bytes_t bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

absl::Status StatusOf(int library_error) {
  if (library_error >= 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("rabbitmq: ", amqp_error_string2(library_error)));
}

absl::Status StatusOf(const amqp_rpc_reply_t& reply) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL: return absl::OkStatus();
    case AMQP_RESPONSE_LIBRARY_EXCEPTION: return StatusOf(reply.library_error);
    case AMQP_RESPONSE_SERVER_EXCEPTION: break;
    default: return absl::UnavailableError("rabbitmq: the connection has ended");
  }
  if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* const why = static_cast<amqp_connection_close_t*>(reply.reply.decoded);
    return Refused(why->reply_code, why->reply_text);
  }
  if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto* const why = static_cast<amqp_channel_close_t*>(reply.reply.decoded);
    return Refused(why->reply_code, why->reply_text);
  }
  return absl::UnavailableError("rabbitmq: an answer that was not expected");
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const Options& options, const Topology& topology,
                                                             const std::string& name) {
  std::unique_ptr<Connection> connection(new Connection());
  if (connection->state_ == nullptr) return absl::ResourceExhaustedError("rabbitmq: no memory");
  absl::Status done = connection->Connect(options);
  if (done.ok()) done = connection->LogIn(options, name);
  if (done.ok()) done = connection->Declare(topology);
  if (!done.ok()) return done;
  return connection;
}

Connection::~Connection() {
  if (state_ != nullptr) amqp_destroy_connection(state_);
}

absl::Status Connection::LastAnswer() const { return StatusOf(amqp_get_rpc_reply(state_)); }

void Connection::Close() { amqp_connection_close(state_, AMQP_REPLY_SUCCESS); }

absl::Status Connection::Connect(const Options& options) {
  amqp_socket_t* const socket = options.tls ? amqp_ssl_socket_new(state_) : amqp_tcp_socket_new(state_);
  if (socket == nullptr) return absl::ResourceExhaustedError("rabbitmq: no socket can be made");
  if (options.tls) {
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    const bool trusts =
        options.ca_file.empty()
            ? SSL_CTX_set_default_verify_paths(static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket))) == 1
            : amqp_ssl_socket_set_cacert(socket, options.ca_file.c_str()) == AMQP_STATUS_OK;
    if (!trusts) return absl::InvalidArgumentError("rabbitmq: the certificates to trust cannot be read");
  }
  timeval patience = TimeOf(options.connect_timeout);
  amqp_set_handshake_timeout(state_, &patience);
  amqp_set_rpc_timeout(state_, &patience);
  absl::Status done = StatusOf(amqp_socket_open_noblock(socket, options.host.c_str(), options.port, &patience));
  if (done.ok()) LimitWriting(options.heartbeat);
  return done;
}

void Connection::LimitWriting(std::chrono::milliseconds limit) {
  const auto milliseconds = static_cast<unsigned>(limit.count());
  // Without it heartbeats alone find a dead peer, as long as nothing is being written.
  [[maybe_unused]] const int set =
      setsockopt(socket(), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
}

absl::Status Connection::LogIn(const Options& options, const std::string& name) {
  std::vector<amqp_table_entry_t> able = {Entry("consumer_cancel_notify", ""), Entry("connection.blocked", "")};
  for (amqp_table_entry_t& each : able) {
    each.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    each.value.value.boolean = 1;
  }
  std::vector<amqp_table_entry_t> properties = {Entry("connection_name", name), Entry("capabilities", "")};
  properties[1].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[1].value.value.table = TableOf(able);
  const amqp_table_t table = TableOf(properties);
  absl::Status done = StatusOf(amqp_login_with_properties(
      state_, options.vhost.c_str(), 1, kMostFrame, static_cast<int>(options.heartbeat.count()), &table,
      AMQP_SASL_METHOD_PLAIN, options.user.c_str(), options.password.c_str()));
  if (!done.ok()) return done;
  amqp_channel_open(state_, kChannel);
  return LastAnswer();
}

absl::Status Connection::Declare(const Topology& topology) {
  const std::string dead = DeadName(topology.exchange);
  for (const std::string& exchange : {topology.exchange, dead}) {
    amqp_exchange_declare(state_, kChannel, BytesOf(exchange),
                          amqp_cstring_bytes(exchange == dead ? "direct" : "topic"), /*passive=*/0, /*durable=*/1,
                          /*auto_delete=*/0, /*internal=*/0, amqp_empty_table);
    if (absl::Status done = LastAnswer(); !done.ok()) return done;
  }
  for (const Queue& queue : topology.queues) {
    if (absl::Status done = DeclareQueue(topology.exchange, queue); !done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::Status Connection::DeclareQueue(const std::string& exchange, const Queue& queue) {
  const std::string dead_exchange = DeadName(exchange);
  const std::string dead_queue = DeadName(queue.name);
  // A dead message leaves the queue only when the dead-letter queue has it: that needs reject-publish, which means
  // nothing beside, for the queue's length has no limit.
  std::vector<amqp_table_entry_t> living = {
      Entry("x-queue-type", "quorum"),           Entry("x-delivery-limit", queue.delivery_limit),
      Entry("x-dead-letter-exchange", dead_exchange), Entry("x-dead-letter-routing-key", queue.name),
      Entry("x-dead-letter-strategy", "at-least-once"), Entry("x-overflow", "reject-publish")};
  std::vector<amqp_table_entry_t> dead = {Entry("x-queue-type", "quorum")};
  const auto declare = [this](const std::string& name, std::vector<amqp_table_entry_t>& arguments) {
    amqp_queue_declare(state_, kChannel, BytesOf(name), /*passive=*/0, /*durable=*/1, /*exclusive=*/0,
                       /*auto_delete=*/0, TableOf(arguments));
    return LastAnswer();
  };
  const auto bind = [this](const std::string& name, const std::string& from, const std::string& key) {
    amqp_queue_bind(state_, kChannel, BytesOf(name), BytesOf(from), BytesOf(key), amqp_empty_table);
    return LastAnswer();
  };
  // RabbitMQ 3.10 keeps the name of a new quorum queue in memory for up to three seconds; if it is killed meanwhile, the
  // queue comes back without its messages, and without a leader. But it writes a name down before it takes the next: so
  // the queue that must lose nothing comes first, and nobody publishes before the other one is there, too.
  absl::Status done = declare(queue.name, living);
  if (done.ok()) done = declare(dead_queue, dead);
  if (done.ok()) done = bind(dead_queue, dead_exchange, queue.name);
  for (const std::string& key : queue.routing_keys) {
    if (done.ok()) done = bind(queue.name, exchange, key);
  }
  return done;
}

}  // namespace boutique::amqp::internal
