// SPDX-License-Identifier: Apache-2.0
// Requests to an HTTPS API: libcurl on threads of its own, over connections that are kept.
// Threads: safe from any loop; the result comes back to the caller's.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "platform/curl/curl_handle.h"
#include "platform/rpc/blocking_pool.h"
#include "platform/rpc/call_context.h"

namespace boutique::curl {

struct HttpOptions {
  unsigned threads = 16;  // requests at once; more wait
  std::chrono::milliseconds timeout = std::chrono::seconds(20);  // of one request, and no more than its call has left
  std::size_t most_body = 256 * 1024;                            // bytes of an answer
  std::string ca_file;                                           // empty: the system's authorities
};

struct HttpRequest {
  std::string method = "GET";  // GET, or POST with `form`
  std::string url;             // http or https
  std::vector<std::string> headers;  // "Name: value"
  std::string form;            // as EncodeForm writes it
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// "a=1&b%5B%5D=two%20words": application/x-www-form-urlencoded.
std::string EncodeForm(const std::vector<std::pair<std::string, std::string>>& fields);

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options = {});

  // What the peer answered, whatever its status; redirections are not followed.
  //   UNAVAILABLE: it cannot be reached, or the connection ended before the answer: it may have got the request
  //   DEADLINE_EXCEEDED, CANCELLED: the call's time is up or its caller has gone, noticed within a second; the peer may
  //     have got the request
  //   RESOURCE_EXHAUSTED: the answer is too large, or too many requests wait
  //   INVALID_ARGUMENT: the URL is neither http nor https, or a header has a control character
  // No status tells the URL, a header or a body.
  rpc::Reply<HttpAnswer> Send(const rpc::CallContext& call, HttpRequest request);

 private:
  absl::StatusOr<HttpAnswer> Fetch(const rpc::CallContext& call, const HttpRequest& request);
  EasyHandle Borrow();
  void GiveBack(EasyHandle handle);

  const HttpOptions options_;
  std::mutex mutex_;
  std::vector<EasyHandle> idle_;  // each with its connections
  rpc::BlockingPool pool_;
};

}  // namespace boutique::curl
