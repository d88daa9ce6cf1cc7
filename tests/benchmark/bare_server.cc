// SPDX-License-Identifier: Apache-2.0
// The measure of the leaf services: a completion-queue server of one thread that answers each of their methods with a
// ready-made message and does nothing else. usage: bare_server PORT
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <string>

#include "hipstershop/ad.grpc.pb.h"
#include "hipstershop/cart.grpc.pb.h"
#include "hipstershop/currency.grpc.pb.h"
#include "hipstershop/product_catalog.grpc.pb.h"
#include "hipstershop/shipping.grpc.pb.h"

namespace {

namespace pb = ::hipstershop;

struct Tag {
  virtual ~Tag() = default;
  virtual void Fire(bool ok) = 0;
};

template <typename Async, typename Base, typename Request, typename Response>
class Call final : public Tag {
 public:
  using Arm = void (Base::*)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                             grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*);
  Call(Async& service, grpc::ServerCompletionQueue& queue, Arm arm, const Response& response)
      : service_(service), queue_(queue), arm_(arm), response_(response) {
    (service_.*arm_)(&context_, &request_, &writer_, &queue_, &queue_, static_cast<Tag*>(this));
  }
  void Fire(bool ok) override {
    if (!ok || answered_) {
      delete this;
      return;
    }
    new Call(service_, queue_, arm_, response_);
    answered_ = true;
    writer_.Finish(response_, grpc::Status::OK, static_cast<Tag*>(this));
  }

 private:
  Async& service_;
  grpc::ServerCompletionQueue& queue_;
  const Arm arm_;
  const Response& response_;
  grpc::ServerContext context_;
  Request request_;
  grpc::ServerAsyncResponseWriter<Response> writer_{&context_};
  bool answered_ = false;
};

template <typename Async, typename Base, typename Request, typename Response>
void Serve(Async& service, grpc::ServerCompletionQueue& queue,
           void (Base::*arm)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                             grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*),
           const Response& response) {
  new Call<Async, Base, Request, Response>(service, queue, arm, response);
}

void SetMoney(pb::Money* money, std::int64_t units, std::int32_t nanos) {
  money->set_currency_code("USD");
  money->set_units(units);
  money->set_nanos(nanos);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string port = argc > 1 ? argv[1] : "0";
  pb::ProductCatalogService::AsyncService catalog;
  pb::CurrencyService::AsyncService currency;
  pb::CartService::AsyncService carts;
  pb::ShippingService::AsyncService shipping;
  pb::AdService::AsyncService ads;

  // The messages that the real services answer the benchmark's requests with.
  pb::Product product;
  product.set_id("OLJCESPC7Z");
  product.set_name("Sunglasses");
  product.set_description(std::string(110, 'x'));
  product.set_picture("/static/img/products/sunglasses.jpg");
  SetMoney(product.mutable_price_usd(), 19, 990000000);
  product.add_categories("accessories");
  pb::Money converted;
  SetMoney(&converted, 17, 682441398);
  pb::Cart cart;
  cart.set_user_id("benchmark");
  for (const char* id : {"OLJCESPC7Z", "66VCHSJNUP"}) {
    auto* item = cart.add_items();
    item->set_product_id(id);
    item->set_quantity(2);
  }
  pb::GetQuoteResponse quote;
  SetMoney(quote.mutable_cost_usd(), 8, 990000000);
  pb::AdResponse ad;
  ad.add_ads()->set_redirect_url("/product/66VCHSJNUP");
  ad.mutable_ads(0)->set_text("Tank top for sale. 20% off.");

  grpc::ServerBuilder builder;
  int bound = 0;
  builder.AddListeningPort("127.0.0.1:" + port, grpc::InsecureServerCredentials(), &bound);
  builder.RegisterService(&catalog);
  builder.RegisterService(&currency);
  builder.RegisterService(&carts);
  builder.RegisterService(&shipping);
  builder.RegisterService(&ads);
  auto queue = builder.AddCompletionQueue();
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  Serve(catalog, *queue, &decltype(catalog)::RequestGetProduct, product);
  Serve(currency, *queue, &decltype(currency)::RequestConvert, converted);
  Serve(carts, *queue, &decltype(carts)::RequestGetCart, cart);
  Serve(shipping, *queue, &decltype(shipping)::RequestGetQuote, quote);
  Serve(ads, *queue, &decltype(ads)::RequestGetAds, ad);
  std::printf("bare_server is ready\n  grpc     127.0.0.1:%d\n", bound);
  std::fflush(stdout);
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<Tag*>(tag)->Fire(ok);
  return 0;
}
