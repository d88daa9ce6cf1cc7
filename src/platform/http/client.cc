// SPDX-License-Identifier: Apache-2.0
#include "platform/http/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace boutique::http {
namespace {

struct Outgoing {
  std::string url;
  bool is_post = false;
  std::string body;
  std::vector<std::string> headers;  // "Name: value"
  FetchOptions options;
  std::chrono::milliseconds budget{0};
};

struct Incoming {
  Response response;
  std::size_t most_body = 0;
  bool too_much = false;
};

std::size_t TakeBody(char* data, std::size_t size, std::size_t count, void* target) {
  auto& incoming = *static_cast<Incoming*>(target);
  if (incoming.response.body.size() + size * count > incoming.most_body) {
    incoming.too_much = true;
    return 0;  // ends the transfer
  }
  incoming.response.body.append(data, size * count);
  return size * count;
}

std::size_t TakeHeader(char* data, std::size_t size, std::size_t count, void* target) {
  auto& incoming = *static_cast<Incoming*>(target);
  const absl::string_view line(data, size * count);
  // The first line of each answer, a redirection's too.
  if (absl::StartsWith(line, "HTTP/")) incoming.response.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon != absl::string_view::npos && incoming.response.headers.size() < 100) {
    incoming.response.Add(line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return size * count;
}

struct FreeEasy {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void AllowOnlyHttp(CURL* curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

absl::Status ToStatus(CURLcode code, const Incoming& incoming) {
  if (incoming.too_much) return absl::ResourceExhaustedError("the answer is too large");
  switch (code) {
    case CURLE_OK: return absl::OkStatus();
    case CURLE_OPERATION_TIMEDOUT: return absl::DeadlineExceededError("the peer did not answer in time");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return absl::InvalidArgumentError("the address is no http or https URL");
    default: return absl::UnavailableError(absl::StrCat("the peer cannot be reached: ", curl_easy_strerror(code)));
  }
}

// Blocks: for the pool.
absl::StatusOr<Response> Fetch(const Outgoing& outgoing) {
  const std::unique_ptr<CURL, FreeEasy> curl(curl_easy_init());
  if (curl == nullptr) return absl::ResourceExhaustedError("no memory for a request");
  std::unique_ptr<curl_slist, FreeList> headers;
  for (const std::string& header : outgoing.headers) {
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  }
  Incoming incoming;
  incoming.most_body = outgoing.options.most_body;
  AllowOnlyHttp(curl.get());
  curl_easy_setopt(curl.get(), CURLOPT_URL, outgoing.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(outgoing.budget.count()));
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, outgoing.options.most_redirects > 0 ? 1L : 0L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, static_cast<long>(outgoing.options.most_redirects));
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &incoming);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &incoming);
  if (outgoing.is_post) {
    curl_easy_setopt(curl.get(), CURLOPT_POST, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, outgoing.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(outgoing.body.size()));
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (absl::Status bad = ToStatus(code, incoming); !bad.ok()) return bad;
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  incoming.response.status = static_cast<int>(status);
  return std::move(incoming.response);
}

void HandOn(absl::string_view name, const std::string& value, std::vector<std::string>* headers) {
  if (!value.empty() && telemetry::MayTravel(value)) headers->push_back(absl::StrCat(name, ": ", value));
}

rpc::Reply<Response> Run(rpc::BlockingPool& pool, const rpc::CallContext& call, Outgoing outgoing) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(call.Left());
  outgoing.budget = std::max(std::chrono::milliseconds(1), std::min(outgoing.options.timeout, left));
  if (call.trace.IsSet()) {
    outgoing.headers.push_back(absl::StrCat("traceparent: ", telemetry::WriteTraceparent(call.trace)));
    if (call.trace.speaks_b3) outgoing.headers.push_back(absl::StrCat("b3: ", telemetry::WriteB3(call.trace)));
  }
  HandOn("tracestate", call.trace.tracestate, &outgoing.headers);
  HandOn("baggage", call.trace.baggage, &outgoing.headers);
  HandOn("x-request-id", call.trace.request_id, &outgoing.headers);
  // 100-continue would cost a second where the peer does not know it.
  outgoing.headers.emplace_back("Expect:");
  auto fetch = [outgoing = std::move(outgoing)] { return Fetch(outgoing); };
  auto fetched = co_await pool.Run(call, std::move(fetch));
  co_return std::move(fetched);
}

// libcurl's own start is not thread-safe.
void InitOnce() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)started;
}

}  // namespace

rpc::Reply<Response> Client::Get(const rpc::CallContext& call, std::string url, FetchOptions options) {
  InitOnce();
  Outgoing outgoing;
  outgoing.url = std::move(url);
  outgoing.options = options;
  return Run(pool_, call, std::move(outgoing));
}

rpc::Reply<Response> Client::Post(const rpc::CallContext& call, std::string url, std::string content_type,
                                  std::string body, FetchOptions options) {
  InitOnce();
  Outgoing outgoing;
  outgoing.url = std::move(url);
  outgoing.is_post = true;
  outgoing.body = std::move(body);
  outgoing.headers.push_back(absl::StrCat("Content-Type: ", content_type));
  outgoing.options = options;
  return Run(pool_, call, std::move(outgoing));
}

}  // namespace boutique::http
