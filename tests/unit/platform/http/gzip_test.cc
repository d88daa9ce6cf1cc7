// SPDX-License-Identifier: Apache-2.0
#include "platform/http/gzip.h"

#include <zlib.h>

#include "support/catch.h"

namespace boutique::http {
namespace {

std::string Inflate(const std::string& packed) {
  std::string text(1 << 20, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return whole ? text : "broken";
}

TEST_CASE("what was compressed is itself again", "[http]") {
  Gzip gzip;
  std::string page;
  for (int i = 0; i < 500; ++i) page += "<li class=\"card\">Mug</li>";
  for (const std::string& text : {page, std::string(), std::string("x"), page + "2"}) {
    const std::string packed = gzip.Compress(text);
    CHECK(Inflate(packed) == text);
  }
  CHECK(gzip.Compress(page).size() < page.size() / 10);
}

}  // namespace
}  // namespace boutique::http
