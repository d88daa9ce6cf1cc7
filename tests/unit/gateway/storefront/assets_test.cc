// SPDX-License-Identifier: Apache-2.0
#include "gateway/assets.h"

#include <zlib.h>

#include <set>

#include "absl/strings/match.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

std::string Gunzip(absl::string_view packed, std::size_t size) {
  std::string out(size + 1, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace

TEST_CASE("every file has its own name and type, and its smaller forms", "[assets]") {
  std::set<std::string> hashed;
  REQUIRE_FALSE(frontend::Assets().empty());
  for (const frontend::Asset& asset : frontend::Assets()) {
    INFO(std::string(asset.name));
    CHECK(hashed.insert(std::string(asset.hashed)).second);
    CHECK_FALSE(asset.type.empty());
    CHECK(asset.gzip.size() < asset.bytes.size());
    CHECK(asset.brotli.size() < asset.bytes.size());
    if (!asset.gzip.empty()) CHECK(Gunzip(asset.gzip, asset.bytes.size()) == std::string(asset.bytes));
  }
}

TEST_CASE("a file is found by its digest for ever, and by its plain name for a while", "[assets]") {
  const Assets assets("");
  const std::string& url = assets.Url("styles/shop.css");
  REQUIRE(absl::StartsWith(url, "/static/styles/shop."));
  const auto hashed = assets.Find(url.substr(8));
  REQUIRE(hashed.asset != nullptr);
  CHECK(hashed.immutable);
  CHECK(hashed.asset->type == "text/css; charset=utf-8");
  const auto plain = assets.Find("styles/shop.css");
  CHECK(plain.asset == hashed.asset);
  CHECK_FALSE(plain.immutable);
}

TEST_CASE("no other path leads to a file (D20)", "[assets]") {
  const Assets assets("");
  for (const char* const path : {"", "/", "styles", "styles/", "../styles/shop.css", "styles/../styles/shop.css",
                                 "/styles/shop.css", "img/products/teapot.jpg", "templates/home.tpl"}) {
    INFO(path);
    CHECK(assets.Find(path).asset == nullptr);
  }
}

TEST_CASE("the catalog's pictures are ours", "[assets]") {
  const Assets assets("/shop");
  CHECK(absl::StartsWith(assets.PictureUrl("/static/img/products/mug.jpg"), "/shop/static/img/products/mug."));
  CHECK(absl::EndsWith(assets.PictureUrl("/static/img/products/mug.jpg"), ".svg"));
  REQUIRE(assets.Find("img/products/mug.jpg").asset != nullptr);
  CHECK(assets.Find("img/products/mug.jpg").asset->type == "image/svg+xml");
  CHECK(assets.PictureUrl("/pictures/teapot.png") == "/shop/pictures/teapot.png");
  const std::string neutral = assets.PictureUrl("/static/img/products/teapot.jpg");
  CHECK(absl::EndsWith(neutral, ".svg"));
  for (const char* const other : {"", "https://elsewhere.example/mug.jpg", "//elsewhere.example/mug.jpg",
                                  "javascript:alert(1)", "/a/../b.jpg", "/a\"b.jpg", "mug.jpg"}) {
    INFO(other);
    CHECK(assets.PictureUrl(other) == neutral);
  }
}

TEST_CASE("the smallest form that the browser takes is sent, each with its own tag", "[assets]") {
  const Assets assets("");
  const frontend::Asset& asset = *assets.Find("styles/shop.css").asset;
  const auto brotli = Assets::Encode(asset, "gzip, deflate, br");
  const auto gzip = Assets::Encode(asset, "gzip, deflate");
  const auto plain = Assets::Encode(asset, "");
  CHECK(brotli.encoding == "br");
  CHECK(gzip.encoding == "gzip");
  CHECK(plain.encoding.empty());
  CHECK(std::set<std::string>{brotli.etag, gzip.etag, plain.etag}.size() == 3);
  CHECK(Assets::Encode(asset, "br;q=0, gzip;q=0.5").encoding == "gzip");
  CHECK(Assets::Encode(asset, "*").encoding == "br");
  CHECK(Assets::Encode(asset, "identity, *;q=0").encoding.empty());
  CHECK(Assets::Encode(asset, "BR").encoding == "br");
}

}  // namespace boutique::gateway
