// SPDX-License-Identifier: Apache-2.0
// The document is held against the routes; api_shop.cc holds the answers against the document.
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <functional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "unit/gateway/api/api_shop.h"
#include "unit/gateway/api/json_schema.h"

namespace boutique::gateway {
namespace {

using nlohmann::json;

TEST_CASE_METHOD(ApiShop, "the document describes every route, and no other", "[api]") {
  std::set<std::string> routed;
  for (const auto& [method, pattern] : router.routes()) routed.insert(method + " " + TemplateOf(pattern));
  std::set<std::string> described;
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) described.insert(absl::AsciiStrToUpper(method) + " " + path);
  }
  CHECK(described == routed);
}

TEST_CASE_METHOD(ApiShop, "the document is served", "[api]") {
  const Reply reply = Get("/api/v1/openapi.json");
  REQUIRE(reply.status == 200);
  CHECK(reply.body == document);
  CHECK(reply.body["openapi"] == "3.1.0");
}

// Calls `visit` for every object of the document.
void Walk(const json& node, const std::function<void(const json&)>& visit) {
  if (node.is_object()) visit(node);
  if (node.is_structured()) {
    for (const json& child : node) Walk(child, visit);
  }
}

TEST_CASE_METHOD(ApiShop, "every reference leads somewhere, and everything shared is used", "[api]") {
  std::set<std::string> used;
  Walk(document, [&](const json& node) {
    if (!node.contains("$ref")) return;
    used.insert(node["$ref"].get<std::string>());
    CAPTURE(node.dump());
    CHECK(Resolve(document, node).is_object());
  });
  for (const char* const kind : {"schemas", "parameters", "responses"}) {
    for (const auto& [name, ignored] : document["components"][kind].items()) {
      CAPTURE(name);
      CHECK(used.count(absl::StrCat("#/components/", kind, "/", name)) == 1);
    }
  }
}

TEST_CASE_METHOD(ApiShop, "every operation has a name of its own, its parameters and its errors", "[api]") {
  std::set<std::string> names;
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      INFO(method << " " << path);
      CHECK(names.insert(operation["operationId"].get<std::string>()).second);
      CHECK(operation["responses"].contains("default"));
      CHECK(operation["responses"].contains("503"));
      std::set<std::string> in_path;
      for (const json& parameter : operation.value("parameters", json::array())) {
        const json& described = Resolve(document, parameter);
        if (described["in"] == "path") in_path.insert("{" + described["name"].get<std::string>() + "}");
      }
      CHECK(static_cast<std::size_t>(std::count(path.begin(), path.end(), '{')) == in_path.size());
      for (const std::string& name : in_path) CHECK(absl::StrContains(path, name));
    }
  }
}

// The properties of the schema are the fields of the message.
void CheckFields(const json& document, const std::string& schema, const google::protobuf::Descriptor& type) {
  INFO(schema);
  std::set<std::string> fields;
  for (int i = 0; i < type.field_count(); ++i) fields.insert(std::string(type.field(i)->json_name()));
  std::set<std::string> properties;
  for (const auto& [name, ignored] : document["components"]["schemas"][schema]["properties"].items()) {
    properties.insert(name);
  }
  CHECK(properties == fields);
}

TEST_CASE_METHOD(ApiShop, "a schema has the fields of its message", "[api]") {
  CheckFields(document, "Money", *pb::Money::descriptor());
  CheckFields(document, "Address", *pb::Address::descriptor());
  CheckFields(document, "CreditCard", *pb::CreditCardInfo::descriptor());
  CheckFields(document, "CartItem", *pb::CartItem::descriptor());
  CheckFields(document, "LineQuantity", *v1::LineQuantity::descriptor());
  CheckFields(document, "Product", *v1::Product::descriptor());
  CheckFields(document, "ProductList", *v1::ProductList::descriptor());
  CheckFields(document, "CartLine", *v1::CartLine::descriptor());
  CheckFields(document, "Cart", *v1::Cart::descriptor());
  CheckFields(document, "Currencies", *pb::GetSupportedCurrenciesResponse::descriptor());
  CheckFields(document, "Conversion", *pb::CurrencyConversionRequest::descriptor());
  CheckFields(document, "Parcel", *pb::GetQuoteRequest::descriptor());
  CheckFields(document, "Quote", *v1::Quote::descriptor());
  CheckFields(document, "Checkout", *v1::CheckoutRequest::descriptor());
  CheckFields(document, "Order", *v1::Order::descriptor());
  CheckFields(document, "OrderItem", *pb::OrderItem::descriptor());
  CheckFields(document, "OrderList", *v1::OrderList::descriptor());
  CheckFields(document, "Problem", *v1::Problem::descriptor());
  CheckFields(document, "Fault", *v1::Problem::Fault::descriptor());
}

TEST_CASE_METHOD(ApiShop, "the states of an order are those of the contract", "[api]") {
  std::set<std::string> states;
  const auto& type = *pb::OrderState_descriptor();
  for (int i = 0; i < type.value_count(); ++i) states.insert(std::string(type.value(i)->name()));
  CHECK(document["components"]["schemas"]["OrderState"]["enum"].get<std::set<std::string>>() == states);
}

TEST_CASE("the check of answers finds what is wrong with one", "[api]") {
  const json schema = json::parse(R"({"type":"object","required":["a"],"properties":{
      "a":{"type":"integer","minimum":1},"b":{"type":"array","items":{"type":"string","enum":["x"]}}}})");
  CHECK(Violations({}, schema, json::parse(R"({"a":1,"b":["x"]})")).empty());
  for (const char* const bad : {R"({})", R"({"a":0})", R"({"a":"1"})", R"({"a":1,"c":2})", R"({"a":1,"b":["y"]})",
                                R"({"a":1,"b":"x"})", R"([])"}) {
    CAPTURE(bad);
    CHECK(Violations({}, schema, json::parse(bad)).size() == 1);
  }
  CHECK(Violations({}, json{{"$ref", "#/nowhere"}}, 1).size() == 1);
}

}  // namespace
}  // namespace boutique::gateway
