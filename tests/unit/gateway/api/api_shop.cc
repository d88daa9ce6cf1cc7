// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/api/api_shop.h"

#include <algorithm>
#include <regex>

#include "absl/strings/ascii.h"
#include "platform/http/conditional.h"
#include "unit/gateway/api/json_schema.h"

namespace boutique::gateway {

using nlohmann::json;

std::string TemplateOf(const std::string& pattern) {
  return std::regex_replace(pattern, std::regex(":([a-z_]+)"), "{$1}");
}

std::string Reply::Problem() const {
  const std::string type = body.value("type", "");
  return type == "about:blank" ? type : type.substr(type.rfind(':') + 1);
}

std::string Reply::Faults() const {
  std::string all;
  for (const json& fault : body.value("errors", json::array())) {
    all += (all.empty() ? "" : "; ") + fault["field"].get<std::string>() + ": " + fault["detail"].get<std::string>();
  }
  return all;
}

ApiShop::ApiShop(Connected connected, GatewaySettings chosen)
    : FakeShop(connected),
      settings(std::move(chosen)),
      router(settings.base_url),
      gateway(settings, clients, router),
      api(settings, clients),
      document(json::parse(api.document())) {
  AddApiRoutes(gateway, api);
}

Reply ApiShop::Send(const std::string& method, const std::string& target, const std::string& body,
                    std::vector<http::Header> headers) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  request.headers = std::move(headers);
  request.body = body;
  request.peer = "127.0.0.1:50000";
  request.id = "request-1";
  if (!request.HasHeader("cookie") && !request.HasHeader("authorization")) {
    request.headers.emplace_back("Cookie", std::string("shop_session-id=") + kAda);
  }
  if (!body.empty() && !request.HasHeader("content-type")) {
    request.headers.emplace_back("Content-Type", "application/json");
  }

  Reply reply;
  reply.response = Route(&request);
  reply.status = reply.response.status;
  reply.type = http::MediaType(reply.response.HeaderOf("content-type"));
  reply.text = reply.response.body;
  if (!reply.text.empty()) reply.body = json::parse(reply.text, nullptr, /*allow_exceptions=*/false);
  CheckAgainstDocument(request, reply);
  return reply;
}

http::Response ApiShop::Route(http::Request* request) {
  auto match = router.Find(request->method, request->path);
  request->route = std::string(match.pattern);
  request->params = std::move(match.params);
  request->allow = match.allow;
  switch (match.outcome) {
    case http::Router::Outcome::kNotFound: return gateway.Refuse(*request, 404);
    case http::Router::Outcome::kMethodNotAllowed: return gateway.Refuse(*request, 405);
    case http::Router::Outcome::kBadPath: return gateway.Refuse(*request, 400);
    case http::Router::Outcome::kFound: break;
  }
  auto response = Run((*match.handler)(call, *request));
  REQUIRE_OK(response);
  return *std::move(response);
}

void ApiShop::CheckAgainstDocument(const http::Request& request, const Reply& reply) const {
  INFO(request.method << " " << request.target << " answered " << reply.status << " " << reply.text);
  if (reply.status >= 400) {
    CHECK(reply.type == "application/problem+json");
    const auto wrong = Violations(document, document["components"]["schemas"]["Problem"], reply.body);
    CHECK(wrong == std::vector<std::string>());
    CHECK(reply.body.value("status", 0) == reply.status);
    CHECK(reply.body.value("instance", "") == "request-1");
  }
  if (request.route.empty() || reply.status == 405) return;
  const std::string method = request.IsHead() ? "get" : absl::AsciiStrToLower(request.method);
  const json& responses = document.at("paths").at(TemplateOf(request.route)).at(method).at("responses");
  const bool any_time = reply.status == 401 || reply.status == 500;
  const std::string status = any_time ? "default" : std::to_string(reply.status);
  REQUIRE(responses.contains(status));
  const json& described = Resolve(document, responses[status]);
  REQUIRE(described.is_object());
  CHECK(described.contains("content") == !reply.text.empty());
  if (reply.text.empty()) return;
  REQUIRE(described["content"].contains(reply.type));
  const auto wrong = Violations(document, described["content"][reply.type]["schema"], reply.body);
  CHECK(wrong == std::vector<std::string>());
}

}  // namespace boutique::gateway
