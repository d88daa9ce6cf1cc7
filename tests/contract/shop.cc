// SPDX-License-Identifier: Apache-2.0
#include "contract/shop.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <cstdlib>
#include <map>
#include <mutex>

#include "absl/strings/match.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace boutique::contract {
namespace {

const std::vector<std::pair<std::string, std::string>>& Variables() {
  static const auto* const kVariables = new std::vector<std::pair<std::string, std::string>>{
      {"hipstershop.AdService", "AD_SERVICE_ADDR"},
      {"hipstershop.CartService", "CART_SERVICE_ADDR"},
      {"hipstershop.CheckoutService", "CHECKOUT_SERVICE_ADDR"},
      {"hipstershop.CurrencyService", "CURRENCY_SERVICE_ADDR"},
      {"hipstershop.EmailService", "EMAIL_SERVICE_ADDR"},
      {"hipstershop.OrderService", "ORDER_SERVICE_ADDR"},
      {"hipstershop.PaymentService", "PAYMENT_SERVICE_ADDR"},
      {"hipstershop.ProductCatalogService", "PRODUCT_CATALOG_SERVICE_ADDR"},
      {"hipstershop.RecommendationService", "RECOMMENDATION_SERVICE_ADDR"},
      {"hipstershop.ShippingService", "SHIPPING_SERVICE_ADDR"},
  };
  return *kVariables;
}

}  // namespace

std::string VariableOf(const std::string& service) {
  for (const auto& [name, variable] : Variables()) {
    if (name == service) return variable;
  }
  return "";
}

std::string AddressOf(const std::string& service) {
  const char* const address = std::getenv(VariableOf(service).c_str());
  return address == nullptr ? "" : address;
}

void PointAt(const std::string& address) {
  for (const auto& [service, variable] : Variables()) setenv(variable.c_str(), address.c_str(), /*overwrite=*/1);
}

std::vector<std::string> GivenServices() {
  std::vector<std::string> given;
  for (const auto& [service, variable] : Variables()) {
    if (!AddressOf(service).empty()) given.push_back(service);
  }
  return given;
}

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& service) {
  static std::mutex mutex;
  static auto* const channels = new std::map<std::string, std::shared_ptr<grpc::Channel>>;
  const std::string address = AddressOf(service);
  const std::lock_guard lock(mutex);
  auto& channel = (*channels)[address];
  if (channel == nullptr) channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  return channel;
}

absl::Status StatusFrom(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

void Prepare(grpc::ClientContext* context, const CallOptions& options) {
  context->set_deadline(std::chrono::system_clock::now() + options.budget);
  for (const auto& [key, value] : options.metadata) context->AddMetadata(key, value);
}

absl::Status CallRaw(const std::string& service, const std::string& method, const std::string& bytes,
                     const CallOptions& options) {
  grpc::ClientContext context;
  Prepare(&context, options);
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(ChannelTo(service));
  const auto call = stub.PrepareUnaryCall(&context, "/" + service + "/" + method, request, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return StatusFrom(status);
}

absl::Status CheckLives(const std::string& service) {
  namespace health = ::grpc::health::v1;
  grpc::ClientContext context;
  Prepare(&context, {});
  health::HealthCheckResponse response;
  const auto stub = health::Health::NewStub(ChannelTo(service));
  const grpc::Status status = stub->Check(&context, health::HealthCheckRequest(), &response);
  if (!status.ok()) return StatusFrom(status);
  if (response.status() == health::HealthCheckResponse::SERVING) return absl::OkStatus();
  return absl::UnavailableError(service + " does not serve");
}

void CheckRefusal(const std::string& service, const absl::Status& status, absl::StatusCode code,
                  const std::string& field) {
  INFO("expected " << absl::StatusCodeToString(code) << " naming '" << field << "', got " << status.ToString());
  CHECK(status.code() == code);
  CHECK(absl::StrContains(std::string(status.message()), field));
  const absl::Status alive = CheckLives(service);
  INFO(alive.ToString());
  CHECK(alive.ok());
}

}  // namespace boutique::contract
