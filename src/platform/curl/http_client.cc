// SPDX-License-Identifier: Apache-2.0
#include "platform/curl/http_client.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace boutique::curl {
namespace {

constexpr auto kConnectTimeout = std::chrono::seconds(5);

struct Exchange {
  const rpc::CallContext& call;
  const std::size_t most_body;
  std::string body;
  bool too_much = false;
};

std::size_t TakeBody(char* data, std::size_t size, std::size_t count, void* target) {
  auto& exchange = *static_cast<Exchange*>(target);
  exchange.too_much = exchange.body.size() + size * count > exchange.most_body;
  if (exchange.too_much) return 0;  // ends the transfer
  exchange.body.append(data, size * count);
  return size * count;
}

// Not 0: give up.
int Watch(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Exchange*>(data)->call.Alive().ok() ? 0 : 1;
}

absl::Status ToStatus(CURLcode code, const Exchange& exchange) {
  if (code == CURLE_OK) return absl::OkStatus();
  if (exchange.too_much) return absl::ResourceExhaustedError("the answer is too large");
  if (code == CURLE_ABORTED_BY_CALLBACK) return exchange.call.Alive();
  if (code == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError("the peer did not answer in time");
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
    return absl::InvalidArgumentError("the address is no http or https URL");
  }
  return absl::UnavailableError(absl::StrCat("the peer cannot be used: ", curl_easy_strerror(code)));
}

void AllowOnlyHttp(CURL* curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

void SetTimes(CURL* curl, std::chrono::milliseconds budget) {
  const auto connect = std::min<std::chrono::milliseconds>(budget, kConnectTimeout);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(budget.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
}

void SetExchange(CURL* curl, Exchange* exchange) {
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, Watch);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
}

bool HasControlCharacter(const std::string& header) {
  return std::any_of(header.begin(), header.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

}  // namespace

std::string EncodeForm(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string form;
  const auto encode = [&form](const std::string& text) {
    const Text encoded(curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())));
    if (encoded != nullptr) form += encoded.get();
  };
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += '&';
    encode(name);
    form += '=';
    encode(value);
  }
  return form;
}

HttpClient::HttpClient(HttpOptions options) : options_(std::move(options)), pool_(options_.threads, 256) { StartCurl(); }

EasyHandle HttpClient::Borrow() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return EasyHandle(curl_easy_init());
  EasyHandle handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

void HttpClient::GiveBack(EasyHandle handle) {
  curl_easy_reset(handle.get());  // keeps the connections
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(handle));
}

absl::StatusOr<HttpAnswer> HttpClient::Fetch(const rpc::CallContext& call, const HttpRequest& request) {
  EasyHandle handle = Borrow();
  if (handle == nullptr) return absl::ResourceExhaustedError("no memory for a request");
  CURL* const curl = handle.get();
  List headers(curl_slist_append(nullptr, "Expect:"));  // waiting for a 100 would cost a second
  for (const std::string& header : request.headers) {
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(call.Left());
  Exchange exchange{.call = call, .most_body = options_.most_body, .body = {}, .too_much = false};
  AllowOnlyHttp(curl);
  SetTimes(curl, std::max(std::chrono::milliseconds(1), std::min(options_.timeout, left)));
  SetExchange(curl, &exchange);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!options_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (request.method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.form.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.form.size()));
  }
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  absl::Status failed = ToStatus(code, exchange);
  GiveBack(std::move(handle));
  if (!failed.ok()) return failed;
  return HttpAnswer{.status = static_cast<int>(status), .body = std::move(exchange.body)};
}

rpc::Reply<HttpAnswer> HttpClient::Send(const rpc::CallContext& call, HttpRequest request) {
  if (std::any_of(request.headers.begin(), request.headers.end(), HasControlCharacter)) {
    co_return absl::InvalidArgumentError("a header has a control character");
  }
  auto fetch = [this, &call, &request] { return Fetch(call, request); };
  auto answer = co_await pool_.Run(call, std::move(fetch));
  co_return std::move(answer);
}

}  // namespace boutique::curl
