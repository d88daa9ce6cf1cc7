// SPDX-License-Identifier: Apache-2.0
// bundle STATIC TEMPLATES OUT: at build time, packs the storefront's files into OUT/bundle.bin, with their compressed
// forms, and writes OUT/bundle_index.cc, which gives them names. Prints one line and exits with 1 on failure.
#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "platform/base/sha256.h"

namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::string> kTypes = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
};

[[noreturn]] void Fail(const std::string& why) {
  std::cerr << "bundle: " << why << '\n';
  std::exit(1);
}

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) Fail(absl::StrCat("cannot read ", path.string()));
  return text.str();
}

void WriteFile(const fs::path& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << bytes << std::flush;
  if (!out) Fail(absl::StrCat("cannot write ", path.string()));
}

// Every file below `root` by its path from there.
std::map<std::string, std::string> ReadTree(const fs::path& root, const std::string& only_extension = {}) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    if (!only_extension.empty() && entry.path().extension() != only_extension) continue;
    files[fs::relative(entry.path(), root).generic_string()] = ReadFile(entry.path());
  }
  return files;
}

std::string Gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    Fail("zlib does not start");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) Fail("zlib does not finish");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Brotli(const std::string& bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_GENERIC, bytes.size(),
                             reinterpret_cast<const uint8_t*>(bytes.data()), &size,
                             reinterpret_cast<uint8_t*>(out.data()))) {
    Fail("brotli does not compress");
  }
  out.resize(size);
  return out;
}

struct Packed {
  std::string hashed;
  std::string digest;
};

// The static files under their names with digests. A file that refers to others carries their digests, so those are
// named first.
class Hasher {
 public:
  explicit Hasher(std::map<std::string, std::string>& files) : files_(files) {}

  const Packed& Name(const std::string& name) {
    if (const auto known = packed_.find(name); known != packed_.end()) return known->second;
    if (!open_.insert({name, true}).second) Fail(absl::StrCat(name, " refers to itself"));
    const fs::path path(name);
    const std::string extension = path.extension().string();
    if (extension == ".css") Rewrite(name, {{"url(", ")"}});
    if (extension == ".js") Rewrite(name, {{"from '", "'"}, {"import '", "'"}, {"from \"", "\""}, {"import \"", "\""}});
    const std::string digest =
        absl::BytesToHexString(boutique::base::Sha256(files_.at(name))).substr(0, 10);
    const fs::path hashed = path.parent_path() / absl::StrCat(path.stem().string(), ".", digest, extension);
    return packed_[name] = {hashed.generic_string(), digest};
  }

 private:
  // Replaces each relative reference between `marks` by one to the file's name with its digest.
  void Rewrite(const std::string& name, const std::vector<std::pair<std::string, std::string>>& marks) {
    std::string text = files_.at(name);
    const fs::path folder = fs::path(name).parent_path();
    for (const auto& [open, close] : marks) {
      for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at + 1)) {
        const std::size_t begin = at + open.size();
        const std::size_t end = text.find(close, begin);
        if (end == std::string::npos) break;
        const std::string quoted = text.substr(begin, end - begin);
        const std::string reference = absl::StrReplaceAll(quoted, {{"\"", ""}, {"'", ""}});
        if (!absl::StartsWith(reference, "./") && !absl::StartsWith(reference, "../")) continue;
        const std::string target = (folder / reference).lexically_normal().generic_string();
        if (!files_.contains(target)) Fail(absl::StrCat(name, " refers to ", reference, ", which does not exist"));
        const fs::path relative = fs::path(Name(target).hashed).lexically_relative(folder);
        const std::string there = relative.generic_string();
        text.replace(begin, end - begin, absl::StartsWith(there, ".") ? there : absl::StrCat("./", there));
      }
    }
    files_[name] = text;
  }

  std::map<std::string, std::string>& files_;
  std::map<std::string, Packed> packed_;
  std::map<std::string, bool> open_;
};

// Without indentation, empty lines and lines that are only a comment.
std::string Compact(const std::string& text) {
  std::string out;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || (absl::StartsWith(line, "{{!") && line.find("}}") == line.size() - 2)) continue;
    absl::StrAppend(&out, line, "\n");
  }
  return out;
}

class Writer {
 public:
  void Add(const std::string& name, const Packed& packed, const std::string& type, const std::string& bytes) {
    absl::StrAppend(&assets_, "    {", Quote(name), ", ", Quote(packed.hashed), ", ", Quote(packed.digest), ", ",
                    Quote(type), ", ", Store(bytes), ", ", Smaller(Gzip(bytes), bytes), ", ",
                    Smaller(Brotli(bytes), bytes), "},\n");
  }
  void AddTemplate(const std::string& name, const std::string& text) {
    absl::StrAppend(&templates_, "    {", Quote(name), ", ", Store(text), "},\n");
  }
  void Write(const fs::path& out) const {
    WriteFile(out / "bundle.bin", bytes_);
    WriteFile(out / "bundle_index.cc", Source(fs::absolute(out / "bundle.bin").generic_string()));
  }

 private:
  static std::string Quote(const std::string& text) { return absl::StrCat("\"", absl::CEscape(text), "\""); }
  std::string Store(const std::string& bytes) {
    const std::string view =
        absl::StrCat("{boutique_frontend_bytes + ", bytes_.size(), ", ", bytes.size(), "}");
    bytes_ += bytes;
    return view;
  }
  std::string Smaller(const std::string& packed, const std::string& bytes) {
    return packed.size() < bytes.size() ? Store(packed) : "{}";
  }
  std::string Source(const std::string& blob) const {
    return absl::StrCat(
        "// SPDX-License-Identifier: Apache-2.0\n#include \"frontend/bundle.h\"\n\n"
        "asm(\".pushsection .rodata\\n\"\n    \".balign 16\\n\"\n    \".globl boutique_frontend_bytes\\n\"\n"
        "    \"boutique_frontend_bytes:\\n\"\n    \".incbin \\\"",
        blob,
        "\\\"\\n\"\n    \".byte 0\\n\"\n    \".popsection\\n\");\n"
        "extern \"C\" const char boutique_frontend_bytes[];\n\nnamespace boutique::frontend {\n\n"
        "const std::vector<Asset>& Assets() {\n  static const auto& all = *new std::vector<Asset>{\n",
        assets_,
        "  };\n  return all;\n}\n\n"
        "const std::vector<Template>& Templates() {\n  static const auto& all = *new std::vector<Template>{\n",
        templates_, "  };\n  return all;\n}\n\n}  // namespace boutique::frontend\n");
  }

  std::string bytes_;
  std::string assets_;
  std::string templates_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) Fail("usage: bundle STATIC TEMPLATES OUT");
  Writer writer;
  auto files = ReadTree(argv[1]);
  Hasher hasher(files);
  for (const auto& [name, unused] : files) {
    const auto type = kTypes.find(fs::path(name).extension().string());
    if (type == kTypes.end()) Fail(absl::StrCat("no media type is known for ", name));
    const Packed& packed = hasher.Name(name);
    writer.Add(name, packed, type->second, files.at(name));
  }
  for (const auto& [name, text] : ReadTree(argv[2], ".tpl")) writer.AddTemplate(name, Compact(text));
  fs::create_directories(argv[3]);
  writer.Write(argv[3]);
}
