// SPDX-License-Identifier: Apache-2.0
// The pages' peers that speak HTTP: the assistant and the packaging service.

#include "absl/strings/str_cat.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "unit/gateway/pages/page_fixture.h"

namespace boutique::gateway {
namespace {

// A peer that answers the assistant's question and a product's packaging as the test says.
class Outside : public Pages {
 public:
  Outside() {
    router_.Add("POST", "/", [this](const rpc::CallContext&, const http::Request& asked) { return Answer(asked); });
    router_.Add("GET", "/:id", [this](const rpc::CallContext&, const http::Request& asked) { return Answer(asked); });
    http::ServerOptions options;
    options.port = 0;
    loop_.Start();
    options.loops = {&loop_};
    server_ = std::make_unique<http::Server>(options, router_, metrics_);
    const auto port = server_->Start();
    REQUIRE_OK(port);
    settings.assistant_address = absl::StrCat("127.0.0.1:", *port);
    settings.packaging_service_url = absl::StrCat("http://127.0.0.1:", *port);
  }
  ~Outside() {
    server_.reset();
    loop_.Stop();
  }

  int status = 200;
  std::string answer;
  std::string asked_body;
  std::string asked_path;

 private:
  rpc::Reply<http::Response> Answer(const http::Request& asked) {
    asked_body = asked.body;
    asked_path = asked.path;
    co_return http::Answer(status, "application/json", answer);
  }
  http::Router router_;
  telemetry::Metrics metrics_;
  rpc::Loop loop_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

TEST_CASE_METHOD(Outside, "the assistant gets the question as it came, and its content is the message", "[pages]") {
  request.body = R"({"message":"a+mug","image":""})";
  answer = R"({"content":"Take this one [MUG] \"<b>\""})";
  const auto said = Ask(AskAssistant);
  REQUIRE_OK(said);
  CHECK(asked_body == request.body);
  CHECK(said->HeaderOf("content-type") == "application/json");
  CHECK(said->body == R"({"message":"Take this one [MUG] \"<b>\""})");
}

TEST_CASE_METHOD(Outside, "an assistant that does not answer properly is unavailable (D16)", "[pages]") {
  const std::pair<int, const char*> cases[] = {
      {500, R"({"content":"x"})"}, {200, ""}, {200, "not JSON"}, {200, "[]"}, {200, "{}"}, {200, R"({"content":7})"}};
  for (const auto& [code, body] : cases) {
    INFO(body);
    status = code;
    answer = body;
    CHECK_CODE(Ask(AskAssistant), kUnavailable);
  }
}

TEST_CASE_METHOD(Outside, "a product's page shows its packaging where there is any to show", "[pages]") {
  request.params = {{"id", "MUG"}};
  answer = R"({"weight":0.4,"width":12,"height":"tall","depth":9.5})";
  const auto shown = Ask(ShowProduct);
  CHECK(asked_path == "/MUG");
  for (const char* const text : {"Packaging", "0.4 kg", "12 cm", "9.5 cm"}) CHECK(Has(shown, text));
  CHECK_FALSE(Has(shown, "Height"));
  for (const char* const bad : {"", "null", "[1]", "{}", "{\"weight\":"}) {
    answer = bad;
    const auto without = Ask(ShowProduct);
    REQUIRE_OK(without);
    CHECK_FALSE(Has(without, "Packaging"));
  }
  status = 500;
  answer = R"({"weight":0.4})";
  CHECK_FALSE(Has(Ask(ShowProduct), "Packaging"));
}

}  // namespace boutique::gateway
