// SPDX-License-Identifier: Apache-2.0
// A SQLite database and the one thread on which all of its statements run.
// Threads: as sql::Database.
//
// What waits while a transaction is being committed shares the next one: the more requests there are, the fewer times
// the disk is waited for.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/sql/database.h"
#include "platform/storage/sqlite/connection.h"
#include "platform/storage/sqlite/open_file.h"

namespace boutique::sqlite {

class Database final : public sql::Database {
 public:
  // The file, or ":memory:", at its newest version. With the errors of OpenFile.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, const Migrations& migrations);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  // Runs what still waits, then closes. No coroutine may be waiting for a loop that has stopped.
  ~Database() override;

  // Of sql::Database, whose work may also ask for what only this engine has.
  template <typename Work>
  auto Read(const rpc::CallContext& call, Work work) {
    return sql::Database::Read(call, OfThisEngine<Work>{std::move(work)});
  }
  template <typename Work>
  auto Write(const rpc::CallContext& call, Work work) {
    return sql::Database::Write(call, OfThisEngine<Work>{std::move(work)});
  }

  // `watch` is called with false when a statement fails for the disk's sake; writing is then tried every second.
  void WatchHealth(std::function<void(bool able)> watch) override;

 private:
  template <typename Work>
  struct OfThisEngine {
    Work work;
    auto operator()(sql::Connection& connection) { return work(static_cast<Connection&>(connection)); }
  };

  Database(std::string path, std::unique_ptr<Connection> connection);
  bool Enqueue(Job* job) override;
  void Serve();
  void RunBatch(const std::vector<Job*>& batch);
  absl::Status RunJob(Job& job);
  absl::Status Commit();
  void Rollback();
  void Probe();
  void SetAble(const absl::Status& outcome, bool written);

  const std::string path_;
  const std::unique_ptr<Connection> connection_;
  bool able_ = true;  // of the thread alone
  std::mutex mutex_;  // of what follows
  std::condition_variable wake_;
  std::deque<Job*> waiting_;
  bool closing_ = false;
  std::mutex watch_mutex_;
  std::function<void(bool)> watch_;
  std::thread thread_;
};

}  // namespace boutique::sqlite
