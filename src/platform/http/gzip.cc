// SPDX-License-Identifier: Apache-2.0
#include "platform/http/gzip.h"

#include <zlib.h>

#include <utility>

namespace boutique::http {
namespace {

constexpr int kLevel = 1;
constexpr int kGzipWindow = 15 + 16;  // 16: a gzip header, not zlib's
constexpr int kMemory = 8;

}  // namespace

struct Gzip::Stream {
  Stream() { good = deflateInit2(&zlib, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) == Z_OK; }
  ~Stream() {
    if (good) deflateEnd(&zlib);
  }
  z_stream zlib{};
  bool good = false;
};

Gzip::Gzip() = default;
Gzip::~Gzip() = default;

std::unique_ptr<Gzip::Stream> Gzip::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Stream> stream = std::move(idle_.back());
      idle_.pop_back();
      return stream;
    }
  }
  return std::make_unique<Stream>();
}

std::string Gzip::Compress(absl::string_view text) {
  std::unique_ptr<Stream> stream = Take();
  if (!stream->good || deflateReset(&stream->zlib) != Z_OK) return "";
  std::string compressed(deflateBound(&stream->zlib, text.size()), '\0');
  stream->zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream->zlib.avail_in = static_cast<uInt>(text.size());
  stream->zlib.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream->zlib.avail_out = static_cast<uInt>(compressed.size());
  if (deflate(&stream->zlib, Z_FINISH) != Z_STREAM_END) return "";
  compressed.resize(stream->zlib.total_out);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(stream));
  return compressed;
}

}  // namespace boutique::http
