// SPDX-License-Identifier: Apache-2.0
#include "services/cart/redis_cart_store.h"

#include <functional>
#include <vector>

#include "absl/strings/numbers.h"
#include "platform/coro/when_all.h"
#include "services/cart/original_cart.h"
#include "services/cart/redis_cart_scripts.h"
#include "unit/services/cart/shelves.h"

namespace boutique::cart {
namespace {

struct RedisShelf : Shelf<RedisCarts> {
  std::string Do(std::initializer_list<std::string> words) { return carts.server.Do(words); }

  // Puts a cart where the original would have, and answers its bytes.
  std::string PutOriginal(const std::string& user, const std::vector<pb::CartItem>& items) {
    pb::Cart cart;
    cart.set_user_id(user);
    cart.mutable_items()->Assign(items.begin(), items.end());
    Do({"HSET", user, "absexp", "-1", "sldexp", "-1", "data", cart.SerializeAsString()});
    return cart.SerializeAsString();
  }
  bool Exists(const std::string& key) { return Do({"EXISTS", key}) == "1"; }
  std::int64_t LifeMs(const std::string& user) {
    std::int64_t life = 0;
    CHECK(absl::SimpleAtoi(Do({"PTTL", "cart:" + user}), &life));
    return life;
  }
  // How often Redis has run a script since Forget.
  int Scripts() {
    const std::string statistics = Do({"INFO", "commandstats"});
    int count = 0;
    for (const std::string name : {"cmdstat_evalsha:calls=", "cmdstat_eval:calls="}) {
      const std::size_t at = statistics.find(name);
      if (at == std::string::npos) continue;
      count += std::stoi(statistics.substr(at + name.size()));
    }
    return count;
  }
  rpc::Reply<redis::Value> Merge(std::vector<absl::string_view> words) {
    const redis::Script::Input input{.keys = 2, .words = words};
    auto answer = co_await carts.client.Run(on.call, boutique::cart::Scripts().merge, input);
    co_return std::move(answer);
  }
  void Forget() { Do({"CONFIG", "RESETSTAT"}); }
};

TEST_CASE_METHOD(RedisShelf, "a cart is a hash that lives as long as it is used", "[cart]") {
  REQUIRE_OK(Add("ann", "MUG", 2));
  CHECK(Do({"TYPE", "cart:ann"}) == "hash");
  CHECK(Do({"HGET", "cart:ann", "MUG"}) == "10002");
  const std::int64_t whole = std::chrono::milliseconds(kLife).count();
  CHECK(LifeMs("ann") > whole - 60'000);
  for (const auto& use : std::vector<std::function<bool()>>{[&] { return Add("ann", "MUG", 1).ok(); },
                                                            [&] { return Set("ann", "JAR", 1).ok(); },
                                                            [&] { return Set("ann", "JAR", 0).ok(); },
                                                            [&] { return Get("ann").ok(); }}) {
    Do({"PEXPIRE", "cart:ann", "100000"});
    CHECK(use());
    CHECK(LifeMs("ann") > whole - 60'000);
  }
}

TEST_CASE_METHOD(RedisShelf, "D23: an empty cart leaves nothing behind", "[cart]") {
  REQUIRE_OK(Get("ann"));
  REQUIRE_OK(Add("ann", "MUG", 2));
  REQUIRE_OK(Empty("ann"));
  REQUIRE_OK(Add("bob", "MUG", 2));
  REQUIRE_OK(Set("bob", "MUG", 0));
  REQUIRE_OK(Set("eve", "MUG", 0));
  CHECK(Do({"DBSIZE"}) == "0");
}

TEST_CASE_METHOD(RedisShelf, "every operation is one round trip", "[cart]") {
  REQUIRE_OK(Add("ann", "MUG", 1));
  REQUIRE_OK(Set("ann", "MUG", 1));
  REQUIRE_OK(Get("ann"));
  REQUIRE_OK(Empty("ann"));
  Forget();
  REQUIRE_OK(Get("ann"));
  REQUIRE_OK(Add("ann", "MUG", 1));
  REQUIRE_OK(Add("ann", "MUG", 1));
  REQUIRE_OK(Set("ann", "JAR", 1));
  REQUIRE_OK(Get("ann"));
  REQUIRE_OK(Empty("ann"));
  CHECK(Scripts() == 6);
}

TEST_CASE_METHOD(RedisShelf, "the original's cart is taken over when it is first used", "[cart]") {
  PutOriginal("ann", {Item("WATCH", 3), Item("MUG", 2)});
  SECTION("by looking") { CHECK(Lines("ann") == "WATCH 3, MUG 2"); }
  SECTION("by adding") {
    REQUIRE_OK(Add("ann", "MUG", 1));
    CHECK(Lines("ann") == "WATCH 3, MUG 3");
  }
  SECTION("by adding too much") {
    CHECK_CODE(Add("ann", "MUG", 999), kOutOfRange);
    CHECK(Lines("ann") == "WATCH 3, MUG 2");
  }
  SECTION("by setting") {
    REQUIRE_OK(Set("ann", "MUG", 7));
    CHECK(Lines("ann") == "WATCH 3, MUG 7");
  }
  SECTION("by removing") {
    REQUIRE_OK(Set("ann", "WATCH", 0));
    CHECK(Lines("ann") == "MUG 2");
  }
  CHECK_FALSE(Exists("ann"));
  CHECK(LifeMs("ann") > 0);
}

TEST_CASE_METHOD(RedisShelf, "many first uses at once take the original's cart over once", "[cart]") {
  PutOriginal("ann", {Item("MUG", 2)});
  const std::string user = "ann";
  const pb::CartItem mug = Item("MUG", 1);
  std::vector<rpc::Reply<pb::Empty>> additions;
  for (int i = 0; i < 100; ++i) additions.push_back(carts.store().Add(on.call, user, mug));
  for (const auto& added : testing::RunOn(on.loop, coro::WhenAll(std::move(additions)))) CHECK_CODE(added, kOk);
  CHECK(Lines("ann") == "MUG 102");
  CHECK_FALSE(Exists("ann"));
}

TEST_CASE_METHOD(RedisShelf, "only the bytes that were read are merged and removed", "[cart]") {
  const std::string read = PutOriginal("ann", {Item("MUG", 2)});
  PutOriginal("ann", {Item("MUG", 5)});  // meanwhile
  const auto merged = testing::RunOn(on.loop, Merge({"cart:ann", "ann", "1000", read, "MUG", "2"}));
  REQUIRE_OK(merged);
  CHECK(merged->view().integer() == static_cast<int>(ScriptOutcome::kChanged));
  CHECK(Exists("ann"));
  CHECK_FALSE(Exists("cart:ann"));
  CHECK(Lines("ann") == "MUG 5");
}

TEST_CASE_METHOD(RedisShelf, "what was ordered is subtracted from the original's cart too", "[cart]") {
  PutOriginal("ann", {Item("WATCH", 3), Item("MUG", 2)});
  REQUIRE_OK(Subtract("ann", "order-1", {Item("WATCH", 1), Item("MUG", 2)}));
  CHECK(Lines("ann") == "WATCH 2");
  CHECK_FALSE(Exists("ann"));
  REQUIRE_OK(Subtract("ann", "order-1", {Item("WATCH", 1)}));
  CHECK(Lines("ann") == "WATCH 2");
  REQUIRE_OK(Subtract("cart:ann", "order-2", {Item("WATCH", 1)}));
  CHECK(Lines("ann") == "WATCH 2");
}

TEST_CASE_METHOD(RedisShelf, "emptying removes the original's cart too", "[cart]") {
  PutOriginal("ann", {Item("MUG", 2)});
  REQUIRE_OK(Empty("ann"));
  CHECK(Do({"DBSIZE"}) == "0");
}

TEST_CASE_METHOD(RedisShelf, "a cart that the original has emptied is swept away", "[cart]") {
  Do({"HSET", "ann", "absexp", "-1", "sldexp", "-1", "data", ""});
  CHECK(Lines("ann").empty());
  CHECK_FALSE(Exists("ann"));
}

TEST_CASE_METHOD(RedisShelf, "what is no cart of the original's is left alone", "[cart]") {
  SECTION("another type") { Do({"SET", "ann", "hers"}); }
  SECTION("a hash of other fields") { Do({"HSET", "ann", "name", "Ann"}); }
  SECTION("bytes that are no cart") { Do({"HSET", "ann", "data", "\xff\xff\xff"}); }
  SECTION("another user's cart") {
    pb::Cart cart;
    cart.set_user_id("bob");
    *cart.add_items() = Item("JAR", 1);
    Do({"HSET", "ann", "data", cart.SerializeAsString()});
  }
  CHECK(Lines("ann").empty());
  REQUIRE_OK(Add("ann", "MUG", 1));
  CHECK(Lines("ann") == "MUG 1");
  REQUIRE_OK(Set("ann", "MUG", 0));
  REQUIRE_OK(Set("ann", "MUG", 2));
  CHECK(Lines("ann") == "MUG 2");
  CHECK(Exists("ann"));
}

TEST_CASE_METHOD(RedisShelf, "a user named as another's key cannot reach that cart", "[cart]") {
  REQUIRE_OK(Add("ann", "data", 2));
  CHECK(Lines("cart:ann").empty());
  REQUIRE_OK(Empty("cart:ann"));
  CHECK(Lines("ann") == "data 2");
}

TEST_CASE_METHOD(RedisShelf, "a key of ours that is no cart is INTERNAL, and stays", "[cart]") {
  Do({"SET", "cart:ann", "hers"});
  CHECK_CODE(Get("ann"), kInternal);
  CHECK_CODE(Add("ann", "MUG", 1), kInternal);
  CHECK(Do({"GET", "cart:ann"}) == "hers");
}

TEST_CASE_METHOD(RedisShelf, "a Redis that has forgotten the scripts gets them again", "[cart]") {
  REQUIRE_OK(Add("ann", "MUG", 1));
  Do({"SCRIPT", "FLUSH"});
  REQUIRE_OK(Add("ann", "MUG", 1));
  CHECK(Lines("ann") == "MUG 2");
}

TEST_CASE_METHOD(RedisShelf, "a Redis whose memory is full refuses, and keeps what it has", "[cart]") {
  REQUIRE_OK(Add("ann", "MUG", 1));
  Do({"CONFIG", "SET", "maxmemory", "1"});
  CHECK_CODE(Add("ann", "MUG", 1), kResourceExhausted);
  Do({"CONFIG", "SET", "maxmemory", "0"});
  CHECK(Lines("ann") == "MUG 1");
}

TEST_CASE("what the original never checked is set right", "[cart]") {
  pb::Cart original;
  for (const auto& item : {Item("MUG", 900), Item("", 1), Item("ZERO", 0), Item("LESS", -3), Item("MUG", 900),
                           Item("MANY", 2'000'000'000), Item(std::string(129, 'x'), 1)}) {
    *original.add_items() = item;
  }
  SECTION("quantities and names") {
    CHECK(LinesOf(ReadOriginalCart("ann", original.SerializeAsString()).value()) == "MUG 1000, MANY 1000");
  }
  SECTION("too many lines") {
    for (int i = 0; i < 600; ++i) *original.add_items() = Item(absl::StrCat("P", i), 1);
    CHECK(ReadOriginalCart("ann", original.SerializeAsString())->items_size() == kMostLines);
  }
  SECTION("whose it is") {
    original.set_user_id("ann");
    CHECK(ReadOriginalCart("ann", original.SerializeAsString()).has_value());
    CHECK_FALSE(ReadOriginalCart("bob", original.SerializeAsString()).has_value());
  }
}

}  // namespace
}  // namespace boutique::cart
