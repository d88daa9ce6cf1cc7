// SPDX-License-Identifier: Apache-2.0
#include "contract/carts.h"

#include "contract/goods.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

pb::AddItemRequest Addition(const std::string& user, const std::string& product, int quantity) {
  pb::AddItemRequest request;
  request.set_user_id(user);
  *request.mutable_item() = Item(product, quantity);
  return request;
}

}  // namespace

absl::Status AddToCart(const std::string& user, const std::string& product, int quantity) {
  return Call<Carts>(&Carts::Stub::AddItem, Addition(user, product, quantity)).status();
}

absl::Status SetInCart(const std::string& user, const std::string& product, int quantity) {
  pb::SetItemRequest request;
  request.set_user_id(user);
  *request.mutable_item() = Item(product, quantity);
  return Call<Carts>(&Carts::Stub::SetItem, request).status();
}

absl::Status EmptyCart(const std::string& user) {
  pb::EmptyCartRequest request;
  request.set_user_id(user);
  return Call<Carts>(&Carts::Stub::EmptyCart, request).status();
}

absl::StatusOr<pb::Cart> CartOf(const std::string& user) {
  pb::GetCartRequest request;
  request.set_user_id(user);
  return Call<Carts>(&Carts::Stub::GetCart, request);
}

std::vector<std::string> LinesOf(const std::string& user) {
  const auto cart = CartOf(user);
  REQUIRE_OK(cart);
  return Texts(cart->items());
}

std::vector<absl::Status> AddConcurrently(const std::string& user, const std::string& product, int count) {
  struct Pending {
    grpc::ClientContext context;
    pb::Empty response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<pb::Empty>> reader;
  };
  grpc::CompletionQueue queue;
  const auto stub = Carts::NewStub(ChannelTo(Carts::service_full_name()));
  const pb::AddItemRequest request = Addition(user, product, 1);
  std::vector<Pending> calls(static_cast<std::size_t>(count));
  for (Pending& call : calls) {
    Prepare(&call.context, {});
    call.reader = stub->AsyncAddItem(&call.context, request, &queue);
    call.reader->Finish(&call.response, &call.status, &call);
  }
  std::vector<absl::Status> answers;
  void* tag = nullptr;
  bool ok = false;
  while (answers.size() < calls.size() && queue.Next(&tag, &ok)) {
    answers.push_back(StatusFrom(static_cast<Pending*>(tag)->status));
  }
  return answers;
}

void CheckCartRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field) {
  CheckRefusal(Carts::service_full_name(), status, code, field);
}

}  // namespace boutique::contract
