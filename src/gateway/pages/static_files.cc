// SPDX-License-Identifier: Apache-2.0
#include "gateway/pages/pages.h"
#include "platform/http/conditional.h"

namespace boutique::gateway {

http::Response StaticFile(const Storefront& front, const http::Request& request) {
  const auto [asset, immutable] = front.assets().Find(request.Param("path"));
  if (asset == nullptr) return http::PlainText(404, "There is no such file.");
  const Assets::Body body = Assets::Encode(*asset, request.HeaderOf("accept-encoding"));
  http::Response response = http::Answer(200, asset->type, {});
  response.Set("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "public, max-age=300");
  response.Set("ETag", body.etag).Set("Vary", "Accept-Encoding");
  if (!body.encoding.empty()) response.Set("Content-Encoding", body.encoding);
  if (http::MatchesEtag(request.HeaderOf("if-none-match"), body.etag)) {
    response.status = 304;
    return response;
  }
  response.static_body = body.bytes;
  return response;
}

http::Response Robots() {
  http::Response response = http::Answer(200, "text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n");
  response.Set("Cache-Control", "public, max-age=3600");
  return response;
}

}  // namespace boutique::gateway
