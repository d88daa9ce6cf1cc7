// SPDX-License-Identifier: Apache-2.0
// A process that cannot start says why, one line for each reason, and leaves nothing behind.
#include "absl/strings/str_cat.h"
#include "environment.h"
#include "platform/rpc/listen_check.h"
#include "scripted_module.h"

namespace boutique::runtime {
namespace {

using Messages = std::vector<std::string>;

TEST_CASE("each bad option is a line", "[start]") {
  const Environment loops("LOOPS", "many");
  Bureau bureau;
  CHECK(bureau.Start({"--log-level=loud", "--drain-delay=6m"}) ==
        Messages{"LOOPS: 'many' is not a whole number from 0 to 256",
                 "--log-level: 'loud' is none of debug, info, warning, error",
                 "--drain-delay: '6m' is not from 0 to 5m"});
}

TEST_CASE("a taken port is named, and the ports that were not taken are free again", "[start]") {
  Bureau first;
  REQUIRE(first.Start().empty());
  const std::string grpc = first.process.AddressOf("grpc");
  const int port = first.process.host().grpc_port();
  const int metrics = first.process.host().metrics_port();
  Bureau second;
  CHECK(second.Start({absl::StrCat("--port=", port)}) ==
        Messages{absl::StrCat("cannot listen on ", grpc, ": Address already in use")});
  CHECK(second.process.AddressOf("grpc").empty());
  Bureau third;
  CHECK(third.Start({absl::StrCat("--metrics-port=", metrics)}) ==
        Messages{absl::StrCat("cannot listen on 127.0.0.1:", metrics, ": Address already in use (METRICS_PORT)")});
  CHECK(first.Call().ok());
}

TEST_CASE("a process of all services on a taken port names it too", "[start]") {
  Bureau first;
  REQUIRE(first.Start().empty());
  Bureau all({}, {.name = "boutique", .summary = "", .grpc_port = 50051, .one_process = true});
  CHECK(MessagesOf(all.process.Start({absl::StrCat("--grpc-port=", first.process.host().grpc_port()),
                                      "--metrics-port=0"})) ==
        Messages{absl::StrCat("cannot listen on ", first.process.AddressOf("grpc"), ": Address already in use")});
}

TEST_CASE("a module that cannot install is a line, and nothing starts", "[start]") {
  bool started = false;
  Script script;
  script.install = [&](Host& host) {
    host.OnStart([&] {
      started = true;
      return absl::OkStatus();
    });
    return absl::NotFoundError("products.json: no such file");
  };
  Bureau bureau(script);
  CHECK(bureau.Start() == Messages{"products.json: no such file"});
  CHECK_FALSE(started);
}

// What a module's hooks did, in their order.
struct Hooks {
  Messages order;
  Script Of(absl::Status start_result) {
    Script script;
    script.install = [this, start_result](Host& host) {
      host.OnStart([this, start_result] {
        order.push_back("start");
        return start_result;
      });
      host.OnStart([this] {
        order.push_back("start of another");
        return absl::OkStatus();
      });
      host.OnDrain([this](std::chrono::nanoseconds) { order.push_back("drain"); });
      host.OnStop([this] { order.push_back("stop"); });
      return absl::OkStatus();
    };
    return script;
  }
};

TEST_CASE("a part that cannot start stops the start: what had begun is stopped, without a delay", "[start]") {
  Hooks hooks;
  Bureau bureau(hooks.Of(absl::UnavailableError("the database does not answer")));
  const auto begin = std::chrono::steady_clock::now();
  CHECK(bureau.Start({"--drain-delay=5m"}) == Messages{"the database does not answer"});
  CHECK(std::chrono::steady_clock::now() - begin < 1min);
  CHECK(hooks.order == Messages{"start", "drain", "stop"});
  CHECK(bureau.process.AddressOf("grpc").empty());
}

TEST_CASE("no part is asked to stop where none was asked to start", "[start]") {
  Bureau first;
  REQUIRE(first.Start().empty());
  Hooks hooks;
  Bureau second(hooks.Of(absl::OkStatus()));
  CHECK(second.Start({absl::StrCat("--port=", first.process.host().grpc_port())}).size() == 1);
  CHECK(hooks.order.empty());
}

TEST_CASE("a process may be tried again in the same program", "[start]") {
  Bureau first;
  REQUIRE(first.Start().empty());
  const int port = first.process.host().grpc_port();
  for (int i = 0; i < 5; ++i) {
    Bureau again;
    CHECK(again.Start({absl::StrCat("--port=", port)}).size() == 1);
  }
  first.process.Stop();
  Bureau last;
  CHECK(last.Start({absl::StrCat("--port=", port)}).empty());
  CHECK(last.Call().ok());
}

}  // namespace
}  // namespace boutique::runtime
