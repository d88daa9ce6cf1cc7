// SPDX-License-Identifier: Apache-2.0
#include "services/email/email_module.h"

#include "services/email/email_service.h"

namespace boutique::email {

absl::Status EmailModule::Install(runtime::Host& host) {
  host.Serve<pb::EmailService>(host.Own<EmailService>());
  return absl::OkStatus();
}

}  // namespace boutique::email
