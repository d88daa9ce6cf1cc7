// SPDX-License-Identifier: Apache-2.0
// The shop's services as the crash test's programs reach them, and what its buyers ask for.
// Threads: a Shop is one thread's; the functions are safe from any.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "hipstershop/checkout.grpc.pb.h"

namespace boutique::crash {

namespace pb = ::hipstershop;

using Random = std::mt19937_64;

// Connections of their own to the services whose addresses are in the environment (CART_SERVICE_ADDR and so on).
class Shop {
 public:
  // Shop::Call<pb::CartService>(&pb::CartService::Stub::GetCart, request, budget). The server's status. `waits` is whether
  // a connection that fails is tried again within the budget.
  template <typename Service, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request, std::chrono::milliseconds budget, bool waits = false) {
    grpc::ClientContext context;
    context.set_wait_for_ready(waits);
    context.set_deadline(std::chrono::system_clock::now() + budget);
    const auto stub = Service::NewStub(ChannelTo(Service::service_full_name()));
    Response response;
    const grpc::Status status = (stub.get()->*method)(&context, request, &response);
    if (status.ok()) return response;
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }

 private:
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& service);

  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

// Lower-case hexadecimal digits.
std::string RandomDigits(Random& random, int count);

// What a buyer sends to order with that key. Currency and card follow from the key, so that a repeat is the same.
pb::PlaceOrderRequest WishOf(const std::string& user, const std::string& key);

pb::Address Home();
pb::CreditCardInfo GoodCard();
// Numbers of another good card, and of none at all.
inline constexpr char kOtherNumber[] = "5555555555554444";
inline constexpr char kMistypedNumber[] = "4432801561520455";

// Whether this answer is the last word, so that asking again would bring the same one.
bool IsLastWord(const absl::Status& answer);

}  // namespace boutique::crash
