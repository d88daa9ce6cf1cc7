// SPDX-License-Identifier: Apache-2.0
#include "gateway/gateway.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/access_log.h"
#include "gateway/api/problem.h"
#include "gateway/assets.h"
#include "gateway/csrf.h"
#include "gateway/security_headers.h"
#include "gateway/wrong_input.h"
#include "platform/http/conditional.h"

namespace boutique::gateway {
namespace {

constexpr int kRetryAfterSeconds = 5;
constexpr std::size_t kLeastToCompress = 1024;  // bytes; less fits into one packet anyway

SessionRules RulesOf(const GatewaySettings& settings) {
  SessionRules rules;
  if (!settings.base_url.empty()) rules.path = settings.base_url;
  rules.lifetime = std::chrono::duration_cast<std::chrono::seconds>(settings.cart_lifetime);
  rules.shared = settings.single_shared_session;
  return rules;
}

// Sessions are free to make, so an address has a bound too: that of this many visitors.
constexpr std::int64_t kVisitorsOfAnAddress = 10;

// Where a request comes from: the last address of X-Forwarded-For, which the proxy before us has seen, or the peer.
absl::string_view AddressOf(const http::Request& request) {
  const absl::string_view forwarded = request.HeaderOf("x-forwarded-for");
  if (!forwarded.empty()) return forwarded.substr(forwarded.rfind(',') + 1);
  const absl::string_view peer = request.peer;
  return peer.substr(0, peer.rfind(':'));
}

// A page's status for a failed call. A service that refuses because it is busy is no fault of the shopper's.
int PageStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange: return 422;
    case absl::StatusCode::kResourceExhausted: return 503;
    default: return http::HttpStatusOf(code);
  }
}

bool IsText(absl::string_view content_type) {
  return absl::StartsWith(content_type, "text/") || absl::StartsWith(content_type, "application/json") ||
         absl::StartsWith(content_type, "application/problem+json");
}

// A streamed answer's line in the log, when it has ended.
struct StreamedVisit {
  const http::Request& request;  // outlives the stream
  std::string session_hash;
  std::chrono::steady_clock::time_point start;
  int status;
  http::BodyStream body;
};

coro::Task<void> StreamAndLog(const StreamedVisit& visit, const rpc::CallContext& call, http::BodyWriter& body) {
  co_await visit.body(call, body);
  LogRequest(visit.request, call.trace, visit.session_hash, visit.status, body.written(),
             std::chrono::steady_clock::now() - visit.start, absl::OkStatus());
}

void LogAtEnd(const http::Request& request, std::string session_hash, std::chrono::steady_clock::time_point start,
              http::Response* response) {
  StreamedVisit visit{request, std::move(session_hash), start, response->status, std::move(response->stream)};
  // Shared, for functions are copied, and the body refers to where it is.
  const auto kept = std::make_shared<const StreamedVisit>(std::move(visit));
  response->stream = [kept](const rpc::CallContext& call, http::BodyWriter& body) {
    return StreamAndLog(*kept, call, body);
  };
}

bool SetsSession(const http::Response& response) {
  const std::string start = absl::StrCat(kSessionCookie, "=");
  return std::any_of(response.headers.begin(), response.headers.end(), [&](const http::Header& header) {
    // One that removes a copy from an older path does not count.
    return http::SameHeader(header.first, "set-cookie") && absl::StartsWith(header.second, start) &&
           !absl::StrContains(header.second, "Max-Age=0");
  });
}

}  // namespace

Gateway::Gateway(const GatewaySettings& settings, Clients clients, http::Router& router)
    : settings_(settings),
      clients_(clients),
      session_rules_(RulesOf(settings)),
      router_(router),
      rate_limit_(settings.rate_limit),
      address_limit_(settings.rate_limit * kVisitorsOfAnAddress) {}

void Gateway::Page(absl::string_view method, absl::string_view pattern, VisitHandler handler) {
  router_.Add(method, pattern,
              [this, handler = std::move(handler)](const rpc::CallContext& call, const http::Request& request) {
                return Serve(call, request, Kind::kPage, handler);
              });
}

void Gateway::Api(absl::string_view method, absl::string_view pattern, VisitHandler handler) {
  router_.Add(method, pattern,
              [this, handler = std::move(handler)](const rpc::CallContext& call, const http::Request& request) {
                return Serve(call, request, Kind::kApi, handler);
              });
}

void Gateway::Plain(absl::string_view method, absl::string_view pattern, http::Handler handler) {
  router_.Add(method, pattern,
              [this, handler = std::move(handler)](const rpc::CallContext& call, const http::Request& request) {
                return ServePlain(call, request, handler);
              });
}

rpc::Reply<http::Response> Gateway::Serve(const rpc::CallContext& call, const http::Request& request, Kind kind,
                                          const VisitHandler& handler) const {
  const auto start = std::chrono::steady_clock::now();
  Session session =
      kind == Kind::kApi ? ApiSessionOf(request, session_rules_) : SessionOf(request, session_rules_);
  std::string csrf = kind == Kind::kPage ? CsrfToken(session.id) : "";
  Visit visit{request,
              call,
              settings_,
              settings_.base_url,
              std::move(session),
              CurrencyOf(request),
              std::move(csrf),
              request.id,
              http::Form(),
              http::PrefersJson(request.HeaderOf("accept"))};
  http::Response response;
  absl::Status error;
  Refusal refusal = Check(kind, &visit);
  if (refusal.status != 0) {
    response = Failed(visit, kind, refusal.status, std::move(refusal.reason));
  } else {
    auto result = co_await handler(visit);
    if (result.ok()) {
      response = *std::move(result);
    } else {
      response = Failed(visit, kind, result.status());
      if (response.status >= 500) error = result.status();
    }
  }
  Finish(visit, kind, &response);
  if (response.stream && !request.IsHead()) {
    LogAtEnd(request, visit.session.hash, start, &response);
  } else {
    LogRequest(request, call.trace, visit.session.hash, response.status, response.size(),
               std::chrono::steady_clock::now() - start, error);
  }
  co_return response;
}

rpc::Reply<http::Response> Gateway::ServePlain(const rpc::CallContext& call, const http::Request& request,
                                               const http::Handler& handler) const {
  const auto start = std::chrono::steady_clock::now();
  auto result = co_await handler(call, request);
  http::Response response =
      result.ok() ? *std::move(result) : Refuse(request, http::HttpStatusOf(result.status().code()));
  AddSecurityHeaders(&response);
  KeepFromStrangers(request, &response);
  response.Set("X-Request-Id", request.id);
  LogRequest(request, call.trace, "", response.status, response.size(), std::chrono::steady_clock::now() - start,
             result.status());
  co_return response;
}

Gateway::Refusal Gateway::Check(Kind kind, Visit* visit) const {
  const http::Request& request = visit->request;
  const absl::string_view address = AddressOf(request);
  const bool has_session = !visit->session.is_new && !session_rules_.shared;
  if (!address_limit_.TryTake(address)) return {429, ""};
  if (!rate_limit_.TryTake(has_session ? absl::string_view(visit->session.id) : address)) return {429, ""};
  auto query = http::ParseUrlEncoded(request.query);
  if (!query.ok()) return {400, ""};
  const Origin origin = request.IsUnsafe() ? OriginOf(request) : Origin::kSame;
  if (origin == Origin::kOther) return {403, ""};
  const Refusal refusal = kind == Kind::kApi ? CheckApi(*visit) : CheckPage(visit, origin == Origin::kSame);
  visit->form.Append(*std::move(query));
  return refusal;
}

Gateway::Refusal Gateway::CheckPage(Visit* visit, bool is_browser) const {
  const http::Request& request = visit->request;
  if (!request.IsUnsafe()) return {};
  auto form = http::ParseForm(request.body, request.HeaderOf("content-type"));
  if (absl::IsUnimplemented(form.status())) return {415, ""};
  if (!form.ok()) return {400, std::string(form.status().message())};
  visit->form = *std::move(form);
  if (is_browser && !IsCsrfToken(visit->form.Get(kCsrfField), visit->session.id)) return {403, ""};
  return {};
}

Gateway::Refusal Gateway::CheckApi(const Visit& visit) const {
  const http::Request& request = visit.request;
  if (request.HasHeader("authorization")) {
    const absl::string_view token = request.HeaderOf("authorization");
    if (!absl::EndsWith(token, visit.session.id)) return {401, ""};
  }
  if (request.IsUnsafe() && !request.body.empty() &&
      http::MediaType(request.HeaderOf("content-type")) != "application/json") {
    return {415, ""};
  }
  return {};
}

http::Response Gateway::Failed(const Visit& visit, Kind kind, int status, std::string reason) const {
  if (kind == Kind::kApi) return ProblemAnswer(ProblemOf(status), visit.request_id);
  ErrorView view;
  view.status = status;
  if (!reason.empty()) view.reasons.push_back(std::move(reason));
  return Error(visit, std::move(view));
}

http::Response Gateway::Failed(const Visit& visit, Kind kind, const absl::Status& status) const {
  if (kind == Kind::kApi) return ProblemAnswer(ProblemOf(status), visit.request_id);
  return Failed(visit, kind, PageStatusOf(status.code()), SentenceOf(status));
}

http::Response Gateway::Error(const Visit& visit, ErrorView view) const {
  view.request_id = visit.request_id;
  view.session_hash = visit.session.hash;
  view.csrf = visit.csrf;
  view.path = visit.request.path;
  view.route = visit.request.route;
  if ((view.status == 503 || view.status == 429) && view.retry_after == 0) view.retry_after = kRetryAfterSeconds;
  return RenderError(view);
}

http::Response Gateway::RenderError(const ErrorView& view) const {
  http::Response response = error_page_ != nullptr ? error_page_->Render(view)
                                                   : http::PlainText(view.status, http::ReasonPhrase(view.status));
  response.status = view.status;
  if (view.retry_after > 0) response.Set("Retry-After", absl::StrCat(view.retry_after));
  return response;
}

rpc::Reply<std::optional<http::Response>> Gateway::Guard(const rpc::CallContext& call, http::Request& request) const {
  std::optional<http::Response> refusal;
  std::string authorization = TakeAuthorization(&request);
  if (IsOpenToAnybody(request)) co_return refusal;
  std::string address(AddressOf(request));
  const auto verdict = co_await basic_auth_->Check(call, std::move(authorization), std::move(address));
  if (!verdict.ok()) co_return verdict.status();
  switch (*verdict) {
    case BasicAuth::Verdict::kWelcome: break;
    case BasicAuth::Verdict::kTooManyFailures: refusal = Refuse(request, 429); break;
    case BasicAuth::Verdict::kBusy: refusal = Refuse(request, 503); break;
    case BasicAuth::Verdict::kUnknown:
      refusal = Refuse(request, 401);
      refusal->Set("WWW-Authenticate", absl::StrCat("Basic realm=\"", settings_.ShopName(), "\", charset=\"UTF-8\""));
      break;
  }
  co_return refusal;
}

http::Response Gateway::Refuse(const http::Request& request, int status) const {
  http::Response response;
  const bool is_api = absl::StartsWith(request.path, absl::StrCat(settings_.base_url, "/api/"));
  const Session session = SessionOf(request, session_rules_);
  if (is_api || http::PrefersJson(request.HeaderOf("accept"))) {
    v1::Problem problem = ProblemOf(status);
    if (status == 401) problem.set_detail("This shop needs a user name and a password, by Basic authentication.");
    response = ProblemAnswer(std::move(problem), request.id);
  } else {
    ErrorView view;
    view.status = status;
    view.request_id = request.id;
    if (!session.is_new) {
      view.session_hash = session.hash;
      view.csrf = CsrfToken(session.id);
    }
    view.path = request.path;
    view.route = request.route;
    if (status == 503 || status == 429) view.retry_after = kRetryAfterSeconds;
    response = RenderError(view);
  }
  AddSecurityHeaders(&response);
  response.Set("X-Request-Id", request.id).Set("Cache-Control", "no-store");
  Compress(request, &response);
  LogRequest(request, {}, session.is_new ? "" : session.hash, response.status, response.size(), {},
             absl::OkStatus());
  return response;
}

void Gateway::Finish(const Visit& visit, Kind kind, http::Response* response) const {
  AddSecurityHeaders(response);
  response->Set("X-Request-Id", visit.request_id);
  const bool is_bearer = kind == Kind::kApi && visit.request.HasHeader("authorization");
  // A form that another site sends comes without the cookie (SameSite): its answer must not put a new session in the
  // place of the shopper's.
  const bool is_foreign = visit.request.IsUnsafe() && OriginOf(visit.request) == Origin::kOther;
  if (!is_bearer && !is_foreign && !SetsSession(*response)) {
    response->Add("Set-Cookie", SessionCookie(visit.session, visit.request, session_rules_));
  }
  // A page is one shopper's: kept for going back, and asked for again.
  if (response->HeaderOf("Cache-Control").empty()) {
    response->Set("Cache-Control", kind == Kind::kPage ? "private, no-cache" : "no-store");
  }
  Compress(visit.request, response);
}

// A cache between us and the browser would hand out what it has without asking for a password.
void Gateway::KeepFromStrangers(const http::Request& request, http::Response* response) const {
  if (!has_guard() || IsOpenToAnybody(request)) return;
  const std::string cache_control(response->HeaderOf("Cache-Control"));
  if (absl::StartsWith(cache_control, "public")) {
    response->Set("Cache-Control", absl::StrCat("private", cache_control.substr(6)));
  }
}

void Gateway::Compress(const http::Request& request, http::Response* response) const {
  if (response->body.size() < kLeastToCompress || !response->HeaderOf("Content-Encoding").empty() ||
      !IsText(response->HeaderOf("Content-Type"))) {
    return;
  }
  response->Set("Vary", "Accept-Encoding");
  if (!AcceptsCoding(request.HeaderOf("accept-encoding"), "gzip")) return;
  std::string packed = gzip_.Compress(response->body);
  if (packed.empty()) return;
  response->body = std::move(packed);
  response->Set("Content-Encoding", "gzip");
}

}  // namespace boutique::gateway
