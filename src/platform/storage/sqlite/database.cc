// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/sqlite/database.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "platform/telemetry/log.h"

namespace boutique::sqlite {
namespace {

constexpr std::size_t kMostWaiting = 1024;
constexpr std::size_t kMostTogether = 64;
constexpr auto kProbeInterval = std::chrono::seconds(1);

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, const Migrations& migrations) {
  auto connection = OpenFile(path, migrations);
  if (!connection.ok()) return connection.status();
  return std::unique_ptr<Database>(new Database(path, *std::move(connection)));
}

Database::Database(std::string path, std::unique_ptr<Connection> connection)
    : path_(std::move(path)), connection_(std::move(connection)), thread_([this] { Serve(); }) {}

Database::~Database() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Database::WatchHealth(std::function<void(bool able)> watch) {
  const std::lock_guard lock(watch_mutex_);
  watch_ = std::move(watch);
}

bool Database::Enqueue(Job* job) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(job);
  }
  wake_.notify_one();
  return true;
}

void Database::Serve() {
  std::vector<Job*> batch;
  auto probed = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (true) {
    const auto has_work = [this] { return closing_ || !waiting_.empty(); };
    if (able_) {
      wake_.wait(lock, has_work);
    } else {
      wake_.wait_for(lock, kProbeInterval, has_work);
    }
    if (waiting_.empty() && closing_) return;
    const std::size_t count = std::min(waiting_.size(), kMostTogether);
    batch.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    lock.unlock();
    if (!batch.empty()) RunBatch(batch);
    // Between batches, too: reads alone do not tell whether writing works again.
    const auto now = std::chrono::steady_clock::now();
    if (able_) {
      probed = now;
    } else if (now - probed >= kProbeInterval) {
      Probe();
      probed = now;
    }
    lock.lock();
  }
}

void Database::RunBatch(const std::vector<Job*>& batch) {
  const bool writes = std::any_of(batch.begin(), batch.end(), [](const Job* job) { return job->writes; });
  const std::int64_t before = connection_->Changes();
  if (writes) connection_->Execute("BEGIN IMMEDIATE");
  absl::Status trouble = connection_->TakeStatus();  // of the whole batch
  absl::Status failure;                              // of some of it
  for (Job* const job : batch) {
    if (!trouble.ok()) break;
    if (absl::Status alive = job->call.Alive(); !alive.ok()) {
      job->Fail(std::move(alive));
      continue;
    }
    failure.Update(RunJob(*job));
    // A failing disk may have ended the transaction, and with it what others did in it.
    if (writes && !connection_->InTransaction()) trouble = failure;
  }
  if (trouble.ok() && writes) trouble = Commit();
  if (!trouble.ok()) {
    for (Job* const job : batch) job->Fail(trouble);
  }
  trouble.Update(failure);
  // A transaction that changes nothing writes nothing: it succeeds on a full disk, too.
  SetAble(trouble, connection_->Changes() != before);
  for (Job* const job : batch) job->call.loop->Post(static_cast<rpc::Posted*>(job));
}

// Returns what went wrong in the database, not what the work had to say.
absl::Status Database::RunJob(Job& job) {
  if (job.writes) connection_->Execute("SAVEPOINT job");
  const absl::Status outcome = job.Execute(*connection_);
  absl::Status failure = connection_->TakeStatus();
  if (!failure.ok()) job.Fail(failure);
  if (absl::IsInternal(failure)) {
    telemetry::Log(telemetry::Severity::kError, "a statement failed", {{"file", path_}, {"error", failure.message()}});
  }
  if (job.writes && connection_->InTransaction()) {
    if (!failure.ok() || !outcome.ok()) connection_->Execute("ROLLBACK TO job");
    connection_->Execute("RELEASE job");
    failure.Update(connection_->status());
    // Neither kept nor undone: nothing of this transaction may stay.
    if (!connection_->TakeStatus().ok()) Rollback();
  }
  return failure;
}

absl::Status Database::Commit() {
  connection_->Execute("COMMIT");
  absl::Status failure = connection_->TakeStatus();
  Rollback();
  return failure;
}

void Database::Rollback() {
  if (connection_->InTransaction()) connection_->Execute("ROLLBACK");
  connection_->TakeStatus().IgnoreError();
}

// Writes what is there already, to learn whether writing works.
void Database::Probe() {
  const auto version = [this] {
    Rows rows = connection_->Query("PRAGMA user_version");
    return rows.Next() ? rows.Integer(0) : 0;
  };
  connection_->Execute("BEGIN IMMEDIATE");
  connection_->Script(absl::StrCat("PRAGMA user_version = ", version()));
  absl::Status outcome = connection_->TakeStatus();
  if (outcome.ok()) outcome = Commit();
  Rollback();
  SetAble(outcome, true);
}

// Learns from an outcome; a good one proves something only if something was written, and nothing of a damaged file.
void Database::SetAble(const absl::Status& outcome, bool written) {
  const bool able = !absl::IsUnavailable(outcome) && !connection_->IsDamaged() && (able_ || (written && outcome.ok()));
  if (able == able_) return;
  able_ = able;
  telemetry::Log(able ? telemetry::Severity::kInfo : telemetry::Severity::kError,
                 able ? "the database works again" : "the database does not work",
                 {{"file", path_}, {"error", outcome.message()}});
  const std::lock_guard lock(watch_mutex_);
  if (watch_) watch_(able);
}

}  // namespace boutique::sqlite
