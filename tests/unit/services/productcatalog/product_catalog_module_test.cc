// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/product_catalog_module.h"

#include <grpcpp/create_channel.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "hipstershop/product_catalog.grpc.pb.h"
#include "platform/base/ids.h"
#include "support/catch.h"
#include "unit/services/productcatalog/catalogs.h"

namespace boutique::productcatalog {
namespace {

using testing::CatalogJson;
using testing::ProductJson;

struct Program {
  runtime::Process process{{.name = "productcatalogservice", .grpc_port = 3550}};
  std::string file = "/tmp/catalog-" + base::RandomUuid() + ".json";

  Program() { process.Add<ProductCatalogModule>(); }
  ~Program() { std::remove(file.c_str()); }

  std::vector<absl::Status> Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--port=0", "--metrics-port=0"});
    return process.Start(arguments);
  }
  std::string FirstName() {
    const auto channel = grpc::CreateChannel(process.AddressOf("grpc"), grpc::InsecureChannelCredentials());
    grpc::ClientContext context;
    pb::ListProductsResponse reply;
    const auto status = pb::ProductCatalogService::NewStub(channel)->ListProducts(&context, pb::Empty(), &reply);
    REQUIRE(status.ok());
    return reply.products(0).name();
  }
};

TEST_CASE_METHOD(Program, "the program needs no file", "[catalog]") {
  REQUIRE(Start({}).empty());
  CHECK(FirstName() == "Sunglasses");
}

TEST_CASE_METHOD(Program, "the program serves the file that it is given, and notices when it changes", "[catalog]") {
  std::ofstream(file) << CatalogJson({ProductJson("A", "Mug")});
  REQUIRE(Start({"--product-catalog-file=" + file}).empty());
  CHECK(FirstName() == "Mug");
  const std::string next = file + ".new";
  std::ofstream(next) << CatalogJson({ProductJson("A", "Cup")});
  REQUIRE(std::rename(next.c_str(), file.c_str()) == 0);
  while (FirstName() != "Cup") std::this_thread::yield();
}

TEST_CASE_METHOD(Program, "a bad file stops the start with one line", "[catalog]") {
  std::ofstream(file) << "{\n\"products\": 7\n}";
  const auto problems = Start({"--product-catalog-file=" + file});
  REQUIRE(problems.size() == 1);
  CHECK(absl::StartsWith(problems[0].message(), "PRODUCT_CATALOG_FILE: " + file));
  CHECK_FALSE(absl::StrContains(problems[0].message(), "\n"));
}

TEST_CASE_METHOD(Program, "a bad EXTRA_LATENCY stops the start", "[catalog]") {
  for (const char* bad : {"5", "fast", "-1s", "1s2", "11m"}) {
    const auto problems = Start({std::string("--extra-latency=") + bad});
    REQUIRE(problems.size() == 1);
    CHECK(absl::StartsWith(problems[0].message(), "--extra-latency"));
  }
}

}  // namespace
}  // namespace boutique::productcatalog
