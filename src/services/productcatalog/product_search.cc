// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/product_search.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "services/productcatalog/search_text.h"
#include "services/productcatalog/typing_error.h"

namespace boutique::productcatalog {
namespace {

using Text = TextIndex::Text;

// Shorter words are a typing error away from too much.
constexpr std::size_t kShortestCorrected = 3;
constexpr std::size_t kShortestCorrectedPrefix = 5;

// What a product's place among the results depends on; less is better.
struct Rank {
  int tier = 0;
  double weight = 0;
  int number = 0;
  friend bool operator<(const Rank& a, const Rank& b) {
    return std::tie(a.tier, a.weight, a.number) < std::tie(b.tier, b.weight, b.number);
  }
};

bool Contains(const std::string& text, absl::string_view part) {
  return text.find(part.data(), 0, part.size()) != std::string::npos;
}

int TierOf(const Text& text, absl::string_view word) {
  if (HasWordWithPrefix(text.name, word)) return 1;
  if (HasWordWithPrefix(text.description, word) || Contains(text.name, word)) return 2;
  return 3;
}

ProductSearch::Found InOrder(std::vector<Rank> ranks, bool corrected) {
  std::sort(ranks.begin(), ranks.end());
  ProductSearch::Found found;
  found.corrected = corrected;
  for (const Rank& rank : ranks) found.numbers.push_back(rank.number);
  return found;
}

std::u32string WordCharacters(absl::string_view word) {
  std::u32string characters;
  for (const std::u32string& part : ComparableWords(word)) {
    if (part.find(U' ') == std::u32string::npos) characters += part;
  }
  return characters;
}

bool HasWordLike(const std::string& form, std::u32string_view typed) {
  const std::vector<std::u32string> words = ComparableWords(form);
  return std::any_of(words.begin(), words.end(), [typed](const std::u32string& word) {
    return WithinOneTypingError(word, typed) ||
           (typed.size() >= kShortestCorrectedPrefix && BeginsWithinOneTypingError(word, typed));
  });
}

// The tier of a text of which a word was meant where `typed` was typed; nothing if there is none.
std::optional<int> TierOfCorrected(const Text& text, std::u32string_view typed) {
  if (typed.size() < kShortestCorrected) return std::nullopt;
  if (HasWordLike(text.name, typed)) return 1;
  if (HasWordLike(text.description, typed)) return 2;
  return std::nullopt;
}

// Which of a query's words one text holds.
struct Tally {
  std::size_t held = 0;
  std::size_t sum_of_held = 0;  // of their places in the query
  int tier = 0;
  double weight = 0;
};

absl::StatusOr<std::vector<Tally>> Count(const std::vector<Text>& texts, ProductSearch::Holding holding,
                                         const std::vector<absl::string_view>& words) {
  std::vector<Tally> tallies(texts.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto hits = holding(words[i]);
    if (!hits.ok()) return hits.status();
    for (const TextIndex::Hit& hit : *hits) {
      Tally& tally = tallies[static_cast<std::size_t>(hit.number)];
      ++tally.held;
      tally.sum_of_held += i;
      tally.tier += TierOf(texts[static_cast<std::size_t>(hit.number)], words[i]);
      tally.weight += hit.weight;
    }
  }
  return tallies;
}

std::vector<Rank> HoldingAll(const std::vector<Tally>& tallies, std::size_t words) {
  std::vector<Rank> ranks;
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    if (tallies[i].held == words) ranks.push_back({tallies[i].tier, tallies[i].weight, static_cast<int>(i)});
  }
  return ranks;
}

std::vector<Rank> HoldingAllButOne(const std::vector<Text>& texts, const std::vector<Tally>& tallies,
                                   const std::vector<absl::string_view>& words) {
  std::vector<std::u32string> typed;
  for (const absl::string_view word : words) typed.push_back(WordCharacters(word));
  const std::size_t sum_of_all = words.size() * (words.size() - 1) / 2;
  std::vector<Rank> ranks;
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    if (tallies[i].held + 1 != words.size()) continue;
    const std::size_t missing = sum_of_all - tallies[i].sum_of_held;
    const auto tier = TierOfCorrected(texts[i], typed[missing]);
    if (tier.has_value()) ranks.push_back({tallies[i].tier + *tier, tallies[i].weight, static_cast<int>(i)});
  }
  return ranks;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const ProductSearch>> ProductSearch::Build(const pb::ListProductsResponse& products) {
  std::vector<Text> texts;
  for (const pb::Product& product : products.products()) {
    auto name = SearchForm(product.name());
    auto description = SearchForm(product.description());
    if (!name.has_value() || !description.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("product '", product.id(), "': its texts are not UTF-8"));
    }
    texts.push_back({*std::move(name), *std::move(description)});
  }
  auto index = TextIndex::Build(std::move(texts));
  if (!index.ok()) return index.status();
  return std::make_unique<const ProductSearch>(*std::move(index));
}

absl::StatusOr<ProductSearch::Found> ProductSearch::Find(absl::string_view query) const {
  const auto holding = [this](absl::string_view part) { return index_->Holding(part); };
  return FindBy(query, holding);
}

absl::StatusOr<ProductSearch::Found> ProductSearch::FindBy(absl::string_view query, Holding holding) const {
  const auto hits = holding(query);
  if (!hits.ok()) return hits.status();
  std::vector<Rank> ranks;
  for (const TextIndex::Hit& hit : *hits) {
    const Text& text = texts()[static_cast<std::size_t>(hit.number)];
    ranks.push_back({text.name == query ? 0 : TierOf(text, query), hit.weight, hit.number});
  }
  if (!ranks.empty()) return InOrder(std::move(ranks), false);

  const std::vector<absl::string_view> words = QueryWords(query);
  const auto tallies = Count(texts(), holding, words);
  if (!tallies.ok()) return tallies.status();
  ranks = HoldingAll(*tallies, words.size());
  if (!ranks.empty()) return InOrder(std::move(ranks), false);
  ranks = HoldingAllButOne(texts(), *tallies, words);
  const bool corrected = !ranks.empty();
  return InOrder(std::move(ranks), corrected);
}

}  // namespace boutique::productcatalog
