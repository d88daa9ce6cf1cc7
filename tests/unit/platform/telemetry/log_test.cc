// SPDX-License-Identifier: Apache-2.0
#include "platform/telemetry/log.h"

#include <fcntl.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "support/catch.h"

namespace boutique::telemetry {
namespace {

using Json = nlohmann::json;

// Standard error goes to a file while this lives; Lines reads what was written.
class Captured {
 public:
  Captured() : file_(std::tmpfile()), before_(dup(STDERR_FILENO)) { dup2(fileno(file_), STDERR_FILENO); }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    std::fclose(file_);
  }

  std::vector<std::string> Lines() const {
    std::string text;
    char buffer[4096];
    off_t at = 0;
    for (ssize_t got = 0; (got = pread(fileno(file_), buffer, sizeof buffer, at)) > 0; at += got) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    if (text.empty()) return {};
    CHECK(text.back() == '\n');
    text.pop_back();
    return absl::StrSplit(text, '\n');
  }
  // The one line that was written; null if it is none or no JSON object.
  Json Line() const {
    const auto lines = Lines();
    REQUIRE(lines.size() == 1);
    return Json::parse(lines[0], nullptr, /*allow_exceptions=*/false);
  }

 private:
  std::FILE* file_;
  int before_;
};

// Runs `write` under a fresh log, and gives back its one line.
template <typename Write>
Json Logged(Write write) {
  const Captured captured;
  StartLog("cartservice", Severity::kInfo);
  write();
  return captured.Line();
}

TEST_CASE("a line is a JSON object with time, severity, program and message", "[log]") {
  const Json line = Logged([] { Log(Severity::kInfo, "ready", {{"port", 7070}}); });
  REQUIRE(line.is_object());
  CHECK(line["severity"] == "info");
  CHECK(line["name"] == "cartservice");
  CHECK(line["message"] == "ready");
  CHECK(line["port"] == 7070);
  CHECK(line.size() == 5);
  absl::Time time;
  std::string error;
  REQUIRE(absl::ParseTime(absl::RFC3339_full, line["timestamp"].get<std::string>(), &time, &error));
  CHECK(absl::AbsDuration(absl::Now() - time) < absl::Seconds(10));
}

TEST_CASE("fields keep their kinds", "[log]") {
  const Json line = Logged([] {
    const std::string text = "text";
    Log(Severity::kWarning, "kinds",
        {{"string", text}, {"literal", "x"}, {"view", absl::string_view("v")}, {"int", -3},
         {"large", std::numeric_limits<std::int64_t>::min()}, {"double", 0.25}, {"yes", true}, {"no", false}});
  });
  CHECK(line["severity"] == "warning");
  CHECK(line["string"] == "text");
  CHECK(line["literal"] == "x");
  CHECK(line["view"] == "v");
  CHECK(line["int"] == -3);
  CHECK(line["large"] == std::numeric_limits<std::int64_t>::min());
  CHECK(line["double"] == 0.25);
  CHECK(line["yes"] == true);
  CHECK(line["no"] == false);
}

TEST_CASE("a number that JSON cannot express becomes null", "[log]") {
  const Json line = Logged([] {
    using Limits = std::numeric_limits<double>;
    Log(Severity::kInfo, "numbers",
        {{"nan", Limits::quiet_NaN()}, {"most", Limits::infinity()}, {"least", -Limits::infinity()}});
  });
  REQUIRE(line.is_object());
  CHECK(line["nan"].is_null());
  CHECK(line["most"].is_null());
  CHECK(line["least"].is_null());
}

TEST_CASE("no message or field can break the line or add one", "[log]") {
  const std::vector<std::string> texts = {"", "\"", "\\", "\\\"", "a\nb", "\r\n", "\t\b\f", std::string("\0", 1),
                                          "\x1b[31mred", "\x7f", "{}", "\",\"severity\":\"error", "\xff", "\xc3",
                                          "\xc3\x28", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf", "{0} {} %s %n"};
  for (const std::string& text : texts) {
    const Json line = Logged([&] { Log(Severity::kInfo, text, {{"field", text}}); });
    INFO(text);
    REQUIRE(line.is_object());
    CHECK(line["severity"] == "info");
    CHECK(line["message"] == line["field"]);
    CHECK(line.size() == 5);
  }
}

TEST_CASE("text that is UTF-8 is kept as it is", "[log]") {
  for (const std::string& text : {std::string("Tasse für 9 €, 茶碗, 🍵, ü"),
                                  std::string("\xef\xbf\xbf \xf4\x8f\xbf\xbf"),
                                  std::string("\xed\x9f\xbf\xee\x80\x80"), std::string("a\"b\\c\nd\te\x01\x7f")}) {
    CHECK(Json::parse(JsonQuote(text)) == text);
  }
}

TEST_CASE("each byte that is no UTF-8 becomes a replacement character", "[log]") {
  CHECK(JsonQuote("a\xff\xfe") == R"("a\ufffd\ufffd")");
  CHECK(JsonQuote("\xe2\x82") == R"("\ufffd\ufffd")");
  CHECK(JsonQuote("\xe2\x82z") == R"("\ufffd\ufffdz")");
}

TEST_CASE("any bytes give a JSON string; UTF-8 reads back the same", "[log]") {
  CHECK(rc::check([] {
    const auto bytes = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::element('"', '\\', '\n', '\xe2', '\x82', '\xac', '\xf0')));
    const Json read = Json::parse(JsonQuote(bytes), nullptr, /*allow_exceptions=*/false);
    RC_ASSERT(read.is_string());
    const bool is_utf8 = Json::accept(Json(bytes).dump(-1, ' ', false, Json::error_handler_t::ignore)) &&
                         Json(bytes).dump(-1, ' ', false, Json::error_handler_t::ignore) ==
                             Json(bytes).dump(-1, ' ', false, Json::error_handler_t::replace);
    RC_ASSERT((read == bytes) == is_utf8);
  }));
}

TEST_CASE("what is below the chosen severity is not written", "[log]") {
  const std::vector<Severity> all = {Severity::kDebug, Severity::kInfo, Severity::kWarning, Severity::kError};
  for (std::size_t least = 0; least < all.size(); ++least) {
    const Captured captured;
    StartLog("cartservice", all[least]);
    for (const Severity severity : all) {
      CHECK(Logs(severity) == (severity >= all[least]));
      Log(severity, "line");
    }
    CHECK(captured.Lines().size() == all.size() - least);
  }
}

TEST_CASE("severities are read by their names", "[log]") {
  for (const std::string name : {"debug", "info", "warning", "error"}) {
    Severity severity = Severity::kDebug;
    REQUIRE_OK(ParseSeverity(name, &severity));
    const Captured captured;
    StartLog("cartservice", Severity::kDebug);
    Log(severity, "line");
    CHECK(captured.Line()["severity"] == name);
  }
  Severity untouched = Severity::kWarning;
  for (const std::string name : {"", "warn", "INFO", "loud", "info "}) {
    const absl::Status bad = ParseSeverity(name, &untouched);
    CHECK_CODE(bad, kInvalidArgument);
    CHECK(bad.message() == "'" + name + "' is none of debug, info, warning, error");
  }
  CHECK(untouched == Severity::kWarning);
}

TEST_CASE("a program's name cannot break the line either", "[log]") {
  const Captured captured;
  StartLog("cart\"service", Severity::kInfo);
  Log(Severity::kInfo, "ready");
  CHECK(captured.Line()["name"] == "cart\"service");
}

TEST_CASE("lines of several threads do not mix", "[log]") {
  const Captured captured;
  StartLog("cartservice", Severity::kInfo);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int k = 0; k < 100; ++k) Log(Severity::kInfo, std::string(200, 'x'), {{"thread", i}, {"line", k}});
    });
  }
  for (auto& thread : threads) thread.join();
  const auto lines = captured.Lines();
  CHECK(lines.size() == 400);
  for (const std::string& line : lines) CHECK(Json::accept(line));
}

}  // namespace
}  // namespace boutique::telemetry
