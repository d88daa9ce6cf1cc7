// SPDX-License-Identifier: Apache-2.0
// Compresses answers while they are made: gzip, at the level that costs least.
// Safe from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace boutique::http {

// Keeps what zlib works in (about 256 KiB each) from one call to the next: as many as are compressing at once.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // The text as a gzip stream; empty if there is no memory for it.
  std::string Compress(absl::string_view text);

 private:
  struct Stream;
  std::unique_ptr<Stream> Take();

  std::mutex mutex_;
  std::vector<std::unique_ptr<Stream>> idle_;
};

}  // namespace boutique::http
