// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/catalog_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"

namespace boutique::productcatalog {
namespace {

constexpr off_t kLargestFile = 16 << 20;
// A file that was written less than this before it was read may be written again without getting another time stamp.
constexpr std::int64_t kUnsettledNs = 1'000'000'000;
constexpr auto kLongestRefresh = std::chrono::minutes(1);

std::int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

absl::Status Errno(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

CatalogFile::CatalogFile(std::string path, telemetry::Metrics& metrics)
    : path_(std::move(path)),
      reloaded_(metrics.Counter("product_catalog_reloads_total", "Times the changed catalog file was read",
                                {{"result", "ok"}})),
      failed_(metrics.Counter("product_catalog_reloads_total", "Times the changed catalog file was read",
                              {{"result", "failed"}})),
      stale_(metrics.Gauge("product_catalog_stale", "1 while the catalog file is bad and an older one is served")) {}

CatalogFile::Stamp CatalogFile::StampOf(const struct ::stat& status) {
  return {status.st_dev, status.st_ino, status.st_size,
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

absl::StatusOr<CatalogFile::Content> CatalogFile::Read() const {
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return Errno("cannot be opened");
  const absl::Cleanup closed = [file] { close(file); };
  struct ::stat status {};
  if (fstat(file, &status) != 0) return Errno("cannot be read");
  if (!S_ISREG(status.st_mode)) return absl::InvalidArgumentError("is not a file");
  if (status.st_size > kLargestFile) {
    return absl::InvalidArgumentError(absl::StrCat("is larger than ", kLargestFile, " bytes"));
  }
  Content content{std::string(static_cast<std::size_t>(status.st_size), '\0'), StampOf(status)};
  std::size_t filled = 0;
  while (filled < content.text.size()) {
    const ssize_t count = read(file, content.text.data() + filled, content.text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Errno("cannot be read");
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  content.text.resize(filled);
  return content;
}

absl::Status CatalogFile::Named(absl::string_view problem) const {
  return absl::InvalidArgumentError(absl::StrCat("PRODUCT_CATALOG_FILE: ", path_, ": ", problem));
}

absl::StatusOr<std::shared_ptr<const Catalog>> CatalogFile::Parse(const Content& content) {
  digest_ = std::hash<std::string>()(content.text);
  auto catalog = Catalog::Parse(content.text);
  parsed_ = catalog.ok() ? absl::OkStatus() : Named(catalog.status().message());
  if (!catalog.ok()) return parsed_;
  return catalog;
}

absl::StatusOr<std::shared_ptr<const Catalog>> CatalogFile::Load() {
  const auto content = Read();
  if (!content.ok()) return Named(content.status().message());
  return Parse(*content);
}

bool CatalogFile::IsAsBefore() const {
  struct ::stat status {};
  return read_.has_value() && stat(path_.c_str(), &status) == 0 && StampOf(status) == *read_;
}

void CatalogFile::Refresh(LiveCatalog& live) {
  if (IsAsBefore()) return;
  const auto content = Read();
  if (!content.ok()) {
    read_.reset();
    Report(Named(content.status().message()));
    return;
  }
  read_.reset();
  if (NowNs() - content->stamp.modified_ns > kUnsettledNs) read_ = content->stamp;
  if (std::hash<std::string>()(content->text) != digest_) {
    const auto catalog = Parse(*content);
    if (catalog.ok()) {
      const auto before = live.Current();
      live.Replace(*catalog);
      reloaded_.Increment();
      telemetry::Log(telemetry::Severity::kInfo, "the catalog was reloaded",
                     {{"products", (*catalog)->products().products_size()},
                      {"products_before", before->products().products_size()}});
    }
  }
  Report(parsed_);
}

void CatalogFile::Report(const absl::Status& outcome) {
  stale_.Set(outcome.ok() ? 0 : 1);
  const std::string problem(outcome.message());
  if (problem == problem_) return;
  problem_ = problem;
  if (problem.empty()) return;
  failed_.Increment();
  telemetry::Log(telemetry::Severity::kWarning, "the catalog stays as it was", {{"problem", problem}});
}

coro::Task<void> CatalogFile::Watch(LiveCatalog& live, rpc::BlockingPool& pool, rpc::Loop& loop,
                                    std::chrono::nanoseconds interval, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const rpc::CallContext call = rpc::Begin(loop, interval + kLongestRefresh, stop);
    const bool elapsed = co_await rpc::Sleep(call, interval);
    if (!elapsed) co_return;
    auto refresh = [this, &live]() -> absl::StatusOr<bool> {
      Refresh(live);
      return true;
    };
    // A pool without room for it now has room at the next turn.
    const auto refreshed = co_await pool.Run(call, std::move(refresh));
    static_cast<void>(refreshed);
  }
}

}  // namespace boutique::productcatalog
