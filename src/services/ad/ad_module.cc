// SPDX-License-Identifier: Apache-2.0
#include "services/ad/ad_module.h"

#include "services/ad/ad_service.h"

namespace boutique::ad {

absl::Status AdModule::Install(runtime::Host& host) {
  host.Serve<pb::AdService>(host.Own<AdService>(Ads::OfTheShop()));
  return absl::OkStatus();
}

}  // namespace boutique::ad
