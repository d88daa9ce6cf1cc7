// SPDX-License-Identifier: Apache-2.0
#include "services/currency/currency_module.h"

#include "services/currency/currency_service.h"

namespace boutique::currency {

absl::Status CurrencyModule::Install(runtime::Host& host) {
  host.Serve<pb::CurrencyService>(host.Own<CurrencyService>(ExchangeRates::Reference()));
  return absl::OkStatus();
}

}  // namespace boutique::currency
