// SPDX-License-Identifier: Apache-2.0
#include "services/cart/redis_cart_store.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/cart/original_cart.h"
#include "services/cart/redis_cart_scripts.h"

namespace boutique::cart {
namespace {

constexpr absl::string_view kPrefix = "cart:";
constexpr absl::string_view kMarkPrefix = "ordered:cart:";  // no key of a cart, whoever its user
constexpr std::int64_t kLineUnit = 10'000;
constexpr int kMostTakeOvers = 5;

struct Line {
  std::int64_t value;
  absl::string_view product;
};

absl::StatusOr<pb::Empty> Read(const std::string&, const redis::View& answer, const pb::Empty*) {
  switch (static_cast<ScriptOutcome>(answer.integer())) {
    case ScriptOutcome::kTooManyOfOne:
      return TooManyOfOne();
    case ScriptOutcome::kTooManyLines:
      return TooManyLines();
    default:
      return pb::Empty();
  }
}

// Of fields and values; what is no line is left out.
absl::StatusOr<pb::Cart> Read(const std::string& user_id, const redis::View& fields, const pb::Cart*) {
  absl::InlinedVector<Line, 16> lines;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    Line line{.value = 0, .product = fields[i].text()};
    if (line.product.empty() || !absl::SimpleAtoi(fields[i + 1].text(), &line.value)) continue;
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.value < b.value; });
  pb::Cart cart;
  for (const Line& line : lines) {
    pb::CartItem& item = *cart.add_items();
    item.set_product_id(line.product.data(), line.product.size());
    item.set_quantity(static_cast<std::int32_t>(line.value % kLineUnit));
  }
  if (!lines.empty()) cart.set_user_id(user_id);
  return cart;
}

// Products and quantities, one after the other; the quantities' texts are kept in `texts`.
template <typename Items, typename Words>
void AppendPairs(const Items& items, std::deque<std::string>* texts, Words* words) {
  for (const pb::CartItem& item : items) {
    words->push_back(item.product_id());
    words->push_back(texts->emplace_back(absl::StrCat(item.quantity())));
  }
}

}  // namespace

RedisCartStore::RedisCartStore(redis::Client& client, std::chrono::nanoseconds ttl)
    : client_(client),
      ttl_ms_(absl::StrCat(std::max<std::int64_t>(
          1, std::chrono::duration_cast<std::chrono::milliseconds>(ttl).count()))) {}

rpc::Reply<pb::Empty> RedisCartStore::Add(const rpc::CallContext& call, const std::string& user_id,
                                          const pb::CartItem& item) {
  return Run<pb::Empty>(call, Scripts().add, user_id, &item);
}

rpc::Reply<pb::Empty> RedisCartStore::Set(const rpc::CallContext& call, const std::string& user_id,
                                          const pb::CartItem& item) {
  return Run<pb::Empty>(call, Scripts().set, user_id, &item);
}

rpc::Reply<pb::Cart> RedisCartStore::Get(const rpc::CallContext& call, const std::string& user_id) {
  return Run<pb::Cart>(call, Scripts().get, user_id);
}

rpc::Reply<pb::Empty> RedisCartStore::Subtract(const rpc::CallContext& call, const pb::RemoveOrderedRequest& ordered) {
  return Run<pb::Empty>(call, Scripts().subtract, ordered.user_id(), nullptr, &ordered);
}

rpc::Reply<pb::Empty> RedisCartStore::Empty(const rpc::CallContext& call, const std::string& user_id) {
  return Run<pb::Empty>(call, Scripts().empty, user_id);
}

template <typename T>
rpc::Reply<T> RedisCartStore::Run(const rpc::CallContext& call, const redis::Script& script, const std::string& user_id,
                                  const pb::CartItem* item, const pb::RemoveOrderedRequest* ordered) {
  const std::string key = absl::StrCat(kPrefix, user_id);
  const absl::AlphaNum quantity(item == nullptr ? 0 : item->quantity());
  Words words = {key, user_id, ttl_ms_};
  if (item != nullptr) words.insert(words.end(), {item->product_id(), quantity.Piece()});
  std::size_t keys = 2;
  std::deque<std::string> texts;  // what the words of an order refer to
  if (ordered != nullptr) {
    words.insert(words.begin() + 2, texts.emplace_back(absl::StrCat(kMarkPrefix, ordered->order_id())));
    ++keys;
    words.push_back(texts.emplace_back(absl::StrCat(std::chrono::milliseconds(kOrderMemory).count())));
    AppendPairs(ordered->items(), &texts, &words);
  }
  const auto leave_original = [&] {
    words.erase(words.begin() + 1);
    --keys;
  };
  // Such a user's original cart would be at a key where another user's cart of ours may be.
  if (absl::StartsWith(user_id, kPrefix)) leave_original();
  for (int round = 0; round < kMostTakeOvers; ++round) {
    const redis::Script::Input input{.keys = keys, .words = words};
    const auto answer = co_await client_.Run(call, script, input);
    if (!answer.ok()) co_return answer.status();
    if (!answer->view().IsText()) co_return Read(user_id, answer->view(), static_cast<const T*>(nullptr));
    const auto taken = co_await TakeOver(call, key, user_id, answer->view().text());
    if (absl::IsNotFound(taken.status())) {
      leave_original();
    } else if (!taken.ok()) {
      co_return taken.status();
    }
  }
  co_return absl::UnavailableError("the original service keeps changing this cart");
}

rpc::Reply<pb::Empty> RedisCartStore::TakeOver(const rpc::CallContext& call, const std::string& key,
                                               const std::string& user_id, absl::string_view bytes) {
  const std::optional<pb::Cart> original = ReadOriginalCart(user_id, bytes);
  if (!original.has_value()) co_return absl::NotFoundError("no cart of the original's");
  std::deque<std::string> texts;
  Words words = {key, user_id, ttl_ms_, bytes};
  AppendPairs(original->items(), &texts, &words);
  const redis::Script::Input input{.keys = 2, .words = words};
  const auto merged = co_await client_.Run(call, Scripts().merge, input);
  if (!merged.ok()) co_return merged.status();
  co_return pb::Empty();  // or it has changed meanwhile: whoever asked finds that out
}

}  // namespace boutique::cart
