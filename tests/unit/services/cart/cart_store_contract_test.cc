// SPDX-License-Identifier: Apache-2.0
// The contract of cart stores, against each of them.
#include "unit/services/cart/cart_store_contract.h"

namespace boutique::cart {
namespace {

TEMPLATE_TEST_CASE("an unknown user's cart is empty", "[cart]", MemoryCarts, SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::AnUnknownUsersCartIsEmpty(shelf);
}

TEMPLATE_TEST_CASE("quantities add up, in the order in which products were first added", "[cart]", MemoryCarts,
                   SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::QuantitiesAddUpInTheOrderOfFirstAddition(shelf);
}

TEMPLATE_TEST_CASE("a quantity can be set and a line removed", "[cart]", MemoryCarts, SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::AQuantityCanBeSetAndALineRemoved(shelf);
}

TEMPLATE_TEST_CASE("a cart whose last line is removed is empty", "[cart]", MemoryCarts, SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::ACartWhoseLastLineIsRemovedIsEmpty(shelf);
}

TEMPLATE_TEST_CASE("an emptied cart begins anew, and nobody else's is touched", "[cart]", MemoryCarts, SqliteCarts,
                   RedisCarts) {
  Shelf<TestType> shelf;
  contract::AnEmptiedCartBeginsAnew(shelf);
}

TEMPLATE_TEST_CASE("what was ordered is subtracted once per order, and what came later stays", "[cart]", MemoryCarts,
                   SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::WhatWasOrderedIsSubtractedOncePerOrder(shelf);
}

TEMPLATE_TEST_CASE("an order of the whole cart leaves none", "[cart]", MemoryCarts, SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::AnOrderOfTheWholeCartLeavesNone(shelf);
}

TEMPLATE_TEST_CASE("a line holds a thousand, and a refused addition changes nothing", "[cart]", MemoryCarts,
                   SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::ALineHoldsAThousand(shelf);
}

TEMPLATE_TEST_CASE("a cart holds five hundred lines in their order", "[cart]", MemoryCarts, SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::ACartHoldsFiveHundredLines(shelf);
}

TEMPLATE_TEST_CASE("users are told apart, whatever their ids are", "[cart]", MemoryCarts, SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::UsersAreToldApart(shelf);
}

TEMPLATE_TEST_CASE("D6: a thousand additions at once add up exactly", "[cart]", MemoryCarts, SqliteCarts, RedisCarts) {
  Shelf<TestType> shelf;
  contract::AThousandAdditionsAtOnceAddUp(shelf);
}

TEMPLATE_TEST_CASE("D6: additions of many products at once lose none", "[cart]", MemoryCarts, SqliteCarts,
                   RedisCarts) {
  Shelf<TestType> shelf;
  contract::AdditionsOfManyProductsAtOnceLoseNone(shelf);
}

TEMPLATE_TEST_CASE("carts that are used at once, from two loops, are kept apart", "[cart]", MemoryCarts, SqliteCarts,
                   RedisCarts) {
  Shelf<TestType> shelf;
  contract::CartsThatAreUsedAtOnceAreKeptApart(shelf);
}

TEMPLATE_TEST_CASE("a cart that nobody uses is forgotten, and every use renews its life", "[cart]", MemoryCarts,
                   SqliteCarts) {
  Shelf<TestType> shelf;
  auto& now = shelf.carts.clock.now;
  REQUIRE_OK(shelf.Add("ann", "MUG", 1));
  now += kLife - std::chrono::hours(1);
  CHECK(shelf.Lines("ann") == "MUG 1");
  now += kLife - std::chrono::hours(1);
  REQUIRE_OK(shelf.Set("ann", "MUG", 2));
  now += kLife - std::chrono::hours(1);
  REQUIRE_OK(shelf.Add("ann", "MUG", 1));
  CHECK(shelf.Lines("ann") == "MUG 3");
  now += kLife + std::chrono::hours(1);
  CHECK(shelf.Lines("ann").empty());
  REQUIRE_OK(shelf.Add("ann", "JAR", 1));
  CHECK(shelf.Lines("ann") == "JAR 1");
}

}  // namespace
}  // namespace boutique::cart
