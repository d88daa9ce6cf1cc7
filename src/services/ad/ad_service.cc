// SPDX-License-Identifier: Apache-2.0
#include "services/ad/ad_service.h"

#include "absl/random/uniform_int_distribution.h"
#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/status.h"

namespace boutique::ad {
namespace {

constexpr int kMostKeys = 100;
constexpr std::size_t kLongestKey = 128;
constexpr int kAdsDrawn = 2;

absl::Status Check(const pb::AdRequest& request) {
  if (request.context_keys_size() > kMostKeys) {
    return base::InvalidField("context_keys", absl::StrCat("must have at most ", kMostKeys, " keys"));
  }
  for (const std::string& key : request.context_keys()) {
    if (absl::Status bad = base::CheckLength("context_keys", key, 0, kLongestKey); !bad.ok()) return bad;
  }
  return absl::OkStatus();
}

}  // namespace

std::size_t DrawEvenly(const rpc::CallContext& call, std::size_t count) {
  return absl::uniform_int_distribution<std::size_t>(0, count - 1)(call.loop->random());
}

rpc::Reply<pb::AdResponse> AdService::GetAds(const rpc::CallContext& call, const pb::AdRequest& request) {
  if (absl::Status bad = Check(request); !bad.ok()) co_return bad;
  pb::AdResponse reply;
  for (const std::string& key : request.context_keys()) {
    for (const pb::Ad& ad : ads_.Of(key)) *reply.add_ads() = ad;
  }
  if (reply.ads().empty()) {
    // Drawn with replacement, as the original does: both may be the same.
    for (int i = 0; i < kAdsDrawn; ++i) *reply.add_ads() = ads_.all()[draw_(call, ads_.all().size())];
  }
  co_return reply;
}

void AdService::RegisterWith(rpc::Server& server) {
  using Async = pb::AdService::AsyncService;
  server.Add<pb::AdService>(*this, rpc::Method<&Async::RequestGetAds, &AdService::GetAds>{});
}

}  // namespace boutique::ad
