// SPDX-License-Identifier: Apache-2.0
#include "services/ad/ad_service.h"

#include <grpcpp/create_channel.h>

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "platform/coro/spawn.h"
#include "services/ad/ad_module.h"
#include "support/catch.h"

namespace boutique::ad {
namespace {

using Keys = std::vector<std::string>;

// Draws what the test lays out, then always the first.
struct Board {
  std::deque<std::size_t> drawn;
  AdService service{Ads::OfTheShop(), [this](const rpc::CallContext&, std::size_t count) {
                      CHECK(count == 7);
                      if (drawn.empty()) return std::size_t{0};
                      const std::size_t next = drawn.front();
                      drawn.pop_front();
                      return next;
                    }};
  rpc::CallContext call;

  absl::StatusOr<pb::AdResponse> GetAds(const Keys& keys) {
    pb::AdRequest request;
    request.mutable_context_keys()->Assign(keys.begin(), keys.end());
    return coro::SyncWait(service.GetAds(call, request));
  }
  Keys Where(const Keys& keys) {
    const auto reply = GetAds(keys);
    REQUIRE_OK(reply);
    Keys where;
    for (const pb::Ad& ad : reply->ads()) {
      CHECK_FALSE(ad.text().empty());
      where.push_back(ad.redirect_url());
    }
    return where;
  }
};

TEST_CASE_METHOD(Board, "each key leads to its product", "[ad]") {
  CHECK(Where({"clothing"}) == Keys{"/product/66VCHSJNUP"});
  CHECK(Where({"accessories"}) == Keys{"/product/1YMWWN1N4O"});
  CHECK(Where({"footwear"}) == Keys{"/product/L9ECAV7KIM"});
  CHECK(Where({"hair"}) == Keys{"/product/2ZYFJ3GM2N"});
  CHECK(Where({"decor"}) == Keys{"/product/0PUK6V6EV0"});
  CHECK(Where({"kitchen"}) == Keys{"/product/9SIQT8TOJO", "/product/6E92ZMYYFZ"});
}

TEST_CASE_METHOD(Board, "an ad says what it offers", "[ad]") {
  const auto offers = [this](const std::string& key, int index, const std::string& what) {
    const auto reply = GetAds({key});
    REQUIRE_OK(reply);
    return reply->ads(index).text().find(what) != std::string::npos;
  };
  CHECK(offers("clothing", 0, "20%"));
  CHECK(offers("accessories", 0, "second"));
  CHECK(offers("footwear", 0, "second"));
  CHECK(offers("hair", 0, "50%"));
  CHECK(offers("decor", 0, "30%"));
  CHECK(offers("kitchen", 0, "10%"));
  CHECK(offers("kitchen", 1, "third"));
}

TEST_CASE_METHOD(Board, "ads come in the order of the keys, again for a key that is given again", "[ad]") {
  CHECK(Where({"hair", "kitchen", "hair"}) ==
        Keys{"/product/2ZYFJ3GM2N", "/product/9SIQT8TOJO", "/product/6E92ZMYYFZ", "/product/2ZYFJ3GM2N"});
}

TEST_CASE_METHOD(Board, "keys without ads add nothing to those that have some", "[ad]") {
  CHECK(Where({"tops", "footwear", "home"}) == Keys{"/product/L9ECAV7KIM"});
}

TEST_CASE_METHOD(Board, "without a key that has ads two are drawn, the same one twice if so it falls", "[ad]") {
  drawn = {2, 6};
  CHECK(Where({}) == Keys{"/product/L9ECAV7KIM", "/product/6E92ZMYYFZ"});
  drawn = {3, 3};
  CHECK(Where({"beauty", "", "Kitchen"}) == Keys{"/product/2ZYFJ3GM2N", "/product/2ZYFJ3GM2N"});
}

TEST_CASE_METHOD(Board, "keys are bounded in number and length", "[ad]") {
  CHECK(GetAds(Keys(100, std::string(128, 'x'))).ok());
  CHECK_CODE(GetAds(Keys(101, "hair")), kInvalidArgument);
  const auto reply = GetAds({"hair", std::string(129, 'x')});
  CHECK_CODE(reply, kInvalidArgument);
  CHECK(reply.status().message().substr(0, 13) == "context_keys:");
}

TEST_CASE("an even draw reaches every ad, and nothing else", "[ad]") {
  rpc::Loop loop;
  rpc::CallContext call;
  call.loop = &loop;
  std::set<std::size_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(DrawEvenly(call, 7));
  CHECK(seen == std::set<std::size_t>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("the program answers over the network", "[ad]") {
  runtime::Process process({.name = "adservice", .grpc_port = 9555});
  process.Add<AdModule>();
  REQUIRE(process.Start({"--port=0", "--metrics-port=0"}).empty());
  const auto stub =
      pb::AdService::NewStub(grpc::CreateChannel(process.AddressOf("grpc"), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  pb::AdResponse reply;
  REQUIRE(stub->GetAds(&context, pb::AdRequest(), &reply).ok());
  CHECK(reply.ads_size() == 2);
}

}  // namespace
}  // namespace boutique::ad
