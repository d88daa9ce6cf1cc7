// SPDX-License-Identifier: Apache-2.0
#include "gateway/gateway_settings.h"

#include "absl/strings/str_cat.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

struct Parsed {
  explicit Parsed(const std::vector<std::string>& arguments) : options({.name = "frontend"}), settings(options) {
    problems = options.Parse(arguments);
    settings.Normalize();
  }
  runtime::Settings options;
  GatewaySettings settings;
  std::vector<absl::Status> problems;
};

TEST_CASE("the storefront's options are those of the original", "[gateway]") {
  const Parsed parsed({"--port=8081", "--base-url=/online-boutique/", "--env-platform=aws", "--cymbal-branding=True",
                       "--frontend-message=  Sale!  ", "--enable-assistant=true", "--enable-single-shared-session=true",
                       "--packaging-service-url=http://packaging:8080"});
  REQUIRE(parsed.problems.empty());
  const GatewaySettings& settings = parsed.settings;
  CHECK(settings.port == 8081);
  CHECK(settings.base_url == "/online-boutique");
  CHECK(settings.platform == "aws");
  CHECK(std::string(settings.ShopName()) == "Cymbal Shops");
  CHECK(settings.message == "Sale!");
  CHECK(settings.enable_assistant);
  CHECK(settings.single_shared_session);
  CHECK(settings.packaging_service_url == "http://packaging:8080");
}

TEST_CASE("nothing is required of the storefront's options", "[gateway][D28]") {
  const Parsed parsed({});
  REQUIRE(parsed.problems.empty());
  CHECK(parsed.settings.port == 8080);
  CHECK(parsed.settings.base_url.empty());
  CHECK(parsed.settings.assistant_address.empty());
  CHECK(std::string(parsed.settings.ShopName()) == "Online Boutique");
}

TEST_CASE("a platform that the original does not know is local, and none is shown where none is set", "[gateway]") {
  for (const char* const known : {"local", "gcp", "azure", "aws", "onprem", "alibaba"}) {
    CHECK(Parsed({absl::StrCat("--env-platform=", known)}).settings.platform == known);
  }
  for (const char* const unknown : {"moon", "AWS", "gcp-platform"}) {
    INFO(unknown);
    const Parsed parsed({absl::StrCat("--env-platform=", unknown)});
    CHECK(parsed.problems.empty());
    CHECK(parsed.settings.platform == "local");
  }
  CHECK(Parsed({}).settings.platform.empty());
}

TEST_CASE("a bad option is refused with its name", "[gateway]") {
  for (const char* argument :
       {"--port=70000", "--base-url=shop", "--base-url=//evil.example", "--base-url=/a/../b", "--base-url=/a b",
        "--base-url=/a\"b", "--packaging-service-url=packaging:8080", "--rate-limit=-1",
        "--request-timeout=never", "--enable-assistant=perhaps"}) {
    INFO(argument);
    const Parsed parsed({argument});
    REQUIRE(parsed.problems.size() == 1);
    CHECK_CODE(parsed.problems[0], kInvalidArgument);
  }
}

}  // namespace
}  // namespace boutique::gateway
