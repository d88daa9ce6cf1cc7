// SPDX-License-Identifier: Apache-2.0
// The storefront's static files: their addresses, and what a browser gets for them.
// Immutable once made: safe from any thread.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "frontend/bundle.h"

namespace boutique::gateway {

class Assets {
 public:
  // A file as it was asked for.
  struct Found {
    const frontend::Asset* asset = nullptr;  // null: there is no such file
    bool immutable = false;                  // asked for by its digest: may be kept for ever
  };
  // A file's bytes in one encoding; all views live as long as the process.
  struct Body {
    absl::string_view bytes;
    absl::string_view encoding;  // "br", "gzip", or empty for none
    std::string etag;            // quoted; differs between encodings, as the bytes do
  };

  // `base_url` is empty or a path without a slash at its end.
  explicit Assets(absl::string_view base_url);

  // By the path that follows /static/: a name with its digest, a plain name, or the name of a product's picture as the
  // original has it (img/products/mug.jpg).
  Found Find(absl::string_view path) const;

  // The address of a file with its digest, base URL included: Url("styles/shop.css"). Ends the process if there is no
  // such file: names are the program's own.
  const std::string& Url(absl::string_view name) const;

  // The address of a product's picture as the catalog names it: ours for a picture of the original's
  // (/static/img/products/mug.jpg), the same with the base URL for another path of this origin, and a neutral picture
  // for everything else, for other origins are not contacted.
  std::string PictureUrl(absl::string_view picture) const;

  // The smallest form that Accept-Encoding allows.
  static Body Encode(const frontend::Asset& asset, absl::string_view accept_encoding);

 private:
  struct Named {
    const frontend::Asset* asset;
    std::string url;
  };
  const Named* Lookup(absl::string_view name) const;

  const std::string base_url_;
  absl::flat_hash_map<std::string, Named> by_name_;
  absl::flat_hash_map<std::string, const frontend::Asset*> by_hash_;
};

// Whether a header of the form of Accept-Encoding allows `coding`: named, or by "*", and not with q=0.
bool AcceptsCoding(absl::string_view accept_encoding, absl::string_view coding);

}  // namespace boutique::gateway
