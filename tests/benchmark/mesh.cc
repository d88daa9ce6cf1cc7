// SPDX-License-Identifier: Apache-2.0
#include "benchmark/mesh.h"

#include "absl/strings/str_cat.h"

namespace boutique::benchmark {

std::vector<std::string> OnFreePorts(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Mesh::Mesh() {
  const std::vector<std::string> in_memory = {"--data-dir=:memory:"};
  Start("adservice", {}, "--ad-service-addr");
  Start("cartservice", in_memory, "--cart-service-addr");
  Start("currencyservice", {}, "--currency-service-addr");
  Start("emailservice", in_memory, "--email-service-addr");
  Start("orderservice", in_memory, "--order-service-addr");
  Start("paymentservice", in_memory, "--payment-service-addr");
  Start("productcatalogservice", in_memory, "--product-catalog-service-addr");
  Start("shippingservice", in_memory, "--shipping-service-addr");
  Start("recommendationservice", Only({"--product-catalog-service-addr"}), "--recommendation-service-addr");
  Start("checkoutservice",
        Only({"--cart-service-addr", "--currency-service-addr", "--email-service-addr", "--order-service-addr",
              "--payment-service-addr", "--product-catalog-service-addr", "--shipping-service-addr"}),
        "--checkout-service-addr");
  Start("frontend",
        Only({"--ad-service-addr", "--cart-service-addr", "--checkout-service-addr", "--currency-service-addr",
              "--order-service-addr", "--product-catalog-service-addr", "--recommendation-service-addr",
              "--shipping-service-addr"}),
        "");
}

std::string Mesh::AddressOf(const std::string& program) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == program) return addresses_[i].second;
  }
  return "";
}

std::int64_t Mesh::PssKib() const {
  std::int64_t sum = 0;
  for (const auto& program : programs_) sum += program->PssKib();
  return sum;
}

std::vector<std::int64_t> Mesh::CpuNanos() const {
  std::vector<std::int64_t> nanos;
  for (const auto& program : programs_) nanos.push_back(program->CpuNanos());
  return nanos;
}

void Mesh::Start(const std::string& program, const std::vector<std::string>& more, const std::string& flag) {
  programs_.push_back(std::make_unique<ChildProcess>(program, OnFreePorts(more)));
  names_.push_back(program);
  addresses_.emplace_back(flag, programs_.back()->AddressOf("grpc"));
}

std::vector<std::string> Mesh::Only(const std::vector<std::string>& flags) const {
  std::vector<std::string> arguments;
  for (const auto& [flag, address] : addresses_) {
    for (const std::string& wanted : flags) {
      if (wanted == flag) arguments.push_back(absl::StrCat(flag, "=", address));
    }
  }
  return arguments;
}

}  // namespace boutique::benchmark
