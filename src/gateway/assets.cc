// SPDX-License-Identifier: Apache-2.0
#include "gateway/assets.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "platform/telemetry/log.h"

namespace boutique::gateway {
namespace {

constexpr absl::string_view kRoot = "/static/";
constexpr absl::string_view kNeutralPicture = "img/no-picture.svg";

// The quality that a list member's parameters give; 1 without one, 0 for one that cannot be read.
double Quality(absl::string_view parameters) {
  for (absl::string_view parameter : absl::StrSplit(parameters, ';')) {
    parameter = absl::StripAsciiWhitespace(parameter);
    if (!absl::ConsumePrefix(&parameter, "q=") && !absl::ConsumePrefix(&parameter, "Q=")) continue;
    double quality = 0;
    return absl::SimpleAtod(parameter, &quality) ? quality : 0;
  }
  return 1;
}

// A path of this origin made of characters that need no escape: what a catalog's picture may be.
bool IsPlainPath(absl::string_view path) {
  if (!absl::StartsWith(path, "/") || absl::StartsWith(path, "//")) return false;
  for (const char c : path) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && !absl::StrContains("/-_.~", c)) return false;
  }
  return !absl::StrContains(path, "..");
}

}  // namespace

bool AcceptsCoding(absl::string_view accept_encoding, absl::string_view coding) {
  bool any = false;
  for (const absl::string_view member : absl::StrSplit(accept_encoding, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(member, absl::MaxSplits(';', 1));
    const absl::string_view name = absl::StripAsciiWhitespace(parts.first);
    if (absl::EqualsIgnoreCase(name, coding)) return Quality(parts.second) > 0;
    if (name == "*") any = Quality(parts.second) > 0;
  }
  return any;
}

Assets::Assets(absl::string_view base_url) : base_url_(base_url) {
  for (const frontend::Asset& asset : frontend::Assets()) {
    by_name_[std::string(asset.name)] = {&asset, absl::StrCat(base_url_, kRoot, asset.hashed)};
    by_hash_[std::string(asset.hashed)] = &asset;
  }
}

const Assets::Named* Assets::Lookup(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

Assets::Found Assets::Find(absl::string_view path) const {
  if (const auto hashed = by_hash_.find(path); hashed != by_hash_.end()) return {hashed->second, true};
  if (const Named* const named = Lookup(path)) return {named->asset, false};
  if (absl::ConsumeSuffix(&path, ".jpg") && absl::StartsWith(path, "img/products/")) {
    if (const Named* const drawn = Lookup(absl::StrCat(path, ".svg"))) return {drawn->asset, false};
  }
  return {};
}

const std::string& Assets::Url(absl::string_view name) const {
  const Named* const named = Lookup(name);
  if (named == nullptr) {
    telemetry::Log(telemetry::Severity::kError, "the storefront lacks a file of its own", {{"file", name}});
    std::abort();
  }
  return named->url;
}

std::string Assets::PictureUrl(absl::string_view picture) const {
  absl::string_view path = picture;
  if (absl::ConsumePrefix(&path, kRoot)) {
    const Found found = Find(path);
    return found.asset == nullptr ? Url(kNeutralPicture) : Url(found.asset->name);
  }
  return IsPlainPath(picture) ? absl::StrCat(base_url_, picture) : Url(kNeutralPicture);
}

Assets::Body Assets::Encode(const frontend::Asset& asset, absl::string_view accept_encoding) {
  if (!asset.brotli.empty() && AcceptsCoding(accept_encoding, "br")) {
    return {asset.brotli, "br", absl::StrCat("\"", asset.digest, "-br\"")};
  }
  if (!asset.gzip.empty() && AcceptsCoding(accept_encoding, "gzip")) {
    return {asset.gzip, "gzip", absl::StrCat("\"", asset.digest, "-gz\"")};
  }
  return {asset.bytes, {}, absl::StrCat("\"", asset.digest, "\"")};
}

}  // namespace boutique::gateway
