// SPDX-License-Identifier: Apache-2.0
// The cart service's methods in a shopper's words.
// Threads: everything here is safe from any.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hipstershop/cart.grpc.pb.h"

namespace boutique::contract {

namespace pb = ::hipstershop;
using Carts = pb::CartService;

absl::Status AddToCart(const std::string& user, const std::string& product, int quantity);
absl::Status SetInCart(const std::string& user, const std::string& product, int quantity);
absl::Status EmptyCart(const std::string& user);
absl::StatusOr<pb::Cart> CartOf(const std::string& user);
// The lines as texts ("6E92ZMYYFZ x 2"); fails the test case if the cart cannot be read.
std::vector<std::string> LinesOf(const std::string& user);

// Adds one of the product `count` times, all calls in flight together.
std::vector<absl::Status> AddConcurrently(const std::string& user, const std::string& product, int count);

// As CheckRefusal, for the cart service.
void CheckCartRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field = "");

}  // namespace boutique::contract
