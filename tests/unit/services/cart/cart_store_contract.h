// SPDX-License-Identifier: Apache-2.0
// What holds for every cart store: each rule is one function, which takes a new shelf of any kind.
// Stateless.
#pragma once

#include <thread>
#include <vector>

#include "platform/coro/or_return.h"
#include "platform/coro/when_all.h"
#include "unit/services/cart/shelves.h"

namespace boutique::cart::contract {

template <typename Carts>
void AnUnknownUsersCartIsEmpty(Shelf<Carts>& shelf) {
  const auto cart = shelf.Get("nobody");
  REQUIRE_OK(cart);
  CHECK(cart->user_id().empty());
  CHECK(cart->items().empty());
  CHECK_CODE(shelf.Empty("nobody"), kOk);
  CHECK_CODE(shelf.Set("nobody", "MUG", 0), kOk);
  CHECK(shelf.Get("nobody")->user_id().empty());
}

template <typename Carts>
void QuantitiesAddUpInTheOrderOfFirstAddition(Shelf<Carts>& shelf) {
  REQUIRE_OK(shelf.Add("ann", "WATCH", 1));
  REQUIRE_OK(shelf.Add("ann", "MUG", 2));
  REQUIRE_OK(shelf.Add("ann", "WATCH", 3));
  REQUIRE_OK(shelf.Add("ann", "9", 1));
  CHECK(shelf.Lines("ann") == "WATCH 4, MUG 2, 9 1");
  CHECK(shelf.Get("ann")->user_id() == "ann");
}

template <typename Carts>
void AQuantityCanBeSetAndALineRemoved(Shelf<Carts>& shelf) {
  REQUIRE_OK(shelf.Set("ann", "MUG", 5));
  REQUIRE_OK(shelf.Add("ann", "WATCH", 1));
  REQUIRE_OK(shelf.Add("ann", "JAR", 1));
  REQUIRE_OK(shelf.Set("ann", "MUG", 3));
  REQUIRE_OK(shelf.Set("ann", "WATCH", 0));
  REQUIRE_OK(shelf.Set("ann", "SOFA", 0));
  CHECK(shelf.Lines("ann") == "MUG 3, JAR 1");
  REQUIRE_OK(shelf.Add("ann", "WATCH", 1));
  CHECK(shelf.Lines("ann") == "MUG 3, JAR 1, WATCH 1");
}

template <typename Carts>
void ACartWhoseLastLineIsRemovedIsEmpty(Shelf<Carts>& shelf) {
  REQUIRE_OK(shelf.Add("ann", "MUG", 2));
  REQUIRE_OK(shelf.Set("ann", "MUG", 0));
  CHECK(shelf.Lines("ann").empty());
  CHECK(shelf.Get("ann")->user_id().empty());
  REQUIRE_OK(shelf.Add("ann", "MUG", 1));
  CHECK(shelf.Lines("ann") == "MUG 1");
}

template <typename Carts>
void AnEmptiedCartBeginsAnew(Shelf<Carts>& shelf) {
  REQUIRE_OK(shelf.Add("ann", "MUG", 2));
  REQUIRE_OK(shelf.Add("bob", "JAR", 1));
  REQUIRE_OK(shelf.Empty("ann"));
  CHECK(shelf.Lines("ann").empty());
  CHECK(shelf.Lines("bob") == "JAR 1");
  REQUIRE_OK(shelf.Add("ann", "WATCH", 1));
  CHECK(shelf.Lines("ann") == "WATCH 1");
}

template <typename Carts>
void WhatWasOrderedIsSubtractedOncePerOrder(Shelf<Carts>& shelf) {
  REQUIRE_OK(shelf.Add("ann", "MUG", 2));
  REQUIRE_OK(shelf.Add("ann", "WATCH", 1));
  REQUIRE_OK(shelf.Add("ann", "JAR", 5));
  const std::vector<pb::CartItem> ordered = {Item("MUG", 2), Item("JAR", 3), Item("SOFA", 1)};
  REQUIRE_OK(shelf.Subtract("ann", "order-1", ordered));
  CHECK(shelf.Lines("ann") == "WATCH 1, JAR 2");
  REQUIRE_OK(shelf.Add("ann", "MUG", 1));
  REQUIRE_OK(shelf.Subtract("ann", "order-1", ordered));
  CHECK(shelf.Lines("ann") == "WATCH 1, JAR 2, MUG 1");
  REQUIRE_OK(shelf.Subtract("ann", "order-2", ordered));
  CHECK(shelf.Lines("ann") == "WATCH 1");
}

template <typename Carts>
void AnOrderOfTheWholeCartLeavesNone(Shelf<Carts>& shelf) {
  REQUIRE_OK(shelf.Add("ann", "MUG", 2));
  REQUIRE_OK(shelf.Add("bob", "MUG", 2));
  REQUIRE_OK(shelf.Subtract("ann", "order-1", {Item("MUG", 1), Item("MUG", 1)}));
  CHECK(shelf.Lines("ann").empty());
  CHECK(shelf.Get("ann")->user_id().empty());
  CHECK(shelf.Lines("bob") == "MUG 2");
  REQUIRE_OK(shelf.Subtract("nobody", "order-2", {Item("MUG", 1)}));
  CHECK(shelf.Lines("nobody").empty());
}

template <typename Carts>
void ALineHoldsAThousand(Shelf<Carts>& shelf) {
  REQUIRE_OK(shelf.Add("ann", "MUG", 600));
  CHECK_CODE(shelf.Add("ann", "MUG", 401), kOutOfRange);
  CHECK_CODE(shelf.Add("ann", "MUG", 1000), kOutOfRange);
  CHECK(shelf.Lines("ann") == "MUG 600");
  REQUIRE_OK(shelf.Add("ann", "MUG", 400));
  CHECK_CODE(shelf.Add("ann", "MUG", 1), kOutOfRange);
  REQUIRE_OK(shelf.Add("ann", "JAR", 1000));
  CHECK(shelf.Lines("ann") == "MUG 1000, JAR 1000");
}

template <typename Carts>
void ACartHoldsFiveHundredLines(Shelf<Carts>& shelf) {
  std::string expected;
  for (int i = 0; i < kMostLines; ++i) {
    const std::string product = absl::StrCat("P", (i * 7919) % kMostLines);  // not in the order of any sorting
    REQUIRE_OK(shelf.Add("ann", product, 1 + i % 3));
    absl::StrAppend(&expected, i == 0 ? "" : ", ", product, " ", 1 + i % 3);
  }
  CHECK_CODE(shelf.Add("ann", "MUG", 1), kResourceExhausted);
  CHECK_CODE(shelf.Set("ann", "MUG", 1), kResourceExhausted);
  CHECK(shelf.Lines("ann") == expected);
  CHECK_CODE(shelf.Add("ann", "P7", 1), kOk);
  CHECK_CODE(shelf.Set("ann", "P7", 0), kOk);
  CHECK_CODE(shelf.Add("ann", "MUG", 1), kOk);
  CHECK(shelf.Get("ann")->items_size() == kMostLines);
}

template <typename Carts>
void UsersAreToldApart(Shelf<Carts>& shelf) {
  const std::vector<std::string> users = {"ann", "cart:ann", "cart:cart:ann", "Ann", " ann", "ann\r\nQUIT",
                                          std::string(128, 'a')};
  for (std::size_t i = 0; i < users.size(); ++i) REQUIRE_OK(shelf.Add(users[i], "MUG", static_cast<int>(i) + 1));
  for (std::size_t i = 0; i < users.size(); ++i) CHECK(shelf.Lines(users[i]) == absl::StrCat("MUG ", i + 1));
  REQUIRE_OK(shelf.Empty("cart:ann"));
  CHECK(shelf.Lines("ann") == "MUG 1");
  CHECK(shelf.Lines("cart:cart:ann") == "MUG 3");
}

// From two loops at once, five hundred each.
template <typename Carts, typename ProductOf>
void AddFromTwoLoops(Shelf<Carts>& shelf, ProductOf product_of) {
  const auto add = [&](int first) {
    testing::LoopCall on;
    const std::string user = "ann";
    std::vector<pb::CartItem> items;
    for (int i = first; i < first + 500; ++i) items.push_back(Item(product_of(i), 1));
    std::vector<rpc::Reply<pb::Empty>> additions;
    for (const pb::CartItem& item : items) additions.push_back(shelf.carts.store().Add(on.call, user, item));
    int done = 0;
    for (const auto& added : testing::RunOn(on.loop, coro::WhenAll(std::move(additions)))) done += added.ok() ? 1 : 0;
    return done;
  };
  int done_beside = 0;
  std::thread beside([&] { done_beside = add(500); });
  const int done = add(0);
  beside.join();
  CHECK(done == 500);
  CHECK(done_beside == 500);
}

template <typename Carts>
void AThousandAdditionsAtOnceAddUp(Shelf<Carts>& shelf) {
  AddFromTwoLoops(shelf, [](int) { return "MUG"; });
  CHECK(shelf.Lines("ann") == "MUG 1000");
  CHECK_CODE(shelf.Add("ann", "MUG", 1), kOutOfRange);
}

template <typename Carts>
void AdditionsOfManyProductsAtOnceLoseNone(Shelf<Carts>& shelf) {
  AddFromTwoLoops(shelf, [](int i) { return absl::StrCat("P", i % 250); });
  const auto cart = shelf.Get("ann");
  REQUIRE_OK(cart);
  REQUIRE(cart->items_size() == 250);
  for (const pb::CartItem& item : cart->items()) CHECK(item.quantity() == 4);
}

inline rpc::Reply<pb::Cart> FillAgain(CartStore& store, const rpc::CallContext& call, std::string user) {
  const pb::CartItem mug = Item("MUG", 3);
  const pb::CartItem jar = Item("JAR", 1);
  co_await coro::OrReturn(co_await store.Add(call, user, mug));
  co_await coro::OrReturn(co_await store.Empty(call, user));
  co_await coro::OrReturn(co_await store.Set(call, user, jar));
  co_await coro::OrReturn(co_await store.Add(call, user, mug));
  auto cart = co_await store.Get(call, user);
  co_return std::move(cart);
}

template <typename Carts>
void CartsThatAreUsedAtOnceAreKeptApart(Shelf<Carts>& shelf) {
  constexpr int kUsers = 200;
  const auto shop = [&](const std::string& prefix) {
    testing::LoopCall on;
    std::vector<rpc::Reply<pb::Cart>> visits;
    for (int i = 0; i < kUsers; ++i) visits.push_back(FillAgain(shelf.carts.store(), on.call, absl::StrCat(prefix, i)));
    int right = 0;
    for (const auto& cart : testing::RunOn(on.loop, coro::WhenAll(std::move(visits)))) {
      right += cart.ok() && LinesOf(*cart) == "JAR 1, MUG 3" ? 1 : 0;
    }
    return right;
  };
  int right_beside = 0;
  std::thread beside([&] { right_beside = shop("ann"); });
  const int right = shop("bob");
  beside.join();
  CHECK(right == kUsers);
  CHECK(right_beside == kUsers);
}

}  // namespace boutique::cart::contract
