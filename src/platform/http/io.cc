// SPDX-License-Identifier: Apache-2.0
#include "platform/http/io.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "platform/http/request_trace.h"

namespace boutique::http::internal {

namespace {

// The status of what the router did not find, 0 if it did.
int StatusOf(Router::Outcome outcome) {
  switch (outcome) {
    case Router::Outcome::kFound: return 0;
    case Router::Outcome::kNotFound: return 404;
    case Router::Outcome::kMethodNotAllowed: return 405;
    case Router::Outcome::kBadPath: return 400;
  }
  return 404;
}

}  // namespace

// Stores and calls need files, too.
int ConnectionLimit(int wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return wanted;
  return std::max(1, std::min(wanted, static_cast<int>(files.rlim_cur / 2)));
}

absl::Status Io::Start(const Listener& listener) {
  context_.emplace(1);
  work_.emplace(context_->get_executor());
  const auto protocol = listener.is_ipv6() ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
  const int fd = listener.fd();
  try {
    server_ = std::make_unique<RestinioServer>(restinio::external_io_context(*context_), [&](auto& settings) {
      const ServerOptions& options = shared_.options;
      settings.protocol(protocol)
          .address(listener.is_ipv6() ? "::1" : "127.0.0.1")
          .port(0)
          // RESTinio binds a socket of its own; in its place comes the one that all I/O threads share. Sharing the port
          // instead (SO_REUSEPORT) would let another process have it, too.
          .acceptor_post_bind_hook([fd, protocol](asio::ip::tcp::acceptor& acceptor) {
            acceptor.close();
            acceptor.assign(protocol, fcntl(fd, F_DUPFD_CLOEXEC, 0));
          })
          .socket_options_setter([this](restinio::socket_options_t& socket) {
            // An exception here closes the connection, and that is all it does.
            if (shared_.connections.load() >= shared_.most_connections) throw std::runtime_error("too many connections");
            socket.set_option(asio::ip::tcp::no_delay(true));
          })
          .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                        .max_url_size(AnsweringSocket::kMostHeader)
                                        .max_field_name_size(1024)
                                        .max_field_value_size(AnsweringSocket::kMostHeader)
                                        .max_field_count(256)
                                        .max_body_size(AnsweringSocket::kMostBody))
          .timer_manager(std::min(std::chrono::milliseconds(1000), options.read_timeout / 4))
          .read_next_http_message_timelimit(options.read_timeout)
          .write_http_response_timelimit(options.write_timeout)
          // Handlers end by their deadline; this is for those that do not.
          .handle_request_timeout(std::chrono::duration_cast<std::chrono::milliseconds>(options.deadline) * 2 +
                                  std::chrono::seconds(10))
          .max_pipelined_requests(options.most_pipelined)
          .concurrent_accepts_count(1)
          .connection_state_listener(std::make_shared<StateListener>(StateListener{this}))
          .request_handler(TakeRequest{this});
    });
    server_->open_sync();
  } catch (const std::exception& error) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", shared_.options.host, ":", listener.port(), ": ",
                                               error.what()));
  }
  thread_ = std::thread([this] { context_->run(); });
  return absl::OkStatus();
}

void Io::CloseListener() {
  asio::post(*context_, [this] { server_->close_sync(); });
}

void Io::CancelRequests() {
  asio::post(*context_, [this] {
    for (const auto& [id, connection] : connections_) {
      for (const Exchange* exchange : connection.exchanges) Cancel(*exchange);
    }
  });
}

void Io::CancelStreams() {
  asio::post(*context_, [this] {
    for (const auto& [id, connection] : connections_) {
      for (const Exchange* exchange : connection.exchanges) {
        if (exchange->streamed.has_value()) Cancel(*exchange);
      }
    }
  });
}

void Io::Stop() {
  if (!context_.has_value()) return;
  // Behind the answers that are on their way to this thread.
  asio::post(*context_, [this] { context_->stop(); });
  if (thread_.joinable()) thread_.join();
  server_.reset();
  work_.reset();
  context_.reset();  // and with it the connections
  shared_.connections.fetch_sub(static_cast<int>(connections_.size()));
  connections_.clear();
}

void Io::Opened(restinio::connection_id_t id) {
  connections_[id];
  shared_.connections.fetch_add(1);
}

// RESTinio reads on while a request is being served, so it knows when the client has gone.
void Io::Closed(restinio::connection_id_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  for (const Exchange* exchange : found->second.exchanges) Cancel(*exchange);
  connections_.erase(found);
  shared_.connections.fetch_sub(1);
  shared_.Changed();
}

void Io::Cancel(const Exchange& exchange) {
  // On the loop, where everything that watches the token lives.
  loop_.Post([stop = exchange.stop]() mutable { stop.request_stop(); });
}

void Io::Take(restinio::request_handle_t handle) {
  auto owned = std::make_unique<Exchange>();
  Exchange* exchange = owned.get();
  exchange->start = std::chrono::steady_clock::now();
  exchange->arrived = std::chrono::system_clock::now();
  exchange->owner = this;
  exchange->options = &shared_.options;
  exchange->connection = handle->connection_id();
  exchange->keep_alive = handle->header().should_keep_alive() &&
                         handle->header().connection() != restinio::http_connection_header_t::upgrade;
  exchange->request = ReadRequest(*handle);
  exchange->handle = std::move(handle);
  shared_.unanswered.fetch_add(1);
  shared_.in_flight.Increment();
  if (!Admit(exchange, *exchange->handle)) return Answer(std::move(owned));

  const auto now = exchange->arrived;
  exchange->call.deadline =
      now + std::chrono::duration_cast<std::chrono::system_clock::duration>(shared_.options.deadline);
  exchange->call.cancelled = exchange->stop.get_token();
  exchange->call.loop = &loop_;
  exchange->call.trace = TraceOf(exchange->request);
  connections_[exchange->connection].exchanges.push_back(exchange);
  loop_.Post(owned.release());
}

// Whether the request is to be served; if not, its response is set.
bool Io::Admit(Exchange* exchange, const restinio::request_t& raw) {
  Router::Match match = shared_.router.Find(exchange->request.method, exchange->request.path);
  exchange->pattern = match.pattern;
  exchange->request.route = std::string(match.pattern);
  exchange->request.params = std::move(match.params);
  exchange->request.allow = match.allow;
  exchange->handler = match.handler;
  int status = CheckRequest(raw, exchange->request, shared_.options);
  if (status == 0) {
    // What there is, and what not, is the guard's to tell.
    const int missing = StatusOf(match.outcome);
    if (shared_.options.guard) {
      exchange->refused = missing;
    } else {
      status = missing;
    }
  }
  if (status == 0) {
    // Counted first: either Drain waits for this handler, or it is seen here that Drain waits no more.
    const bool is_full = shared_.running.fetch_add(1) >= shared_.options.most_requests;
    if (is_full || shared_.closing.load()) {
      shared_.HandlerEnded();
      status = 503;
    }
  }
  if (status == 0) return true;
  exchange->response = Refusal(shared_.options, exchange->request, status);
  return false;
}

// On the loop: the handler has ended.
void Io::Ended(Exchange* exchange) {
  asio::post(*context_, [this, owned = std::unique_ptr<Exchange>(exchange)]() mutable {
    Forget(owned.get());
    Answer(std::move(owned));
  });
  shared_.HandlerEnded();
}

// On the loop: the handler has ended, and its answer begins. A stream may last: it takes no place of a request.
void Io::StreamBegins(Exchange* exchange) {
  shared_.streams.fetch_add(1);
  shared_.streaming.Increment();
  shared_.in_flight.Decrement();
  asio::post(*context_, [this, exchange] { BeginStream(exchange); });
  shared_.HandlerEnded();
}

void Io::BeginStream(Exchange* exchange) {
  Note(*exchange);
  SendHead(*exchange, MustClose(*exchange));
  // One that begins when the others have been told already.
  if (shared_.draining.load()) Cancel(*exchange);
}

void Io::SendPiece(Exchange* exchange, std::string bytes, std::function<void(bool taken)> sent) {
  asio::post(*context_, [exchange, bytes = std::move(bytes), sent = std::move(sent)]() mutable {
    exchange->streamed->Send(std::move(bytes), [sent = std::move(sent)](const boost::system::error_code& error) {
      sent(!error);
    });
  });
}

void Io::StreamEnded(Exchange* exchange) {
  asio::post(*context_, [this, exchange] { EndStream(exchange); });
  shared_.StreamEnded();
}

void Io::EndStream(Exchange* exchange) {
  const std::unique_ptr<Exchange> owned(exchange);
  Forget(exchange);
  shared_.streaming.Decrement();
  auto written = [this](const boost::system::error_code&) {
    shared_.unanswered.fetch_sub(1);
    shared_.Changed();
  };
  // A client that takes nothing would hold up who waits for the end to be written.
  if (exchange->writer->is_stuck()) {
    written({});
    exchange->streamed->End(/*close=*/true, {});
  } else {
    exchange->streamed->End(MustClose(*exchange), std::move(written));
  }
}

void Io::Forget(Exchange* exchange) {
  const auto found = connections_.find(exchange->connection);
  if (found == connections_.end()) return;
  auto& all = found->second.exchanges;
  all.erase(std::remove(all.begin(), all.end(), exchange), all.end());
}

bool Io::MustClose(const Exchange& exchange) const {
  return !exchange.keep_alive || shared_.draining.load(std::memory_order_relaxed);
}

// Counts the request, with the time until its answer began.
void Io::Note(const Exchange& exchange) {
  const auto took = std::chrono::steady_clock::now() - exchange.start;
  shared_.metrics.Handled(exchange.request.method, exchange.pattern, exchange.response.status, took);
  RecordSpan(exchange, took);
}

void Io::Answer(std::unique_ptr<Exchange> exchange) {
  Note(*exchange);
  auto written = [this](const boost::system::error_code&) {
    shared_.in_flight.Decrement();
    shared_.unanswered.fetch_sub(1);
    shared_.Changed();
  };
  SendResponse(*exchange, MustClose(*exchange), std::move(written));
}

void Io::RecordSpan(const Exchange& exchange, std::chrono::nanoseconds took) const {
  if (shared_.options.spans == nullptr || !exchange.call.trace.sampled || exchange.handler == nullptr) return;
  telemetry::Span span;
  span.trace = exchange.call.trace;
  span.service = "http";
  span.method = exchange.pattern;
  span.start = exchange.arrived;
  span.end = exchange.arrived + std::chrono::duration_cast<std::chrono::system_clock::duration>(took);
  span.code = exchange.response.status < 500 ? absl::StatusCode::kOk : absl::StatusCode::kInternal;
  shared_.options.spans->Record(std::move(span));
}

}  // namespace boutique::http::internal
