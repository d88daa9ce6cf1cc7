// SPDX-License-Identifier: Apache-2.0
// A service's schema in a PostgreSQL, and the threads on whose connections its work runs.
// Threads: as sql::Database.
//
// Each piece of writing but WriteOnce's is a transaction of its own (READ COMMITTED). One that lost its connection
// before it was to be committed, or that was undone for another's sake, is begun again. A server that does not answer
// any more is noticed: whatever waits for it for a second longer than its deadline, or than ten seconds, is cut off.
// Work that waits for its turn or a connection when its request is over is answered at once, whatever becomes of the
// connection.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "platform/storage/postgres/connection.h"
#include "platform/storage/sql/database.h"
#include "platform/storage/sql/schema.h"

namespace boutique::postgres {

class Database final : public sql::Database {
 public:
  // Tries to connect and to bring the schema to its newest version, which blocks for some seconds at most unless others
  // are migrating it. FAILED_PRECONDITION if a newer version of the program wrote it; INTERNAL if it cannot be made.
  // A server that cannot be reached or refuses the user is tried again for ever, ever more seldom: until it works, work
  // fails with UNAVAILABLE, and the log says why once.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const Options& options, const sql::Schema& schema,
                                                        int connections);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  // Runs what still waits, then closes. No coroutine may be waiting for a loop that has stopped.
  ~Database() override;

  // `watch` is called with false at once if the database does not work at the time.
  void WatchHealth(std::function<void(bool able)> watch) override;

 private:
  using Clock = std::chrono::steady_clock;

  // One thread with its connection.
  struct Worker {
    std::unique_ptr<Connection> connection;
    std::mutex mutex;                         // of what follows
    Job* job = nullptr;                       // waits until there is a connection
    const Connection* running = nullptr;      // what runs now
    Clock::time_point until;                  // and must have ended by then
    std::condition_variable wake;             // with the database's mutex
    std::thread thread;
  };

  Database(const Options& options, const sql::Schema& schema, int connections);
  bool Enqueue(Job* job) override;
  void Serve(Worker& worker);
  void ServeFirst(Worker& worker);
  // Takes the next job, or none at `until`; false when there is nothing left to do at all.
  bool Take(Worker& worker, Clock::time_point until, Job** job);
  void RunJob(Worker& worker, Job& job);
  Failure RunOnce(Worker& worker, Job& job);
  static bool IsConnected(const Worker& worker) { return worker.connection != nullptr && worker.connection->IsOpen(); }
  // Connects for the job. Null if its request was over meanwhile: then it has been answered.
  Job* ConnectFor(Worker& worker, Job& job, absl::Status* connected);
  absl::Status Connect(Worker& worker);
  // It works: whoever has no connection need not wait before he tries.
  void ConnectAtOnce();
  absl::Status OpenConnection(Worker& worker);
  // Learns whether the database does its work.
  void Look(Worker& worker);
  void SetAble(bool able, absl::string_view why);
  void KeepTime();
  // Answers the job if its request is over; whether it is.
  static bool EndIfOver(Job& job);
  // What the connection does from now on is to have ended in `limit`, or somewhat later.
  void Watch(Worker& worker, std::chrono::nanoseconds limit);
  void Unwatch(Worker& worker);

  const Options options_;
  const sql::Schema schema_;
  std::atomic<bool> migrated_{false};

  std::mutex mutex_;  // of what waits
  std::condition_variable tick_;
  std::deque<Job*> waiting_;
  std::vector<Worker*> idle_;
  bool closing_ = false;
  bool closed_ = false;  // every worker has ended

  std::mutex connect_mutex_;  // of when to try again
  Clock::time_point retry_at_;
  std::chrono::milliseconds pause_;
  absl::InsecureBitGen random_;

  std::mutex health_mutex_;  // of whether it works
  std::atomic<bool> able_{true};  // read without, too
  bool looked_ = false;
  absl::Status first_;  // of the first look
  std::condition_variable looked_first_;
  std::set<std::string> told_;  // why it does not, as far as the log has it
  std::function<void(bool)> watch_;

  std::vector<std::unique_ptr<Worker>> workers_;
  std::thread time_keeper_;
};

}  // namespace boutique::postgres
