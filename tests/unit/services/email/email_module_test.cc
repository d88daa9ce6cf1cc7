// SPDX-License-Identifier: Apache-2.0
// The e-mail service as a program: with and without a mail server, across a restart, on a full disk.
#include "services/email/email_module.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "hipstershop/email.grpc.pb.h"
#include "orders.h"
#include "support/catch.h"
#include "support/full_disk.h"
#include "support/service_program.h"
#include "support/smtp_server.h"
#include "support/temporary_folder.h"

namespace boutique::email {
namespace {

using Health = grpc::health::v1::HealthCheckResponse;
using Program = testing::ServiceProgram<EmailModule, pb::EmailService>;
using testing::SmtpServer;

std::vector<std::string> Mailing(const SmtpServer& server, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"--smtp-url=" + server.url(), "--mail-from=Shop <orders@shop.test>"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

grpc::Status Confirm(Program& program, const std::string& order_id = "order-7") {
  pb::Empty nothing;
  return program.Call(&pb::EmailService::Stub::SendOrderConfirmation, TwoLines(order_id), &nothing);
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a restarted e-mail service remembers what it sent", "[email]") {
  const SmtpServer server;
  {
    Program first(path(), Mailing(server));
    REQUIRE(first.problems.empty());
    REQUIRE(Confirm(first).ok());
  }
  Program second(path(), Mailing(server));
  REQUIRE(second.problems.empty());
  REQUIRE(Confirm(second).ok());
  CHECK(server.arrived().size() == 1);
}

TEST_CASE("the mail server's certificate is checked, and STARTTLS can be asked of this machine too", "[email]") {
  const SmtpServer server({.tls = SmtpServer::Tls::kOffered});
  {
    Program trusting(":memory:", Mailing(server, {"--smtp-starttls=required", "--smtp-ca-file=" + server.ca_file()}));
    REQUIRE(trusting.problems.empty());
    REQUIRE(Confirm(trusting).ok());
    CHECK(server.taken()[0].encrypted);
  }
  Program wary(":memory:", Mailing(server, {"--smtp-starttls=required"}));
  REQUIRE(wary.problems.empty());
  CHECK(Confirm(wary).error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(server.arrived().size() == 1);
}

TEST_CASE("without its mail server the e-mail service is ready all the same", "[email]") {
  std::vector<std::string> arguments;
  {
    const SmtpServer gone;
    arguments = Mailing(gone);
  }
  Program program(":memory:", arguments);
  REQUIRE(program.problems.empty());
  CHECK(program.Becomes(Health::SERVING));
  CHECK(Confirm(program).error_code() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE_METHOD(testing::TemporaryFolder, "on a full disk nothing is sent that could not be remembered", "[email]") {
  const SmtpServer server;
  Program program(path(), Mailing(server));
  REQUIRE(program.problems.empty());
  {
    const testing::FullDisk full;
    CHECK(Confirm(program).error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(program.Becomes(Health::NOT_SERVING));
  }
  CHECK(server.arrived().empty());
  CHECK(program.Becomes(Health::SERVING));
  CHECK(Confirm(program).ok());
}

TEST_CASE("without a mail server's URL there is no file, and nothing to set", "[email]") {
  Program program("/proc/no folder can be here");
  REQUIRE(program.problems.empty());
  CHECK(Confirm(program).ok());
}

TEST_CASE("settings that cannot work stop the start with one line, without the password", "[email]") {
  const std::vector<std::vector<std::string>> cases = {
      {"--smtp-url=smtp://user:secret@host"},
      {"--smtp-url=http://user:secret@host", "--mail-from=a@b.c"},
      {"--smtp-url=smtp://user:secret@host", "--mail-from=nobody"},
      {"--smtp-url=smtp://user:secret@host", "--mail-from=a@b.c", "--smtp-starttls=maybe"},
  };
  for (const auto& arguments : cases) {
    INFO(arguments.back());
    Program program(":memory:", arguments);
    REQUIRE(program.problems.size() == 1);
    INFO(program.problems[0].ToString());
    CHECK_FALSE(absl::StrContains(program.problems[0].message(), "secret"));
    CHECK_FALSE(absl::StrContains(program.problems[0].message(), '\n'));
  }
}

}  // namespace
}  // namespace boutique::email
