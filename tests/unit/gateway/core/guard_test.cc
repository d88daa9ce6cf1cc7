// SPDX-License-Identifier: Apache-2.0
// A shop that needs a password, as its clients see it: by HTTP.
#include <unistd.h>

#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "password.h"
#include "platform/http/server.h"
#include "small_gateway.h"
#include "support/catch.h"
#include "support/raw_http.h"

namespace boutique::gateway {
namespace {

using testing::Exchange;
using testing::GetRequest;
using testing::PostRequest;
using testing::RawAnswer;

class Guarded : public SmallGateway {
 public:
  ~Guarded() { server.reset(); }

  void Start(bool with_password = true) {
    Gateway& made = Make();
    made.Page("GET", "/", [](const Visit& visit) { return Show(visit); });
    made.Page("POST", "/cart", [](const Visit& visit) { return Show(visit); });
    made.Api("GET", "/api/v1/cart", [](const Visit& visit) { return Show(visit); });
    for (const char* const path : {"/_healthz", "/readyz", "/health", "/robots.txt", "/static/*path"}) {
      made.Plain("GET", path, [](const rpc::CallContext&, const http::Request& request) { return File(request); });
    }
    http::ServerOptions options;
    options.port = 0;
    options.loops = {&loop.loop};
    options.refuse = [&made](const http::Request& request, int status) { return made.Refuse(request, status); };
    if (with_password) {
      auto auth = BasicAuth::Make(absl::StrCat("ada:", HashOf("one")));
      REQUIRE_OK(auth);
      basic_auth = *std::move(auth);
      made.SetBasicAuth(basic_auth.get());
      options.guard = [&made](const rpc::CallContext& call, http::Request& request) { return made.Guard(call, request); };
    }
    server = std::make_unique<http::Server>(std::move(options), *router, metrics);
    const auto bound = server->Start();
    REQUIRE_OK(bound);
    port = *bound;
  }
  RawAnswer Get(absl::string_view path, absl::string_view headers = "") const {
    return Exchange(port, GetRequest(path, headers));
  }

  // What the handlers are given, of Authorization.
  static rpc::Reply<http::Response> Show(const Visit& visit) {
    co_return http::PlainText(200, absl::StrCat("shown [", visit.request.HeaderOf("authorization"), "]"));
  }
  static rpc::Reply<http::Response> File(const http::Request& request) {
    http::Response response = http::PlainText(200, absl::StrCat("file [", request.HeaderOf("authorization"), "]"));
    response.Set("Cache-Control", "public, max-age=300");
    co_return response;
  }

  telemetry::Metrics metrics;
  std::unique_ptr<BasicAuth> basic_auth;
  std::unique_ptr<http::Server> server;
  int port = 0;
  const std::string ada = absl::StrCat("Authorization: ", Basic("ada", "one"), "\r\n");
};

TEST_CASE_METHOD(Guarded, "without users everybody may come", "[basic-auth]") {
  Start(/*with_password=*/false);
  CHECK(Get("/").status == 200);
  CHECK(Get("/nowhere").status == 404);
  CHECK(Get("/static/img/products/mug.jpg").Header("Cache-Control") == "public, max-age=300");
  CHECK(Exchange(port, PostRequest("/", "")).Header("Allow") == "GET, HEAD");
}

TEST_CASE_METHOD(Guarded, "whatever is asked for, a stranger is asked for a password first", "[basic-auth]") {
  Start();
  for (const char* const path : {"/", "/nowhere", "/cart", "/health", "/static/img/products/mug.jpg", "/static/none", "/%zz",
                                 "/../", "/_healthz/x", "/readyz/../", "//readyz", "/api/v1/cart", "/api/v1/nowhere"}) {
    CAPTURE(path);
    const RawAnswer answer = Get(path);
    CHECK(answer.status == 401);
    CHECK(answer.Header("WWW-Authenticate") == "Basic realm=\"Online Boutique\", charset=\"UTF-8\"");
    CHECK(answer.Header("Cache-Control") == "no-store");
    CHECK(answer.Header("X-Content-Type-Options") == "nosniff");
    CHECK(answer.Header("Set-Cookie").empty());
    CHECK(answer.Header("Allow").empty());
    const bool is_api = absl::StartsWith(path, "/api/");
    CHECK(answer.Header("Content-Type") == (is_api ? "application/problem+json" : "text/html; charset=utf-8"));
    CHECK(absl::StrContains(answer.body, is_api ? "by Basic authentication" : "error 401"));
  }
  for (const char* const method : {"POST", "PUT", "DELETE", "OPTIONS", "HEAD"}) {
    CAPTURE(method);
    CHECK(Exchange(port, absl::StrCat(method, " / HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n"),
                   std::string(method) == "HEAD")
              .status == 401);
  }
}

TEST_CASE_METHOD(Guarded, "nor do wrong credentials open, of whatever kind", "[basic-auth]") {
  Start();
  for (const std::string& value :
       {Basic("ada", "two"), Basic("bob", "one"), std::string("Basic"), std::string("Basic !!!"), std::string("Basic YWRh"),
        absl::StrCat("Bearer ", kId), Basic("ada", "one") + "\r\nAuthorization: " + Basic("ada", "one")}) {
    CAPTURE(value);
    CHECK(Get("/", absl::StrCat("Authorization: ", value, "\r\n")).status == 401);
  }
}

TEST_CASE_METHOD(Guarded, "who has the password sees the shop as it is, and no handler sees the password", "[basic-auth]") {
  Start();
  CHECK(Get("/nowhere", ada).status == 404);
  CHECK(Get("/", ada).body == "shown []\n");
  CHECK(Get("/health", ada).body == "file []\n");
  CHECK(Get("/readyz", ada).body == "file []\n");
  CHECK(Get("/%zz", ada).status == 400);
  const RawAnswer api = Get("/api/v1/cart", ada);
  CHECK(api.status == 200);
  CHECK(absl::StartsWith(api.Header("Set-Cookie"), "shop_session-id="));
  const RawAnswer wrong = Exchange(port, PostRequest("/", "", ada));
  CHECK(wrong.status == 405);
  CHECK(wrong.Header("Allow") == "GET, HEAD");
  CHECK(basic_auth->hashed() == 1);
}

TEST_CASE_METHOD(Guarded, "probes are answered to anybody, and what the page that asks is made of", "[basic-auth]") {
  Start();
  for (const char* const path : {"/_healthz", "/readyz", "/robots.txt", "/static/styles/shop.css"}) {
    CAPTURE(path);
    CHECK(Get(path).status == 200);
    CHECK(Get(path, "Authorization: Basic !!!\r\n").body == "file []\n");
  }
  CHECK(Get("/static/styles/shop.css").Header("Cache-Control") == "public, max-age=300");
}

TEST_CASE_METHOD(Guarded, "a shop below a path is closed and open there", "[basic-auth]") {
  settings.base_url = "/shop";
  Start();
  CHECK(Get("/shop/_healthz").status == 200);
  CHECK(Get("/shop/static/styles/shop.css").status == 200);
  for (const char* const path : {"/shop", "/shop/health", "/_healthz", "/"}) CHECK(Get(path).status == 401);
  CHECK(Get("/shop", ada).status == 200);
  CHECK(Get("/_healthz", ada).status == 404);
}

TEST_CASE_METHOD(Guarded, "no cache in between may keep what was behind the door", "[basic-auth]") {
  Start();
  const RawAnswer picture = Get("/static/img/products/mug.jpg", ada);
  CHECK(picture.status == 200);
  CHECK(picture.Header("Cache-Control") == "private, max-age=300");
}

TEST_CASE_METHOD(Guarded, "who guesses is told to wait", "[basic-auth]") {
  Start();
  RawAnswer answer = Get("/", absl::StrCat("Authorization: ", Basic("ada", "guess 0"), "\r\n"));
  for (int i = 1; answer.status == 401 && i < 1000; ++i) {
    answer = Get("/", absl::StrCat("Authorization: ", Basic("ada", absl::StrCat("guess ", i)), "\r\n"));
  }
  CHECK(answer.status == 429);
  CHECK_FALSE(answer.Header("Retry-After").empty());
  CHECK(answer.Header("WWW-Authenticate").empty());
}

// Standard error, caught in a file.
class Caught {
 public:
  Caught() : file_(std::tmpfile()), own_(dup(STDERR_FILENO)) {
    std::fflush(stderr);
    dup2(fileno(file_), STDERR_FILENO);
  }
  ~Caught() { End(); }
  std::string End() {
    if (own_ < 0) return "";
    std::fflush(stderr);
    dup2(own_, STDERR_FILENO);
    close(own_);
    own_ = -1;
    std::string text(static_cast<std::size_t>(lseek(fileno(file_), 0, SEEK_END)), '\0');
    if (pread(fileno(file_), text.data(), text.size(), 0) < 0) text.clear();
    std::fclose(file_);
    return text;
  }

 private:
  std::FILE* file_;
  int own_;
};

TEST_CASE_METHOD(Guarded, "the log tells of who was sent away, and nothing of what they typed", "[basic-auth]") {
  telemetry::StartLog("gateway_test", telemetry::Severity::kDebug);
  Caught log;
  Start();
  CHECK(Get("/", ada).status == 200);
  CHECK(Get("/", absl::StrCat("Authorization: ", Basic("ada", "hunter2"), "\r\n")).status == 401);
  CHECK(Get("/", "Authorization: Bearer hunter3\r\n").status == 401);
  CHECK(Get("/nowhere", ada).status == 404);
  const std::string text = log.End();
  telemetry::StartLog("gateway_test", telemetry::Severity::kError);
  CHECK(absl::StrContains(text, "\"http.resp.status\":401"));
  for (const std::string& secret :
       {std::string("hunter"), Basic("ada", "one").substr(6), Basic("ada", "hunter2").substr(6, 8), HashOf("one")}) {
    CHECK_FALSE(absl::StrContains(text, secret));
  }
  CHECK_FALSE(absl::StrContains(absl::AsciiStrToLower(text), "authorization"));
}

}  // namespace
}  // namespace boutique::gateway
