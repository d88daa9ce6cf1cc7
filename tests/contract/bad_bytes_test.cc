// SPDX-License-Identifier: Apache-2.0
// What nobody should send, to every method of the contract: each answers with a status of its own, and lives on.
#include <google/protobuf/dynamic_message.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <set>

#include "absl/strings/str_replace.h"
#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/ad.pb.h"
#include "hipstershop/cart.pb.h"
#include "hipstershop/checkout.pb.h"
#include "hipstershop/currency.pb.h"
#include "hipstershop/email.pb.h"
#include "hipstershop/order.pb.h"
#include "hipstershop/payment.pb.h"
#include "hipstershop/product_catalog.pb.h"
#include "hipstershop/recommendation.pb.h"
#include "hipstershop/shipping.pb.h"

namespace boutique::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

std::vector<const MethodDescriptor*> GivenMethods() {
  std::vector<const MethodDescriptor*> methods;
  for (const std::string& name : GivenServices()) {
    const auto* const service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) methods.push_back(service->method(i));
  }
  return methods;
}

std::unique_ptr<Message> NewRequest(const MethodDescriptor& method) {
  const auto* const prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.input_type());
  return std::unique_ptr<Message>(prototype->New());
}

struct Values {
  std::string text;
  std::int64_t number = 0;
  int count = 1;  // of each repeated field
};

// Sets one field, or appends to it.
void SetField(Message* message, const FieldDescriptor* field, const Values& values);

// Sets every field, and those of the messages in it.
void Fill(Message* message, const Values& values) {
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = message->GetDescriptor()->field(i);
    const int count = field->is_repeated() ? values.count : 1;
    for (int each = 0; each < count; ++each) SetField(message, field, values);
  }
}

void SetField(Message* message, const FieldDescriptor* field, const Values& values) {
  const auto* const reflection = message->GetReflection();
  const bool repeated = field->is_repeated();
  const auto small =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(values.number, std::numeric_limits<std::int32_t>::min(),
                                                         std::numeric_limits<std::int32_t>::max()));
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Fill(repeated ? reflection->AddMessage(message, field) : reflection->MutableMessage(message, field), values);
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection->AddString(message, field, values.text)
                      : reflection->SetString(message, field, values.text);
    case FieldDescriptor::CPPTYPE_INT64:
      return repeated ? reflection->AddInt64(message, field, values.number)
                      : reflection->SetInt64(message, field, values.number);
    case FieldDescriptor::CPPTYPE_ENUM:
      return repeated ? reflection->AddEnumValue(message, field, small)
                      : reflection->SetEnumValue(message, field, small);
    case FieldDescriptor::CPPTYPE_INT32:
      return repeated ? reflection->AddInt32(message, field, small) : reflection->SetInt32(message, field, small);
    case FieldDescriptor::CPPTYPE_BOOL:
      return repeated ? reflection->AddBool(message, field, values.number != 0)
                      : reflection->SetBool(message, field, values.number != 0);
    default: FAIL("the contract has a field of a type that this test does not know: " << field->full_name());
  }
}

std::string Filled(const MethodDescriptor& method, const Values& values) {
  const auto request = NewRequest(method);
  Fill(request.get(), values);
  return request->SerializeAsString();
}

// Whether the status is an answer, and not a mishap.
bool IsAnswer(const absl::Status& status) {
  static const std::set<absl::StatusCode> kMishaps = {absl::StatusCode::kUnknown,     absl::StatusCode::kInternal,
                                                      absl::StatusCode::kUnavailable, absl::StatusCode::kCancelled,
                                                      absl::StatusCode::kDataLoss,    absl::StatusCode::kUnimplemented,
                                                      absl::StatusCode::kDeadlineExceeded};
  return kMishaps.count(status.code()) == 0;
}

// Sends to each method what `bytes` makes for it; `expect` judges the answer.
void SendToAll(const std::function<std::string(const MethodDescriptor&)>& bytes,
               const std::function<bool(const MethodDescriptor&, const absl::Status&)>& expect) {
  for (const MethodDescriptor* const method : GivenMethods()) {
    const std::string service(method->service()->full_name());
    const absl::Status status = CallRaw(service, std::string(method->name()), bytes(*method));
    CAPTURE(method->full_name(), status.ToString());
    CHECK(expect(*method, status));
    REQUIRE_OK(CheckLives(service));
  }
}

bool IsAnyAnswer(const MethodDescriptor&, const absl::Status& status) { return IsAnswer(status); }

bool IsInvalid(const MethodDescriptor&, const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument;
}

// A quote depends on quantities alone, and keeps nothing.
bool ReadsNoText(const MethodDescriptor& method) {
  return method.input_type()->field_count() == 0 || method.name() == "GetQuote";
}

bool TakesNothing(const MethodDescriptor& method) { return method.input_type()->field_count() == 0; }

TEST_CASE("bytes that are no message are an invalid argument", "[bytes][ours]") {
  for (const std::string& garbage : {std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12),
                                     std::string("\x0a\x7f", 2), std::string("\x0b", 1), std::string(100'000, '\x80')}) {
    SendToAll([&garbage](const MethodDescriptor&) { return garbage; }, IsInvalid);
  }
}

TEST_CASE("text that is not UTF-8 is an invalid argument", "[bytes][ours]") {
  // The marker is replaced after serialization, because it would not be serialized without complaint.
  for (const char* bad : {"\xff\xfe\xff\xfe", "\xc3(\xc3(", "\xed\xa0\x80x", "\xf8\x88\x80\x80"}) {
    SendToAll(
        [bad](const MethodDescriptor& method) {
          return absl::StrReplaceAll(Filled(method, {"@@@@", 1}), {{"@@@@", bad}});
        },
        [](const MethodDescriptor& method, const absl::Status& status) {
          return TakesNothing(method) ? status.ok() : status.code() == absl::StatusCode::kInvalidArgument;
        });
  }
}

TEST_CASE("a message without any field is answered", "[bytes][ours]") {
  SendToAll([](const MethodDescriptor&) { return std::string(); }, IsAnyAnswer);
}

TEST_CASE("numbers at the ends of their range are answered", "[bytes][ours]") {
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                    std::int64_t{std::numeric_limits<std::int32_t>::min()}, std::int64_t{-1}}) {
    SendToAll([number](const MethodDescriptor& method) { return Filled(method, {"some-text-of-24-letters", number}); },
              IsAnyAnswer);
  }
}

TEST_CASE("texts of a hundred thousand bytes are refused", "[bytes][ours]") {
  SendToAll([](const MethodDescriptor& method) { return Filled(method, {std::string(100'000, 'x'), 1}); },
            [](const MethodDescriptor& method, const absl::Status& status) {
              return ReadsNoText(method) ? status.ok() : !status.ok() && IsAnswer(status);
            });
}

TEST_CASE("texts of nothing but control characters are answered", "[bytes][ours]") {
  SendToAll([](const MethodDescriptor& method) { return Filled(method, {std::string("\0\r\n\t\x7f\x1b[2J", 9), 1}); },
            IsAnyAnswer);
}

TEST_CASE("lists of twenty thousand are answered", "[bytes][ours]") {
  SendToAll([](const MethodDescriptor& method) { return Filled(method, {"x", 1, 20'000}); }, IsAnyAnswer);
}

TEST_CASE("fields that nobody has declared are ignored or refused", "[bytes][ours]") {
  SendToAll([](const MethodDescriptor&) { return std::string("\xa2\x3f\x04" "abcd" "\xa8\x3f\x01", 10); }, IsAnyAnswer);
}

TEST_CASE("a message that is larger than any may be is refused", "[bytes][ours]") {
  SendToAll([](const MethodDescriptor&) { return std::string("\xa2\x3f\x80\x80\x80\x04") + std::string(8 << 20, 'x'); },
            [](const MethodDescriptor&, const absl::Status& status) {
              return status.code() == absl::StatusCode::kResourceExhausted;
            });
}

}  // namespace
}  // namespace boutique::contract
