// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/settings.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "environment.h"
#include "support/catch.h"

namespace boutique::runtime {
namespace {

using namespace std::chrono_literals;
using Messages = std::vector<std::string>;

// One option of each kind.
struct Shelf {
  explicit Shelf(About about = {.name = "shelfservice", .summary = "holds mugs", .grpc_port = 7000})
      : settings(std::move(about)) {
    settings.Text("SHELF_NAME", &name, "what the shelf is called", [](const std::string& text) {
      return text == "bad" ? absl::InvalidArgumentError("'bad' is no name") : absl::OkStatus();
    });
    settings.Secret("SHELF_PASSWORD", &password, "opens the shelf");
    settings.Integer("SHELF_WIDTH", &width, 1, 100, "in centimetres");
    settings.Duration("SHELF_LIFE", &life, 1s, 24h, "how long mugs stay");
    settings.Flag("SHELF_OPEN", &open, "whether mugs may be taken");
    settings.Address("CART_SERVICE_ADDR");
  }
  Messages Parse(const std::vector<std::string>& arguments) {
    Messages messages;
    for (const absl::Status& problem : settings.Parse(arguments)) {
      CHECK_CODE(problem, kInvalidArgument);
      messages.emplace_back(problem.message());
      CHECK(messages.back().find('\n') == std::string::npos);
    }
    return messages;
  }

  Settings settings;
  std::string name = "top";
  std::string password;
  std::int64_t width = 60;
  std::chrono::nanoseconds life = 1h;
  bool open = false;
};

TEST_CASE_METHOD(Shelf, "without arguments and environment each option has its default", "[settings]") {
  CHECK(Parse({}).empty());
  CHECK(name == "top");
  CHECK(password.empty());
  CHECK(width == 60);
  CHECK(life == 1h);
  CHECK_FALSE(open);
  CHECK(settings.AddressOf("CART_SERVICE_ADDR").empty());
  CHECK(settings.AddressOf("NOBODY_SERVICE_ADDR").empty());
  CHECK_FALSE(settings.help_wanted());
}

TEST_CASE_METHOD(Shelf, "each option is a flag", "[settings]") {
  const bool joined = GENERATE(true, false);
  CHECK(Parse(joined ? std::vector<std::string>{"--shelf-name=low", "--shelf-width=7", "--shelf-life=1m30s",
                                                "--shelf-open=yes", "--cart-service-addr=cart:7070"}
                     : std::vector<std::string>{"--shelf-name", "low", "--shelf-width", "7", "--shelf-life", "1m30s",
                                                "--shelf-open", "yes", "--cart-service-addr", "cart:7070"})
            .empty());
  CHECK(name == "low");
  CHECK(width == 7);
  CHECK(life == 90s);
  CHECK(open);
  CHECK(settings.AddressOf("CART_SERVICE_ADDR") == "cart:7070");
}

TEST_CASE_METHOD(Shelf, "each option is a variable of the environment", "[settings]") {
  const Environment a("SHELF_NAME", "low"), b("SHELF_PASSWORD", "secret"), c("SHELF_WIDTH", "7"),
      d("SHELF_LIFE", "90s"), e("SHELF_OPEN", "1"), f("CART_SERVICE_ADDR", "dns:///cart:7070");
  CHECK(Parse({}).empty());
  CHECK(name == "low");
  CHECK(password == "secret");
  CHECK(width == 7);
  CHECK(life == 90s);
  CHECK(open);
  CHECK(settings.AddressOf("CART_SERVICE_ADDR") == "dns:///cart:7070");
}

TEST_CASE_METHOD(Shelf, "a flag wins over the environment, and the last flag over those before", "[settings]") {
  const Environment a("SHELF_NAME", "low"), b("SHELF_WIDTH", "nonsense");
  CHECK(Parse({"--shelf-name=mid", "--shelf-width=8", "--shelf-name=high"}).empty());
  CHECK(name == "high");
  CHECK(width == 8);
}

TEST_CASE_METHOD(Shelf, "an empty variable counts as absent", "[settings]") {
  const Environment a("SHELF_NAME", ""), b("SHELF_WIDTH", ""), c("SHELF_LIFE", ""), d("SHELF_OPEN", ""),
      e("CART_SERVICE_ADDR", "");
  CHECK(Parse({}).empty());
  CHECK(name == "top");
  CHECK(width == 60);
  CHECK(life == 1h);
}

TEST_CASE_METHOD(Shelf, "an empty flag is a value: a text may be empty, a number may not", "[settings]") {
  const Environment low("SHELF_NAME", "low");
  CHECK(Parse({"--shelf-name=", "--shelf-width="}) ==
        Messages{"--shelf-width: '' is not a whole number from 1 to 100"});
  CHECK(name.empty());
  CHECK(Parse({"--shelf-name=a=b=", "--shelf-width=7"}).empty());
  CHECK(name == "a=b=");
  CHECK(Parse({"--cart-service-addr=", "--shelf-width=8"}) ==
        Messages{"--cart-service-addr: '' is not of the form host:port"});
  CHECK(width == 8);
}

TEST_CASE("a yes or no is told in several words, and the flag alone means yes", "[settings]") {
  for (const char* word : {"1", "true", "yes", "on", "TRUE", "Yes"}) {
    Shelf shelf;
    CHECK(shelf.Parse({std::string("--shelf-open=") + word}).empty());
    CHECK(shelf.open);
  }
  for (const char* word : {"0", "false", "no", "off", "FALSE", "Off"}) {
    Shelf shelf;
    shelf.open = true;
    CHECK(shelf.Parse({std::string("--shelf-open=") + word}).empty());
    CHECK_FALSE(shelf.open);
  }
  Shelf alone;
  CHECK(alone.Parse({"--shelf-open", "--shelf-width=7"}).empty());
  CHECK(alone.open);
  CHECK(alone.width == 7);
  Shelf last;
  CHECK(last.Parse({"--shelf-width=7", "--shelf-open"}).empty());
  CHECK(last.open);
}

TEST_CASE("a bad value is told in one line that names the flag or the variable", "[settings]") {
  struct Row {
    std::string flag;
    std::string variable;
    std::string value;
    std::string message;
  };
  const std::vector<Row> table = {
      {"--shelf-name", "SHELF_NAME", "bad", "'bad' is no name"},
      {"--shelf-width", "SHELF_WIDTH", "0", "'0' is not a whole number from 1 to 100"},
      {"--shelf-width", "SHELF_WIDTH", "101", "'101' is not a whole number from 1 to 100"},
      {"--shelf-width", "SHELF_WIDTH", "1.5", "'1.5' is not a whole number from 1 to 100"},
      {"--shelf-width", "SHELF_WIDTH", "99999999999999999999",
       "'99999999999999999999' is not a whole number from 1 to 100"},
      {"--shelf-width", "SHELF_WIDTH", "wide", "'wide' is not a whole number from 1 to 100"},
      {"--shelf-life", "SHELF_LIFE", "soon", "'soon' is not a duration such as 5.5s, 1h30m or 30d"},
      {"--shelf-life", "SHELF_LIFE", "999ms", "'999ms' is not from 1s to 1d"},
      {"--shelf-life", "SHELF_LIFE", "2d", "'2d' is not from 1s to 1d"},
      {"--shelf-open", "SHELF_OPEN", "perhaps", "'perhaps' is neither true nor false"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "cart", "'cart' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "cart:", "'cart:' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", ":7070", "':7070' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "cart:0", "'cart:0' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "cart:65536", "'cart:65536' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "cart:70 ", "'cart:70 ' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "http://cart:7070", "'http://cart:7070' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "cart:7070/", "'cart:7070/' is not of the form host:port"},
      {"--cart-service-addr", "CART_SERVICE_ADDR", "dns:///cart", "'dns:///cart' is not of the form host:port"}};
  for (const Row& row : table) {
    CHECK(Shelf().Parse({row.flag + "=" + row.value}) == Messages{row.flag + ": " + row.message});
    const Environment variable(row.variable, row.value);
    CHECK(Shelf().Parse({}) == Messages{row.variable + ": " + row.message});
  }
}

TEST_CASE("a peer's address is a host and a port, in any of gRPC's ways to write them", "[settings]") {
  for (const char* address : {"cart:7070", "cart.shop.svc.cluster.local:1", "127.0.0.1:65535", "[::1]:7070",
                              "dns:///cart-headless:7070", "dns://10.0.0.10/cart:7070", "dns:cart:7070",
                              "ipv4:127.0.0.1:1,127.0.0.2:2", "ipv6:[::1]:7070", "unix:/run/cart"}) {
    CAPTURE(address);
    CHECK(Shelf().Parse({std::string("--cart-service-addr=") + address}).empty());
  }
}

TEST_CASE_METHOD(Shelf, "every bad value is told, and the good ones count", "[settings]") {
  const Environment life("SHELF_LIFE", "never");
  CHECK(Parse({"--shelf-width=0", "--shelf-name=low"}) ==
        Messages{"--shelf-width: '0' is not a whole number from 1 to 100",
                 "SHELF_LIFE: 'never' is not a duration such as 5.5s, 1h30m or 30d"});
  CHECK(name == "low");
}

TEST_CASE("an argument that is no option is named, with where to look", "[settings]") {
  for (const std::string argument : {"--shelf-nme=low", "--shelf", "-x", "low", "--SHELF-NAME=low"}) {
    const Messages messages = Shelf().Parse({argument});
    REQUIRE(messages.size() == 1);
    CHECK(absl::StrContains(messages[0], argument.substr(0, argument.find('='))));
    CHECK(absl::EndsWith(messages[0], "; see --help"));
  }
  const Messages missing = Shelf().Parse({"--shelf-name"});
  REQUIRE(missing.size() == 1);
  CHECK(absl::StrContains(missing[0], "--shelf-name"));
}

TEST_CASE_METHOD(Shelf, "a secret has no flag, because everybody sees a process's arguments, and is not shown",
                 "[settings]") {
  CHECK(Parse({"--shelf-password=secret"}).size() == 1);
  password = "of the vault";
  CHECK_FALSE(absl::StrContains(settings.Help(), "vault"));
  CHECK_FALSE(absl::StrContains(settings.Help(), "--shelf-password"));
  CHECK(absl::StrContains(settings.Help(), "SHELF_PASSWORD"));
}

TEST_CASE("help shows each option in a row of a table", "[settings]") {
  for (const std::string flag : {"--help", "-h"}) {
    Shelf shelf;
    CHECK(shelf.Parse({flag, "--shelf-width=0"}).empty());
    CHECK(shelf.settings.help_wanted());
  }
  Shelf shelf;
  const std::vector<std::string> lines = absl::StrSplit(shelf.settings.Help(), '\n');
  REQUIRE(lines.size() == 10);
  CHECK(lines[0] == "shelfservice: holds mugs");
  CHECK(lines[1].empty());
  CHECK(lines[2] == "flag                 environment        default  meaning");
  CHECK(lines[3] == "--shelf-name         SHELF_NAME         top      what the shelf is called");
  CHECK(lines[4] == "                     SHELF_PASSWORD              opens the shelf");
  CHECK(lines[5] == "--shelf-width        SHELF_WIDTH        60       in centimetres");
  CHECK(lines[6] == "--shelf-life         SHELF_LIFE         1h       how long mugs stay");
  CHECK(lines[7] == "--shelf-open         SHELF_OPEN         false    whether mugs may be taken");
  CHECK(lines[8] == "--cart-service-addr  CART_SERVICE_ADDR           host:port of that service, or dns:///name:port for all "
                    "its addresses in turn");
}

TEST_CASE("an option of two parts is one option: both get its value, and the first one's default", "[settings]") {
  for (const bool given : {true, false}) {
    Settings settings({.name = "shelfservice"});
    std::string first = "first";
    std::string second = "second";
    std::int64_t narrow = 1;
    std::int64_t wide = 2;
    settings.Text("SHELF_NAME", &first, "the first help");
    settings.Text("SHELF_NAME", &second, "the second help");
    settings.Integer("SHELF_WIDTH", &narrow, 0, 9, "");
    settings.Integer("SHELF_WIDTH", &wide, 0, 9, "");
    CHECK(settings.Parse(given ? std::vector<std::string>{"--shelf-name=low"} : std::vector<std::string>{}).empty());
    CHECK(first == (given ? "low" : "first"));
    CHECK(second == first);
    CHECK(wide == narrow);
    CHECK(absl::StrContains(settings.Help(), "the first help"));
    CHECK_FALSE(absl::StrContains(settings.Help(), "the second help"));
  }
}

TEST_CASE("a program that has every service in it takes no service's address", "[settings]") {
  const Environment elsewhere("CART_SERVICE_ADDR", "cart:7070");
  Shelf shelf({.name = "boutique", .summary = "", .grpc_port = 50051, .one_process = true});
  CHECK(shelf.Parse({}).empty());
  CHECK(shelf.settings.AddressOf("CART_SERVICE_ADDR").empty());
  CHECK(shelf.Parse({"--cart-service-addr=cart:7070"}).size() == 1);
}

TEST_CASE("data live where the desktop's conventions say, unless told otherwise", "[settings]") {
  const auto directory = [](const std::vector<std::string>& arguments) {
    Settings settings({.name = "cartservice"});
    std::string value;
    settings.DataDirectory(&value);
    CHECK(settings.Parse(arguments).empty());
    return value;
  };
  const Environment home("HOME", "/home/ada"), unset("DATA_DIR", "");
  {
    const Environment xdg("XDG_DATA_HOME", "/home/ada/data");
    CHECK(directory({}) == "/home/ada/data/boutique");
    CHECK(directory({"--data-dir=:memory:"}) == ":memory:");
  }
  const Environment no_xdg("XDG_DATA_HOME", "");
  CHECK(directory({}) == "/home/ada/.local/share/boutique");
  const Environment no_home("HOME", "");
  CHECK(directory({}) == "boutique-data");
}

}  // namespace
}  // namespace boutique::runtime
