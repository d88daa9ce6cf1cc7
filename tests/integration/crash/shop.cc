// SPDX-License-Identifier: Apache-2.0
#include "integration/crash/shop.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cctype>
#include <cstdlib>
#include <ctime>

namespace boutique::crash {
namespace {

constexpr char kGoodNumber[] = "4432801561520454";
constexpr char kDeclinedNumber[] = "4000000000000002";

// "hipstershop.ProductCatalogService": "PRODUCT_CATALOG_SERVICE_ADDR".
std::string VariableOf(const std::string& service) {
  std::string variable;
  for (const char letter : service.substr(service.find('.') + 1)) {
    if (std::isupper(static_cast<unsigned char>(letter)) != 0 && !variable.empty()) variable += '_';
    variable += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return variable + "_ADDR";
}

}  // namespace

std::shared_ptr<grpc::Channel> Shop::ChannelTo(const std::string& service) {
  auto& channel = channels_[service];
  if (channel != nullptr) return channel;
  const char* const address = std::getenv(VariableOf(service).c_str());
  grpc::ChannelArguments arguments;
  // One connection for each shop: so the buyers spread over the replicas, and not all lose theirs together.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  channel = grpc::CreateCustomChannel(address == nullptr ? "" : address, grpc::InsecureChannelCredentials(), arguments);
  return channel;
}

std::string RandomDigits(Random& random, int count) {
  std::string digits;
  for (int i = 0; i < count; ++i) digits += "0123456789abcdef"[random() % 16];
  return digits;
}

pb::Address Home() {
  pb::Address address;
  address.set_street_address("1600 Amphitheatre Parkway");
  address.set_city("Mountain View");
  address.set_state("CA");
  address.set_country("United States");
  address.set_zip_code(94043);
  return address;
}

pb::CreditCardInfo GoodCard() {
  const std::time_t now = std::time(nullptr);
  std::tm today{};
  gmtime_r(&now, &today);
  pb::CreditCardInfo card;
  card.set_credit_card_number(kGoodNumber);
  card.set_credit_card_cvv(672);
  card.set_credit_card_expiration_year(1900 + today.tm_year + 1);
  card.set_credit_card_expiration_month(12);
  return card;
}

pb::PlaceOrderRequest WishOf(const std::string& user, const std::string& key) {
  static constexpr const char* kCurrencies[] = {"USD", "EUR", "JPY", "GBP"};
  pb::PlaceOrderRequest wish;
  wish.set_user_id(user);
  wish.set_idempotency_key(key);
  wish.set_user_currency(kCurrencies[static_cast<unsigned char>(key.front()) % 4]);
  *wish.mutable_address() = Home();
  wish.set_email(user + "@example.com");
  *wish.mutable_credit_card() = GoodCard();
  // One in sixteen.
  if (key.back() == '0') wish.mutable_credit_card()->set_credit_card_number(kDeclinedNumber);
  return wish;
}

bool IsLastWord(const absl::Status& answer) {
  switch (answer.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted: return true;
    default: return false;
  }
}

}  // namespace boutique::crash
