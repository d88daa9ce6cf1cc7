// SPDX-License-Identifier: Apache-2.0
// Outgoing HTTP requests to the few peers that speak no gRPC: libcurl on threads that may block.
// Threads: safe from any loop; the result comes back to the caller's.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "platform/http/message.h"
#include "platform/rpc/blocking_pool.h"
#include "platform/rpc/call_context.h"

namespace boutique::http {

struct FetchOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds(5);  // of the whole request, and no more than is left
  std::size_t most_body = 1024 * 1024;                          // bytes of the answer
  int most_redirects = 3;                                       // followed to http and https only
};

class Client {
 public:
  // The pool outlives the client.
  explicit Client(rpc::BlockingPool& pool) : pool_(pool) {}

  // What the peer answered, whatever its status is. UNAVAILABLE if it could not be reached, DEADLINE_EXCEEDED if it was
  // too slow, RESOURCE_EXHAUSTED if it answered more than allowed, INVALID_ARGUMENT if `url` is neither http nor https.
  // The request's trace travels along.
  rpc::Reply<Response> Get(const rpc::CallContext& call, std::string url, FetchOptions options = {});
  rpc::Reply<Response> Post(const rpc::CallContext& call, std::string url, std::string content_type, std::string body,
                            FetchOptions options = {});

 private:
  rpc::BlockingPool& pool_;
};

}  // namespace boutique::http
