// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/catalog_file.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <semaphore>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "platform/coro/task_scope.h"
#include "support/catch.h"
#include "unit/services/productcatalog/catalogs.h"

namespace boutique::productcatalog {
namespace {

using testing::CatalogJson;
using testing::ProductJson;

class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "catalog-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string File() const { return (path_ / "products.json").string(); }
  void Write(const std::string& text) const { std::ofstream(File(), std::ios::binary) << text; }
  // As if it had been written long ago.
  void Age() const {
    std::filesystem::last_write_time(File(), std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }

 private:
  std::filesystem::path path_;
};

struct Reloading {
  Folder folder;
  telemetry::Metrics metrics;
  CatalogFile file{folder.File(), metrics};
  std::unique_ptr<LiveCatalog> live;

  void Open(const std::string& text) {
    folder.Write(text);
    auto catalog = file.Load();
    REQUIRE_OK(catalog);
    live = std::make_unique<LiveCatalog>(*catalog);
  }
  std::string FirstName() const { return live->Current()->products().products(0).name(); }
  double Reloads(const std::string& result) {
    return metrics.Counter("product_catalog_reloads_total", "", {{"result", result}}).Value();
  }
  double Stale() { return metrics.Gauge("product_catalog_stale", "").Value(); }
};

TEST_CASE_METHOD(Reloading, "a file that cannot be used at the start is one line", "[catalog]") {
  CHECK_CODE(file.Load(), kInvalidArgument);
  folder.Write("{\n}");
  const auto catalog = file.Load();
  CHECK_CODE(catalog, kInvalidArgument);
  CHECK(catalog.status().message() == "PRODUCT_CATALOG_FILE: " + folder.File() + ": it has no products");
  CHECK_CODE(CatalogFile("/", metrics).Load(), kInvalidArgument);
  CHECK_CODE(CatalogFile("/dev/zero", metrics).Load(), kInvalidArgument);
}

TEST_CASE_METHOD(Reloading, "a changed file is read again, whatever its size and time stamp", "[catalog]") {
  Open(CatalogJson({ProductJson("A", "Mug")}));
  folder.Write(CatalogJson({ProductJson("A", "Cup")}));
  file.Refresh(*live);
  CHECK(FirstName() == "Cup");
  CHECK(Reloads("ok") == 1);
  file.Refresh(*live);
  CHECK(Reloads("ok") == 1);
}

TEST_CASE_METHOD(Reloading, "a file that has settled is not read again until it changes", "[catalog]") {
  Open(CatalogJson({ProductJson("A", "Mug")}));
  folder.Age();
  file.Refresh(*live);
  file.Refresh(*live);
  CHECK(Reloads("ok") == 0);
  folder.Write(CatalogJson({ProductJson("A", "Cup")}));
  file.Refresh(*live);
  CHECK(FirstName() == "Cup");
}

TEST_CASE_METHOD(Reloading, "a bad file leaves the catalog as it was, and is reported once", "[catalog]") {
  Open(CatalogJson({ProductJson("A", "Mug")}));
  folder.Write("{\"products\":[{");
  for (int i = 0; i < 3; ++i) file.Refresh(*live);
  CHECK(FirstName() == "Mug");
  CHECK(Stale() == 1);
  CHECK(Reloads("failed") == 1);
  folder.Age();
  for (int i = 0; i < 3; ++i) file.Refresh(*live);
  CHECK(Stale() == 1);
  CHECK(Reloads("failed") == 1);
  folder.Write(CatalogJson({ProductJson("A", "Cup")}));
  file.Refresh(*live);
  CHECK(FirstName() == "Cup");
  CHECK(Stale() == 0);
}

TEST_CASE_METHOD(Reloading, "a file that is away leaves the catalog as it was until it is back", "[catalog]") {
  const std::string text = CatalogJson({ProductJson("A", "Mug")});
  Open(text);
  std::filesystem::remove(folder.File());
  file.Refresh(*live);
  CHECK(FirstName() == "Mug");
  CHECK(Stale() == 1);
  folder.Write(text);
  file.Refresh(*live);
  CHECK(Stale() == 0);
  CHECK(Reloads("ok") == 0);
}

TEST_CASE_METHOD(Reloading, "a link that is turned to another file is followed", "[catalog]") {
  namespace fs = std::filesystem;
  const std::string first = folder.File() + ".1";
  const std::string second = folder.File() + ".2";
  std::ofstream(first) << CatalogJson({ProductJson("A", "Mug")});
  std::ofstream(second) << CatalogJson({ProductJson("A", "Cup")});
  fs::create_symlink(first, folder.File());
  auto catalog = file.Load();
  REQUIRE_OK(catalog);
  live = std::make_unique<LiveCatalog>(*catalog);
  fs::create_symlink(second, folder.File() + ".new");
  fs::rename(folder.File() + ".new", folder.File());
  file.Refresh(*live);
  CHECK(FirstName() == "Cup");
}

TEST_CASE_METHOD(Reloading, "D30: readers keep whole catalogs while others replace them", "[catalog][defect]") {
  const auto one = Catalog::Parse(CatalogJson({ProductJson("A", "Mug")}));
  const auto two = Catalog::Parse(CatalogJson({ProductJson("A", "Cup"), ProductJson("B", "Pot")}));
  REQUIRE_OK(one);
  REQUIRE_OK(two);
  LiveCatalog shared(*one);
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  const auto read = [&] {
    while (!done) {
      const auto catalog = shared.Current();
      const bool is_one = catalog->products().products_size() == 1;
      if (catalog->Find("A")->name() != (is_one ? "Mug" : "Cup")) ++torn;
      if ((catalog->Find("B") == nullptr) != is_one) ++torn;
    }
  };
  std::thread first(read);
  std::thread second(read);
  for (int i = 0; i < 2000; ++i) shared.Replace(i % 2 == 0 ? *two : *one);
  done = true;
  first.join();
  second.join();
  CHECK(torn == 0);
}

TEST_CASE_METHOD(Reloading, "a watched file is noticed by itself, until the watch is stopped", "[catalog]") {
  Open(CatalogJson({ProductJson("A", "Mug")}));
  rpc::Loop loop;
  loop.Start();
  {
    rpc::BlockingPool pool(1);
    coro::TaskScope scope;
    std::binary_semaphore begun(0);
    loop.Post([&] {
      scope.Spawn(file.Watch(*live, pool, loop, std::chrono::milliseconds(1), scope.stop_token()));
      begun.release();
    });
    begun.acquire();
    folder.Write(CatalogJson({ProductJson("A", "Cup")}));
    while (FirstName() != "Cup") std::this_thread::yield();
    loop.Post([&] { scope.RequestStop(); });
    scope.AwaitIdle();
  }
  loop.Stop();
  CHECK(FirstName() == "Cup");
}

}  // namespace
}  // namespace boutique::productcatalog
