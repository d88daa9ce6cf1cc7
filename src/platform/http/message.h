// SPDX-License-Identifier: Apache-2.0
// One HTTP request and one response, as handlers see them.
// Values; a request is constant while its handler runs, a response belongs to whoever makes it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "platform/coro/task.h"
#include "platform/http/body_writer.h"
#include "platform/rpc/call_context.h"

namespace boutique::http {

using Header = std::pair<std::string, std::string>;

struct Request {
  std::string method;        // "GET", in capitals
  std::string target;        // as it was sent: path and query, still encoded
  std::string path;          // the target's path, still encoded
  std::string query;         // what follows the first '?', still encoded
  std::vector<Header> headers;
  std::string body;
  std::string peer;  // "127.0.0.1:51234"
  std::string id;    // x-request-id, or one of the server's making

  // What the router found.
  std::string route;                                        // the pattern, "/product/:id"; empty if none matched
  std::vector<std::pair<std::string, std::string>> params;  // the pattern's parameters, decoded
  std::string allow;                                        // for a method that is not allowed: those that are

  // The first header of this name, in any case of letters; empty if there is none.
  absl::string_view HeaderOf(absl::string_view name) const;
  bool HasHeader(absl::string_view name) const;
  // The value of a parameter of the route's pattern, decoded: Param("id"); empty if the pattern has none of that name.
  absl::string_view Param(absl::string_view name) const;
  bool IsHead() const { return method == "HEAD"; }
  // Neither GET, HEAD nor OPTIONS: it may change something.
  bool IsUnsafe() const { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }
};

// Writes a body while it is being sent, on the loop that call.loop is. `call` has the request's trace and no deadline; it
// is cancelled when the client has gone and when the server drains, and the body is then to end at once. It must write
// something from time to time: a connection without a word for twice the server's deadline and 10 s is closed. What it
// refers to outlives it: the call, the writer and the request do.
using BodyStream = std::function<coro::Task<void>(const rpc::CallContext& call, BodyWriter& body)>;

struct Response {
  int status = 200;
  std::vector<Header> headers;  // Content-Length, Connection and Date are the server's
  std::string body;
  // Sent instead of `body`, without a copy, if it is not empty: bytes that live as long as the process.
  absl::string_view static_body;
  // Called in their place, if it is set, when the head is on its way. Not for HEAD.
  BodyStream stream;

  // Adds a header; several of one name are kept (Set-Cookie). Control characters are left out of the value.
  Response& Add(absl::string_view name, absl::string_view value);
  // The same, in place of those of that name.
  Response& Set(absl::string_view name, absl::string_view value);
  // The first header of this name, in any case of letters; empty if there is none.
  absl::string_view HeaderOf(absl::string_view name) const;
  // How many bytes of body there are, not counting what is streamed.
  std::size_t size() const { return static_body.empty() ? body.size() : static_body.size(); }
};

// A response with a body of this type: Answer(200, "text/html; charset=utf-8", page).
Response Answer(int status, absl::string_view content_type, std::string body);
// 303 See Other to `location`: what a form answers.
Response SeeOther(absl::string_view location);
// text/plain with one line.
Response PlainText(int status, absl::string_view line);

// "Not Found": the phrase that belongs to a status; "Unknown" for one that is not registered.
absl::string_view ReasonPhrase(int status);
// The status that answers a failed call: NOT_FOUND is 404, RESOURCE_EXHAUSTED 429, UNAVAILABLE 503 and so on.
int HttpStatusOf(absl::StatusCode code);

// Answers a request, on the loop that call.loop is. The request outlives the coroutine. A status that a handler returns
// goes to the server's Refuse hook.
using Handler = std::function<rpc::Reply<Response>(const rpc::CallContext& call, const Request& request)>;

// The names of two headers are equal but for the case of letters.
bool SameHeader(absl::string_view a, absl::string_view b);

}  // namespace boutique::http
