// SPDX-License-Identifier: Apache-2.0
// Puts EmailService into a process.
// Threads: used at start, by one thread.
#pragma once

#include <chrono>
#include <string>

#include "events/broker.h"
#include "platform/runtime/process.h"
#include "platform/runtime/store_database.h"
#include "services/email/email_service.h"

namespace boutique::email {

class EmailModule final : public runtime::Module {
 public:
  explicit EmailModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  absl::Status InstallMailing(runtime::Host& host);
  absl::Status Serve(runtime::Host& host, EmailService& service) const;

  const runtime::StoreDatabase database_;
  const events::Broker broker_;
  std::string smtp_url_;
  std::string user_;
  std::string password_;
  std::string starttls_ = "auto";
  std::string ca_file_;
  std::string from_;
  std::chrono::nanoseconds timeout_ = std::chrono::seconds(20);
};

}  // namespace boutique::email
