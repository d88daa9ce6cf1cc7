// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/database.h"

#include <algorithm>
#include <utility>

#include "platform/storage/postgres/migrate.h"
#include "platform/telemetry/log.h"

namespace boutique::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMostWaiting = 1024;
constexpr int kMostAttempts = 8;
constexpr std::size_t kMostTold = 8;
constexpr auto kLookInterval = seconds(1);
constexpr auto kTick = milliseconds(250);
constexpr auto kSlack = seconds(1);
constexpr auto kLongestLook = seconds(2);
constexpr auto kLongestWork = seconds(10);  // of one statement, however patient its caller is
constexpr auto kFirstPause = milliseconds(100);
constexpr auto kLongestPause = milliseconds(2000);
constexpr auto kLongestMigration = std::chrono::minutes(10);

// Takes some new pages, which a change of what is there need not, gives them back, and commits a change.
void TryToWrite(Connection& connection) {
  connection.Script("BEGIN");
  connection.Execute("INSERT INTO schema_version SELECT version FROM schema_version, generate_series(1, 1000)");
  connection.Script("ROLLBACK");
  connection.Execute("UPDATE schema_version SET version = version");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const Options& options, const sql::Schema& schema,
                                                         int connections) {
  std::unique_ptr<Database> database(new Database(options, schema, connections));
  std::unique_lock lock(database->health_mutex_);
  database->looked_first_.wait(lock, [&] { return database->looked_; });
  const absl::Status first = database->first_;
  lock.unlock();
  if (!first.ok() && !absl::IsUnavailable(first)) return first;
  return database;
}

Database::Database(const Options& options, const sql::Schema& schema, int connections)
    : options_(options), schema_(schema), pause_(kFirstPause) {
  for (int i = 0; i < connections; ++i) workers_.push_back(std::make_unique<Worker>());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& worker = *workers_[i];
    worker.thread = std::thread([this, &worker, i] { i == 0 ? ServeFirst(worker) : Serve(worker); });
  }
  time_keeper_ = std::thread([this] { KeepTime(); });
}

Database::~Database() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  for (const auto& worker : workers_) {
    worker->wake.notify_one();
    worker->thread.join();
  }
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  tick_.notify_one();
  time_keeper_.join();
}

bool Database::Enqueue(Job* job) {
  Worker* worker = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(job);
    if (idle_.empty()) return true;
    worker = idle_.back();
    idle_.pop_back();
  }
  worker->wake.notify_one();
  return true;
}

bool Database::Take(Worker& worker, Clock::time_point until, Job** job) {
  std::unique_lock lock(mutex_);
  while (!closing_ && waiting_.empty()) {
    // The last to have become idle is the first to be woken: its connection's statements and pages are still at hand.
    idle_.push_back(&worker);
    auto woken = std::cv_status::no_timeout;
    if (until == Clock::time_point::max()) {
      worker.wake.wait(lock);
    } else {
      woken = worker.wake.wait_until(lock, until);
    }
    std::erase(idle_, &worker);
    if (woken == std::cv_status::timeout) break;
  }
  *job = nullptr;
  if (waiting_.empty()) return !closing_;
  *job = waiting_.front();
  waiting_.pop_front();
  return true;
}

void Database::Serve(Worker& worker) {
  for (Job* job = nullptr; Take(worker, Clock::time_point::max(), &job);) RunJob(worker, *job);
}

// The first looks after the database's health, too.
void Database::ServeFirst(Worker& worker) {
  Look(worker);
  auto looked = Clock::now();
  for (Job* job = nullptr; Take(worker, looked + kLookInterval, &job);) {
    if (job != nullptr) RunJob(worker, *job);
    // Between jobs, too: reads alone do not tell whether writing works again.
    if (Clock::now() - looked < kLookInterval) continue;
    Look(worker);
    looked = Clock::now();
  }
}

void Database::RunJob(Worker& worker, Job& job) {
  Failure failure;
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    absl::Status able = job.call.Alive();
    if (able.ok() && !IsConnected(worker)) {
      absl::Status connected;
      if (ConnectFor(worker, job, &connected) == nullptr) return;
      able = job.call.Alive();  // that may have taken a while
      if (!connected.ok()) able.Update(absl::UnavailableError("the database cannot be reached"));
    }
    failure = able.ok() ? RunOnce(worker, job) : Failure{Failure::Kind::kStatement, able};
    if (failure.kind != Failure::Kind::kConnection && failure.kind != Failure::Kind::kConflict) break;
  }
  if (!failure.ok()) job.Fail(failure.status);
  if (failure.kind == Failure::Kind::kDatabase) SetAble(false, failure.status.message());
  if (absl::IsInternal(failure.status)) {
    telemetry::Log(telemetry::Severity::kError, "a statement failed",
                   {{"database", options_.shown}, {"error", failure.status.message()}});
  }
  job.call.loop->RunOrPost(static_cast<rpc::Posted*>(&job));
}

Database::Job* Database::ConnectFor(Worker& worker, Job& job, absl::Status* connected) {
  {
    const std::lock_guard lock(worker.mutex);
    worker.job = &job;
  }
  *connected = Connect(worker);
  const std::lock_guard lock(worker.mutex);
  return std::exchange(worker.job, nullptr);
}

Failure Database::RunOnce(Worker& worker, Job& job) {
  Connection& connection = *worker.connection;
  Watch(worker, std::min<std::chrono::nanoseconds>(job.call.Left(), kLongestWork));
  const bool is_transaction = job.writes && !job.writes_once;
  if (is_transaction) connection.Script("BEGIN");
  absl::Status outcome;
  if (connection.status().ok()) outcome = job.Execute(connection);
  const bool commits = is_transaction && outcome.ok() && connection.status().ok();
  if (is_transaction) connection.Script(commits ? "COMMIT" : "ROLLBACK");
  const Failure failure = connection.TakeFailure();
  Unwatch(worker);
  if (failure.kind == Failure::Kind::kConnection) {
    worker.connection.reset();
    // Once more might do it twice.
    if (commits) return {Failure::Kind::kStatement, absl::UnavailableError("nobody knows whether it was committed")};
  }
  return failure;
}

absl::Status Database::Connect(Worker& worker) {
  if (IsConnected(worker)) return absl::OkStatus();
  const auto begun = Clock::now();
  {
    const std::lock_guard lock(connect_mutex_);
    if (begun < retry_at_) return absl::UnavailableError("will be tried again soon");
  }
  absl::Status opened = OpenConnection(worker);
  if (opened.ok()) {
    ConnectAtOnce();
    return opened;
  }
  {
    const std::lock_guard lock(connect_mutex_);
    if (begun >= retry_at_) {  // others who tried at the same time learned the same
      retry_at_ = Clock::now() + pause_ * absl::Uniform(random_, 75, 125) / 100;
      pause_ = std::min(2 * pause_, kLongestPause);
    }
  }
  SetAble(false, opened.message());
  return opened;
}

void Database::ConnectAtOnce() {
  const std::lock_guard lock(connect_mutex_);
  retry_at_ = Clock::time_point();
  pause_ = kFirstPause;
}

absl::Status Database::OpenConnection(Worker& worker) {
  auto opened = Connection::Open(options_);
  if (!opened.ok()) return opened.status();
  worker.connection = *std::move(opened);
  Watch(worker, kLongestLook);
  absl::Status done = worker.connection->SetUp(schema_.name);
  if (done.ok() && !migrated_) {
    Watch(worker, kLongestMigration);
    done = Migrate(*worker.connection, options_.shown, schema_);
    migrated_ = migrated_ || done.ok();
  }
  Unwatch(worker);
  if (!done.ok()) worker.connection.reset();
  return done;
}

void Database::Look(Worker& worker) {
  const absl::Status connected = Connect(worker);
  if (connected.ok()) {
    Connection& connection = *worker.connection;
    Watch(worker, kLongestLook);
    bool read_only = false;
    if (able_) {
      sql::Rows rows = connection.Query("SELECT current_setting('transaction_read_only') = 'on'");
      read_only = rows.Next() && rows.Integer(0) != 0;
    } else {
      TryToWrite(connection);
    }
    const Failure failure = connection.TakeFailure();
    Unwatch(worker);
    if (failure.kind == Failure::Kind::kConnection) {
      worker.connection.reset();  // whether there is another, the next look tells
    } else if (read_only || !failure.ok()) {
      SetAble(false, read_only ? "the database is read-only" : failure.status.message());
    } else {
      if (!able_) ConnectAtOnce();
      SetAble(true, "");
    }
  }
  const std::lock_guard lock(health_mutex_);
  if (!looked_) first_ = connected;
  looked_ = true;
  looked_first_.notify_one();
}

void Database::WatchHealth(std::function<void(bool able)> watch) {
  const std::lock_guard lock(health_mutex_);
  watch_ = std::move(watch);
  if (watch_ && !able_) watch_(false);
}

void Database::SetAble(bool able, absl::string_view why) {
  if (able && able_) return;
  const std::lock_guard lock(health_mutex_);
  if (able && able_) return;
  // One outage may show in several ways by turns: each is told once.
  if (able || (told_.size() < kMostTold && told_.emplace(why).second)) {
    telemetry::Log(able ? telemetry::Severity::kInfo : telemetry::Severity::kError,
                   able ? "the database works again" : "the database does not work",
                   {{"database", options_.shown}, {"schema", schema_.name}, {"error", why}});
  }
  if (able) told_.clear();
  if (able_.exchange(able) != able && watch_) watch_(able);
}

void Database::Watch(Worker& worker, std::chrono::nanoseconds limit) {
  const auto watch = [&worker](std::chrono::nanoseconds most) {
    const std::lock_guard lock(worker.mutex);
    worker.running = worker.connection.get();
    worker.until = Clock::now() + most + kSlack;
  };
  watch(limit);
  watch(worker.connection->Limit(limit));
}

void Database::Unwatch(Worker& worker) {
  const std::lock_guard lock(worker.mutex);
  worker.running = nullptr;
}

void Database::KeepTime() {
  std::unique_lock lock(mutex_);
  while (!tick_.wait_for(lock, kTick, [this] { return closed_; })) {
    std::erase_if(waiting_, [](Job* job) { return EndIfOver(*job); });
    for (const auto& worker : workers_) {
      const std::lock_guard one(worker->mutex);
      if (worker->job != nullptr && EndIfOver(*worker->job)) worker->job = nullptr;
      if (worker->running == nullptr || Clock::now() < worker->until) continue;
      worker->running->Cut();
      worker->running = nullptr;
    }
  }
}

bool Database::EndIfOver(Job& job) {
  absl::Status alive = job.call.Alive();
  if (alive.ok()) return false;
  job.Fail(std::move(alive));
  job.call.loop->Post(static_cast<rpc::Posted*>(&job));
  return true;
}

}  // namespace boutique::postgres
