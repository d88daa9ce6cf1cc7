// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/sqlite/open_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/catch.h"
#include "support/temporary_folder.h"

namespace boutique::sqlite {
namespace {

namespace fs = std::filesystem;

const Migrations kFirst = {"CREATE TABLE things (id INTEGER PRIMARY KEY) STRICT"};
const Migrations kSecond = {kFirst[0], "ALTER TABLE things ADD COLUMN name TEXT NOT NULL DEFAULT 'none'"};

std::int64_t CountThings(Connection& connection) {
  Rows rows = connection.Query("SELECT count(*) FROM things");
  return rows.Next() ? rows.Integer(0) : -1;
}

TEST_CASE_METHOD(testing::TemporaryFolder, "the folder and the file are made for their owner alone", "[sqlite]") {
  const std::string path = File("deep/er/things.db");
  auto connection = OpenFile(path, kFirst);
  REQUIRE_OK(connection);
  (*connection)->Execute("INSERT INTO things (id) VALUES (1)");
  CHECK(fs::status(File("deep/er")).permissions() == fs::perms::owner_all);
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fs::status(path + "-wal").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a database survives being closed", "[sqlite]") {
  for (int run = 0; run < 3; ++run) {
    auto connection = OpenFile(File("things.db"), kFirst);
    REQUIRE_OK(connection);
    CHECK(CountThings(**connection) == run);
    (*connection)->Execute("INSERT INTO things DEFAULT VALUES");
    REQUIRE_OK((*connection)->status());
  }
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a database is durable and checks its references", "[sqlite]") {
  auto connection = OpenFile(File("things.db"), kFirst);
  REQUIRE_OK(connection);
  const auto ask = [&](absl::string_view pragma) {
    Rows rows = (*connection)->Query(pragma);
    return rows.Next() ? rows.Text(0) : "";
  };
  CHECK(ask("PRAGMA journal_mode") == "wal");
  CHECK(ask("PRAGMA synchronous") == "2");
  CHECK(ask("PRAGMA foreign_keys") == "1");
  CHECK(ask("PRAGMA busy_timeout") == "5000");
}

TEST_CASE_METHOD(testing::TemporaryFolder, "an older database is brought to the newest version", "[sqlite]") {
  {
    auto old = OpenFile(File("things.db"), kFirst);
    REQUIRE_OK(old);
    (*old)->Execute("INSERT INTO things (id) VALUES (7)");
  }
  auto migrated = OpenFile(File("things.db"), kSecond);
  REQUIRE_OK(migrated);
  Rows rows = (*migrated)->Query("SELECT id, name FROM things");
  REQUIRE(rows.Next());
  CHECK(rows.Integer(0) == 7);
  CHECK(rows.Text(1) == "none");
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a database of a newer version is left alone", "[sqlite]") {
  REQUIRE_OK(OpenFile(File("things.db"), kSecond));
  const auto opened = OpenFile(File("things.db"), kFirst);
  CHECK_CODE(opened, kFailedPrecondition);
  CHECK(opened.status().message() ==
        File("things.db") + ": was written by a newer version of this program (schema 2, known are those up to 1)");
  REQUIRE_OK(OpenFile(File("things.db"), kSecond));
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a migration that fails leaves the database as it was", "[sqlite]") {
  REQUIRE_OK(OpenFile(File("things.db"), kFirst));
  const auto opened = OpenFile(File("things.db"), {kFirst[0], "CREATE TABLE more (id INTEGER); SELECT nonsense"});
  CHECK_CODE(opened, kInternal);
  CHECK(opened.status().message().find(File("things.db")) == 0);
  auto connection = OpenFile(File("things.db"), kFirst);
  REQUIRE_OK(connection);
  CHECK_FALSE((*connection)->Query("SELECT 1 FROM sqlite_schema WHERE name = 'more'").Next());
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a file that is no database is left alone", "[sqlite]") {
  const std::string text = "these are not the bytes of a database, and there are more than a header's hundred of them: "
                           "enough to look at, and too dear to be overwritten";
  std::ofstream(File("notes.txt")) << text;
  const auto opened = OpenFile(File("notes.txt"), kFirst);
  CHECK_CODE(opened, kFailedPrecondition);
  CHECK(opened.status().message() == File("notes.txt") + ": is not a SQLite database");
  std::ifstream file(File("notes.txt"));
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == text);
}

// A database of many pages, closed.
void MakeLarge(const std::string& path) {
  auto connection = OpenFile(path, kSecond);
  REQUIRE_OK(connection);
  (*connection)->Script("BEGIN");
  for (int id = 1; id <= 200; ++id) {
    (*connection)->Execute("INSERT INTO things (id, name) VALUES (?, ?)", {id, std::string(500, 'x')});
  }
  (*connection)->Script("COMMIT");
  REQUIRE_OK((*connection)->status());
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a database of which half is there is told at the start, and left alone",
                 "[sqlite]") {
  MakeLarge(File("things.db"));
  const auto half = fs::file_size(File("things.db")) / 2;
  for (const std::uintmax_t size : {half, half - half % 4096 + 100, std::uintmax_t{4096}, std::uintmax_t{50}}) {
    fs::resize_file(File("things.db"), size);
    const auto opened = OpenFile(File("things.db"), kSecond);
    CHECK_CODE(opened, kFailedPrecondition);
    INFO(size << ": " << opened.status().message());
    CHECK(opened.status().message().find(File("things.db") + ": is damaged: ") == 0);
    CHECK(fs::file_size(File("things.db")) == size);
  }
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a database with a page that was never written is told at the start",
                 "[sqlite]") {
  MakeLarge(File("things.db"));
  {
    std::fstream file(File("things.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 3);
    file << std::string(4096, '\0');
  }
  const auto opened = OpenFile(File("things.db"), kSecond);
  CHECK_CODE(opened, kFailedPrecondition);
  CHECK(opened.status().message().find(File("things.db") + ": is damaged: ") == 0);
}

// What a crash in the middle of writing leaves: the log ends within a transaction.
TEST_CASE_METHOD(testing::TemporaryFolder, "of a half-written log all that was committed counts, and nothing else",
                 "[sqlite]") {
  std::uintmax_t whole = 0;
  {
    auto running = OpenFile(File("things.db"), kSecond);
    REQUIRE_OK(running);
    (*running)->Execute("INSERT INTO things (id, name) VALUES (1, ?)", {std::string(9000, 'a')});
    whole = fs::file_size(File("things.db-wal"));
    (*running)->Execute("INSERT INTO things (id, name) VALUES (2, ?)", {std::string(9000, 'b')});
    REQUIRE_OK((*running)->status());
    for (const char* end : {"", "-wal"}) {
      fs::copy_file(File(std::string("things.db") + end), File(std::string("torn.db") + end));
    }
  }
  const auto all = fs::file_size(File("torn.db-wal"));
  REQUIRE(all > whole + 4096);
  fs::resize_file(File("torn.db-wal"), all - 4096);
  auto connection = OpenFile(File("torn.db"), kSecond);
  REQUIRE_OK(connection);
  Rows rows = (*connection)->Query("SELECT id, length(name) FROM things");
  REQUIRE(rows.Next());
  CHECK(rows.Integer(0) == 1);
  CHECK(rows.Integer(1) == 9000);
  CHECK_FALSE(rows.Next());
}

// Who may not do everything, while it lives.
struct AsNobody {
  AsNobody() { REQUIRE((before != 0 || seteuid(65534) == 0)); }
  ~AsNobody() { REQUIRE(seteuid(before) == 0); }
  const uid_t before = geteuid();
};

TEST_CASE_METHOD(testing::TemporaryFolder, "a file that may only be read is told at the start", "[sqlite]") {
  REQUIRE_OK(OpenFile(File("things.db"), kFirst));
  fs::permissions(File("things.db"), fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  const auto all_find = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  fs::permissions(path(), fs::perms::owner_all | all_find);
  const AsNobody nobody;
  const auto opened = OpenFile(File("things.db"), kSecond);
  CHECK_CODE(opened, kFailedPrecondition);
  INFO(opened.status().message());
  CHECK(opened.status().message().find(File("things.db") + ": cannot be opened for writing: ") == 0);
}

TEST_CASE_METHOD(testing::TemporaryFolder, "what cannot be made is named with the reason", "[sqlite]") {
  std::ofstream(File("file")) << "in the way";
  const std::vector<std::string> paths = {File("file/things.db"), File("file/deeper/things.db"), "/proc/none/a.db"};
  for (const std::string& path : paths) {
    const auto opened = OpenFile(path, kFirst);
    CHECK_CODE(opened, kFailedPrecondition);
    CHECK(opened.status().message().find("cannot be made: ") != absl::string_view::npos);
    CHECK(opened.status().message().find(fs::path(path).parent_path().string()) == 0);
    CHECK(opened.status().message().find('\n') == absl::string_view::npos);
  }
  fs::create_directory(File("folder"));
  const auto opened = OpenFile(File("folder"), kFirst);
  CHECK_CODE(opened, kFailedPrecondition);
  CHECK(opened.status().message().find(File("folder") + ": cannot be opened for writing") == 0);
}

TEST_CASE("a data directory in memory has its files there too", "[sqlite]") {
  CHECK(FileIn(":memory:", "orders.db") == ":memory:");
  CHECK(FileIn("/var/lib/boutique", "orders.db") == "/var/lib/boutique/orders.db");
}

}  // namespace
}  // namespace boutique::sqlite
