// SPDX-License-Identifier: Apache-2.0
// What the shop sells and what its shoppers bring along: products, amounts, addresses, cards, names.
// Threads: everything here is safe from any.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hipstershop/types.pb.h"

namespace boutique::contract {

namespace pb = ::hipstershop;

inline constexpr char kSunglasses[] = "OLJCESPC7Z";
inline constexpr char kTankTop[] = "66VCHSJNUP";
inline constexpr char kWatch[] = "1YMWWN1N4O";
inline constexpr char kLoafers[] = "L9ECAV7KIM";
inline constexpr char kHairdryer[] = "2ZYFJ3GM2N";
inline constexpr char kCandleHolder[] = "0PUK6V6EV0";
inline constexpr char kShakers[] = "LS4PSXUNUM";
inline constexpr char kJar[] = "9SIQT8TOJO";
inline constexpr char kMug[] = "6E92ZMYYFZ";

// The nine ids in the catalog's order.
std::vector<std::string> AllProducts();

pb::Money Amount(const std::string& currency, std::int64_t units, std::int32_t nanos);
pb::CartItem Item(const std::string& product_id, int quantity);
pb::Address MountainView();

// Year and month in UTC.
std::pair<int, int> ThisMonth();

// Numbers that the simulated processor treats in a way of their own.
inline constexpr char kGoodVisa[] = "4432801561520454";
inline constexpr char kDeclined[] = "4000000000000002";
inline constexpr char kInsufficientFunds[] = "4000000000009995";
// A card that is good until the end of next year.
pb::CreditCardInfo Card(const std::string& number = kGoodVisa);
// The digits with the last one added that makes the number pass Luhn's check.
std::string WithCheckDigit(const std::string& digits);

// Nobody else's: a user id, and an idempotency key of 32 characters.
std::string NewUser();
std::string NewKey();

// "USD 8.990000000": for comparing, and for reading when the comparison fails.
std::string Text(const pb::Money& amount);
// "6E92ZMYYFZ x 2".
std::string Text(const pb::CartItem& item);
template <typename Items>
std::vector<std::string> Texts(const Items& items) {
  std::vector<std::string> texts;
  for (const auto& item : items) texts.push_back(Text(item));
  return texts;
}

// Whether this is a random UUID (version 4) in lower case.
bool IsUuidV4(const std::string& text);

}  // namespace boutique::contract
