// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/product_search.h"

#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/productcatalog/catalog.h"
#include "services/productcatalog/default_products.h"
#include "services/productcatalog/search_text.h"
#include "stored_shelf.h"
#include "support/catch.h"
#include "unit/services/productcatalog/catalogs.h"

namespace boutique::productcatalog {
namespace {

using Numbers = std::vector<int>;
using testing::Products;

// Where the shelf's texts are searched: in memory, or in PostgreSQL.
class InMemory {
 public:
  explicit InMemory(const pb::ListProductsResponse& products) {
    auto search = ProductSearch::Build(products);
    REQUIRE_OK(search);
    search_ = *std::move(search);
  }
  absl::StatusOr<ProductSearch::Found> Find(const std::string& query) const {
    return search_->Find(SearchForm(query).value());
  }

 private:
  std::unique_ptr<const ProductSearch> search_;
};
class InPostgres {
 public:
  explicit InPostgres(const pb::ListProductsResponse& products) {
    REQUIRE_OK(shelf_.Import(testing::Priced(products)));
    REQUIRE_OK(shelf_.Load());
  }
  absl::StatusOr<ProductSearch::Found> Find(const std::string& query) const { return shelf_.Find(query); }

 private:
  mutable testing::StoredShelf shelf_;
};

template <typename Engine>
class Shelf {
 public:
  explicit Shelf(const std::vector<std::pair<std::string, std::string>>& texts) : engine_(Products(texts)) {}
  ProductSearch::Found Search(const std::string& query) const {
    const auto found = engine_.Find(query);
    REQUIRE_OK(found);
    return *found;
  }
  Numbers Find(const std::string& query) const {
    const auto found = Search(query);
    CHECK_FALSE(found.corrected);
    return found.numbers;
  }
  Numbers Guess(const std::string& query) const {
    const auto found = Search(query);
    CHECK(found.corrected);
    return found.numbers;
  }

 private:
  const Engine engine_;
};

#define SEARCH_ENGINES InMemory, InPostgres

TEMPLATE_TEST_CASE("the very name comes first, then its words, then other words, then their middles",
                   "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Sunglasses", "for the sun"},
                     {"Jar", "holds what an hourglass cannot"},
                     {"Bowl", "made of glass"},
                     {"Glass jar", "for pasta"},
                     {"Glass", "for water"}});
  CHECK(shelf.Find("glass") == Numbers{4, 3, 0, 2, 1});
  CHECK(shelf.Find("GLASS") == Numbers{4, 3, 0, 2, 1});
}

TEMPLATE_TEST_CASE("equal fits come in the catalog's order", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Red cup", "a cup"}, {"Red mug", "a mug"}, {"Red pot", "a pot"}});
  CHECK(shelf.Find("red") == Numbers{0, 1, 2});
  CHECK(shelf.Find("e") == Numbers{0, 1, 2});
}

TEMPLATE_TEST_CASE("the whole phrase goes before its words", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Top", "with a tank of water"}, {"Tank top", "of cotton"}});
  CHECK(shelf.Find("tank top") == Numbers{1});
  CHECK(shelf.Find("top tank") == Numbers{1, 0});
  CHECK(shelf.Find("cotton tank") == Numbers{1});
  CHECK(shelf.Find("of to water") == Numbers{0});
  CHECK(shelf.Find("top teapot").empty());
}

TEMPLATE_TEST_CASE("one and two characters are found too", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Jar", "1.7 l"}, {"Hairdryer", "3 heat levels"}, {"杯", "é"}});
  CHECK(shelf.Find("l") == Numbers{0, 1});
  CHECK(shelf.Find("7 ") == Numbers{0});
  CHECK(shelf.Find("3") == Numbers{1});
  CHECK(shelf.Find("杯") == Numbers{2});
  CHECK(shelf.Find("É") == Numbers{2});
  CHECK(shelf.Find("zz").empty());
}

TEMPLATE_TEST_CASE("a query is text, never a pattern or a language", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Mug", "50% wool, a_b and \"quoted\" 'it' (x) * - ^"}, {"Cup", "plain"}});
  for (const char* query : {"%", "50%", "_", "a_b", "\"", "\"quoted\"", "'", "'it'", "(x)", "*", "* - ^", "-"}) {
    INFO(query);
    CHECK(shelf.Find(query) == Numbers{0});
  }
  for (const char* query : {"%%%", "p__in", "pl*", "plain OR mug", "name:plain", "NEAR(plain mug)", "^pl", "pla%",
                            "\"\"\"", "plain\"; DROP TABLE texts; --", "{name}: cup", "pl.*", "\\"}) {
    INFO(query);
    CHECK(shelf.Find(query).empty());
  }
  CHECK(shelf.Find("plain") == Numbers{1});
}

TEMPLATE_TEST_CASE("letters beyond ASCII are found in either case", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Crème brûlée", "ΟΔΥΣΣΕΥΣ"}, {"Чашка", "İznik"}});
  CHECK(shelf.Find("CRÈME") == Numbers{0});
  CHECK(shelf.Find("Brûlée") == Numbers{0});
  CHECK(shelf.Find("οδυσσευς") == Numbers{0});
  CHECK(shelf.Find("ЧАШКА") == Numbers{1});
  CHECK(shelf.Find("iznik") == Numbers{1});
}

TEMPLATE_TEST_CASE("one typing error is forgiven where nothing matches as it is typed", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf(
      {{"Sunglasses", "aviator"}, {"Tank Top", "cotton"}, {"Watch", "gold-tone"}, {"Mug", "a match"}});
  CHECK(shelf.Guess("sunglases") == Numbers{0});
  CHECK(shelf.Guess("sunglassess") == Numbers{0});
  CHECK(shelf.Guess("sumglasses") == Numbers{0});
  CHECK(shelf.Guess("usnglasses") == Numbers{0});
  CHECK(shelf.Guess("sungals") == Numbers{0});
  CHECK(shelf.Guess("mgu") == Numbers{3});
  CHECK(shelf.Guess("tanktop") == Numbers{1});
  CHECK(shelf.Guess("goldtone") == Numbers{2});
  CHECK(shelf.Guess("wacth!") == Numbers{2});
  CHECK(shelf.Guess("katch") == Numbers{2, 3});
  CHECK(shelf.Guess("tnak cotton") == Numbers{1});
}

TEMPLATE_TEST_CASE("more than one typing error, or one in a short word, finds nothing", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Sunglasses", "of 57 g"}, {"Tank Top", "cotton"}});
  CHECK(shelf.Find("sunlases").empty());
  CHECK(shelf.Find("tnak ctoton").empty());
  CHECK(shelf.Find("xf").empty());
  CHECK(shelf.Find("58").empty());
  CHECK(shelf.Find("teapot").empty());
}

TEMPLATE_TEST_CASE("no typing error is looked for where the query is found", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Cat", "x"}, {"Car", "x"}});
  CHECK(shelf.Find("cat") == Numbers{0});
}

TEST_CASE("a text that is not UTF-8 makes no index", "[search]") {
  CHECK_CODE(ProductSearch::Build(Products({{"Mug", "\xFF"}})), kInvalidArgument);
  CHECK_CODE(ProductSearch::Build(Products({{"\xFF", ""}})), kInvalidArgument);
}

TEMPLATE_TEST_CASE("the longest query is answered", "[search]", SEARCH_ENGINES) {
  const Shelf<TestType> shelf({{"Mug", std::string(300, 'x')}, {"Cup", ""}});
  CHECK(shelf.Find(std::string(256, 'x')) == Numbers{0});
  CHECK(shelf.Find(std::string(256, 'y')).empty());
  CHECK(shelf.Find(std::string(256, '"')).empty());
  std::string words;
  while (words.size() < 254) words += static_cast<char>('!' + words.size() / 2 % 90), words += ' ';
  CHECK(shelf.Find(words).empty());
}

// What the original finds: products whose name or description, in lower case, contains the query in lower case.
std::set<int> OriginalFinds(const pb::ListProductsResponse& products, const std::string& query) {
  std::set<int> found;
  const std::string lower = absl::AsciiStrToLower(query);
  for (int i = 0; i < products.products_size(); ++i) {
    const pb::Product& product = products.products(i);
    if (absl::StrContains(absl::AsciiStrToLower(product.name()), lower) ||
        absl::StrContains(absl::AsciiStrToLower(product.description()), lower)) {
      found.insert(i);
    }
  }
  return found;
}

bool FindsAllOf(const ProductSearch& search, const std::set<int>& wanted, const std::string& query) {
  const std::string form = SearchForm(query).value();
  if (form.empty()) return true;  // the service answers every product
  const auto found = search.Find(form);
  if (!found.ok() || (found->corrected && !wanted.empty())) return false;
  const std::set<int> numbers(found->numbers.begin(), found->numbers.end());
  return numbers.size() == found->numbers.size() &&
         std::includes(numbers.begin(), numbers.end(), wanted.begin(), wanted.end());
}

TEST_CASE("whatever part of a text the original finds is found", "[search]") {
  const auto catalog = Catalog::Parse(kDefaultProducts);
  REQUIRE_OK(catalog);
  const pb::ListProductsResponse& products = (*catalog)->products();
  CHECK(rc::check([&] {
    const pb::Product& product = products.products(*rc::gen::inRange(0, products.products_size()));
    const std::string& text = *rc::gen::arbitrary<bool>() ? product.name() : product.description();
    const auto begin = *rc::gen::inRange<std::size_t>(0, text.size());
    std::string query = text.substr(begin, *rc::gen::inRange<std::size_t>(1, 40));
    for (char& c : query) {
      if (*rc::gen::arbitrary<bool>()) c = absl::ascii_toupper(static_cast<unsigned char>(c));
    }
    const std::set<int> wanted = OriginalFinds(products, query);
    RC_ASSERT(!wanted.empty());
    RC_ASSERT(FindsAllOf((*catalog)->search(), wanted, query));
  }));
}

TEST_CASE("whatever part of a text the original finds is found in PostgreSQL, too", "[search]") {
  const auto catalog = Catalog::Parse(kDefaultProducts);
  REQUIRE_OK(catalog);
  const pb::ListProductsResponse& products = (*catalog)->products();
  const InPostgres stored(products);
  CHECK(rc::check([&] {
    const pb::Product& product = products.products(*rc::gen::inRange(0, products.products_size()));
    const std::string& text = *rc::gen::arbitrary<bool>() ? product.name() : product.description();
    const auto begin = *rc::gen::inRange<std::size_t>(0, text.size());
    const std::string query = text.substr(begin, *rc::gen::inRange<std::size_t>(1, 40));
    const std::string form = SearchForm(query).value();
    if (form.empty()) return;
    const auto found = stored.Find(query);
    RC_ASSERT(found.ok());
    const std::set<int> numbers(found->numbers.begin(), found->numbers.end());
    const std::set<int> wanted = OriginalFinds(products, query);
    RC_ASSERT(!found->corrected);
    RC_ASSERT(std::includes(numbers.begin(), numbers.end(), wanted.begin(), wanted.end()));
  }));
}

TEST_CASE("whatever the texts and the query, what the original finds is found", "[search]") {
  CHECK(rc::check([] {
    const auto text = rc::gen::container<std::string>(rc::gen::element('a', 'b', 'A', ' ', '"', '%', '*', '\n', '-'));
    const auto texts = *rc::gen::resize(12, rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
                                                rc::gen::pair(text, text)));
    const auto query = *rc::gen::resize(5, text);
    const pb::ListProductsResponse products = Products(texts);
    const auto search = ProductSearch::Build(products);
    RC_ASSERT(search.ok());
    RC_ASSERT(FindsAllOf(**search, OriginalFinds(products, query), query));
  }));
}

}  // namespace
}  // namespace boutique::productcatalog
