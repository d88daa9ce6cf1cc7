// SPDX-License-Identifier: Apache-2.0
#include "platform/http/exchange.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/coro/spawn.h"
#include "platform/http/header_only_response.h"
#include "platform/http/request_trace.h"

namespace boutique::http::internal {
namespace {

// The origin form of a target: proxies may send the whole URL.
absl::string_view OriginForm(absl::string_view target) {
  if (!absl::StartsWithIgnoreCase(target, "http://") && !absl::StartsWithIgnoreCase(target, "https://")) return target;
  const std::size_t authority = target.find("//") + 2;
  const std::size_t path = target.find('/', authority);
  return path == absl::string_view::npos ? absl::string_view("/") : target.substr(path);
}

template <typename Builder>
void AddHeaders(Response& response, bool close, Builder* builder) {
  if (close) builder->connection_close();
  for (auto& [name, value] : response.headers) builder->append_header(std::move(name), std::move(value));
  builder->append_header_date_field();
}

}  // namespace

Request ReadRequest(const restinio::request_t& raw) {
  Request request;
  const auto& header = raw.header();
  request.method = header.method().c_str();
  request.target = header.request_target();
  absl::string_view origin = OriginForm(request.target);
  origin = origin.substr(0, origin.find('#'));
  const std::size_t question = origin.find('?');
  request.path = std::string(origin.substr(0, question));
  if (question != absl::string_view::npos) request.query = std::string(origin.substr(question + 1));
  request.headers.reserve(header.fields_count());
  header.for_each_field([&](const restinio::http_header_field_t& field) {
    request.headers.emplace_back(field.name(), field.value());
  });
  request.body = raw.body();
  const auto& peer = raw.remote_endpoint();
  boost::system::error_code ignored;
  request.peer = absl::StrCat(peer.address().to_string(ignored), ":", peer.port());
  request.id = RequestIdOf(request);
  return request;
}

Response Refusal(const ServerOptions& options, const Request& request, int status) {
  Response response = options.refuse ? options.refuse(request, status) : PlainText(status, ReasonPhrase(status));
  if (status == 405) response.Set("Allow", request.allow);
  if (status == 503 && response.HeaderOf("Retry-After").empty()) response.Set("Retry-After", "1");
  return response;
}

int CheckRequest(const restinio::request_t& raw, const Request& request, const ServerOptions& options) {
  std::size_t header = request.target.size();
  for (const auto& [name, value] : request.headers) header += name.size() + value.size() + 4;
  if (header > options.most_header) return 431;
  if (request.body.size() > options.most_body) return 413;
  // RFC 9112, section 3.2: a request of HTTP/1.1 names its host, once. RESTinio does not tell the version; HTTP/1.0, which
  // need not name one, closes.
  const auto hosts = std::count_if(request.headers.begin(), request.headers.end(),
                                   [](const Header& header) { return SameHeader(header.first, "host"); });
  if (hosts > 1 || (hosts == 0 && raw.header().should_keep_alive())) return 400;
  return 0;
}

void Exchange::Run() {
  telemetry::StartSpan(&call.trace, &call.loop->random());
  coro::Spawn(options->guard ? RunGuarded() : (*handler)(call, request), [this](absl::StatusOr<Response> result) {
    if (result.ok()) {
      response = *std::move(result);
    } else {
      response = Refusal(*options, request, HttpStatusOf(result.status().code()));
    }
    if (IsStream()) return RunBody();
    owner->Ended(this);
  });
}

void Exchange::RunBody() {
  body = std::move(response.stream);
  body_call = call;
  body_call.deadline = std::chrono::system_clock::time_point::max();
  writer.emplace(body_call, [this](std::string bytes, std::function<void(bool)> sent) {
    owner->SendPiece(this, std::move(bytes), std::move(sent));
  });
  owner->StreamBegins(this);
  coro::Spawn(body(body_call, *writer), [this] { owner->StreamEnded(this); });
}

rpc::Reply<Response> Exchange::RunGuarded() {
  auto stopped = co_await options->guard(call, request);
  if (!stopped.ok()) co_return stopped.status();
  if (stopped->has_value()) co_return **std::move(stopped);
  if (refused != 0) co_return Refusal(*options, request, refused);
  auto answer = co_await (*handler)(call, request);
  co_return std::move(answer);
}

void SendHead(Exchange& exchange, bool close) {
  Response& response = exchange.response;
  exchange.streamed.emplace(exchange.handle->create_response<Streamed>(
      restinio::http_status_line_t(restinio::http_status_code_t(static_cast<std::uint16_t>(response.status)),
                                   std::string(ReasonPhrase(response.status)))));
  AddHeaders(response, close, &*exchange.streamed);
  exchange.streamed->Begin();
}

void SendResponse(Exchange& exchange, bool close, restinio::write_status_cb_t written) {
  Response& response = exchange.response;
  restinio::http_status_line_t status(restinio::http_status_code_t(static_cast<std::uint16_t>(response.status)),
                                      std::string(ReasonPhrase(response.status)));
  // RFC 9110, section 8.6: 204 has no Content-Length, and 304 none but that of the answer it stands for.
  // Nor is it known of what would be streamed.
  if (response.status == 204 || response.status == 304 || response.stream) {
    auto builder = exchange.handle->create_response<HeaderOnly>(std::move(status));
    AddHeaders(response, close, &builder);
    return builder.done(std::move(written));
  }
  auto builder = exchange.handle->create_response<restinio::user_controlled_output_t>(std::move(status));
  AddHeaders(response, close, &builder);
  builder.set_content_length(response.size());
  if (!exchange.request.IsHead()) {
    if (response.static_body.empty()) {
      builder.set_body(std::move(response.body));
    } else {
      builder.set_body(restinio::const_buffer(response.static_body.data(), response.static_body.size()));
    }
  }
  builder.done(std::move(written));
}

}  // namespace boutique::http::internal
