// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_consumer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "platform/coro/task_scope.h"
#include "platform/storage/amqp/amqp_connection.h"
#include "platform/storage/amqp/amqp_dialer.h"
#include "platform/telemetry/log.h"

namespace boutique::amqp {
namespace {

using internal::BytesOf;
using internal::Connection;
using internal::kChannel;
using internal::ViewOf;
using Clock = std::chrono::steady_clock;

enum class Verdict { kDone, kAgain, kDead };

// What has become of a message, to be said to RabbitMQ when it is due.
struct Outcome {
  std::uint64_t connection;  // on which it was delivered, and alone can be answered
  std::uint64_t tag;
  Verdict verdict;
  Clock::time_point due;
};

bool NeverWill(const absl::Status& failed) {
  return absl::IsInvalidArgument(failed) || absl::IsOutOfRange(failed) || absl::IsDataLoss(failed);
}

// The header that a quorum queue gives to what it delivers again.
std::int64_t EarlierDeliveries(const amqp_basic_properties_t& properties) {
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) == 0) return 0;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const amqp_table_entry_t& header = properties.headers.entries[i];
    if (ViewOf(header.key) != "x-delivery-count") continue;
    switch (header.value.kind) {
      case AMQP_FIELD_KIND_U8: return header.value.value.u8;
      case AMQP_FIELD_KIND_I8: return header.value.value.i8;
      case AMQP_FIELD_KIND_U16: return header.value.value.u16;
      case AMQP_FIELD_KIND_I16: return header.value.value.i16;
      case AMQP_FIELD_KIND_U32: return header.value.value.u32;
      case AMQP_FIELD_KIND_I32: return header.value.value.i32;
      case AMQP_FIELD_KIND_I64: return header.value.value.i64;
      default: return 0;
    }
  }
  return 0;
}

std::int64_t LimitOf(const Topology& topology, const std::string& name) {
  for (const Queue& queue : topology.queues) {
    if (queue.name == name) return queue.delivery_limit;
  }
  return Queue().delivery_limit;
}

}  // namespace

// The I/O thread and the way onto it.
class Consumer::Core {
 public:
  Core(Options options, Topology topology, Subscription subscription, Handler handler, telemetry::Metrics& metrics,
       std::function<void(bool)> on_state)
      : subscription_(std::move(subscription)),
        handler_(std::move(handler)),
        limit_(LimitOf(topology, subscription_.queue)),
        dialer_(std::move(options), std::move(topology), subscription_.queue, std::move(on_state)),
        done_(CounterOf(metrics, "done")),
        again_(CounterOf(metrics, "again")),
        dead_(CounterOf(metrics, "dead")),
        redelivered_(metrics.Counter("amqp_redeliveries_total", "Messages that were delivered not for the first time.",
                                     {{"queue", subscription_.queue}})) {}

  absl::Status Start(rpc::Loop& loop) {
    if (!dialer_.bell().IsOpen()) return absl::ResourceExhaustedError("rabbitmq: no more files can be opened");
    loop_ = &loop;
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  }

  void Stop(std::chrono::nanoseconds grace) {
    if (!thread_.joinable()) return;
    dialer_.RequestStop();
    if (!scope_.AwaitIdleFor(grace)) {
      scope_.Enter();
      loop_->Post([this] {  // where its tasks run
        scope_.RequestStop();
        scope_.Leave();
      });
    }
    thread_.join();
    scope_.AwaitIdle();
  }

 private:
  prometheus::Counter& CounterOf(telemetry::Metrics& metrics, const char* outcome) const {
    return metrics.Counter("amqp_deliveries_total", "Messages that were delivered, by what became of them.",
                           {{"queue", subscription_.queue}, {"outcome", outcome}});
  }

  void Run();
  absl::Status Subscribe(Connection& connection) const;
  absl::Status Receive();
  void Begin(const amqp_envelope_t& envelope);
  coro::Task<void> Handle(Delivery delivery, std::uint64_t connection, std::uint64_t tag);
  Outcome Judge(const Delivery& delivery, const absl::Status& ended);
  absl::Status Answer();
  absl::Status Say(const Outcome& outcome) const;
  bool IsEnding() const { return dialer_.IsStopping() && running_.load() == 0; }

  const Subscription subscription_;
  const Handler handler_;
  const std::int64_t limit_;
  internal::Dialer dialer_;
  prometheus::Counter& done_;
  prometheus::Counter& again_;
  prometheus::Counter& dead_;
  prometheus::Counter& redelivered_;
  rpc::Loop* loop_ = nullptr;
  coro::TaskScope scope_;
  std::atomic<int> running_{0};  // handlers whose outcome is not in outcomes_ yet
  std::mutex mutex_;
  std::vector<Outcome> outcomes_;  // guarded by mutex_
  std::thread thread_;

  // Of the I/O thread.
  std::unique_ptr<Connection> connection_;
  std::uint64_t connections_ = 0;  // so far
  std::vector<Outcome> due_later_;
};

void Consumer::Core::Run() {
  bool is_cancelled = false;
  const auto subscribe = [this](Connection& connection) { return Subscribe(connection); };
  while (!IsEnding()) {
    if (connection_ == nullptr) {
      if (dialer_.IsStopping()) {
        dialer_.bell().Wait(-1, false, dialer_.Beat());
        continue;
      }
      connection_ = dialer_.Dial(subscribe);
      if (connection_ == nullptr) continue;
      ++connections_;
    }
    absl::Status done = absl::OkStatus();
    if (dialer_.IsStopping() && !std::exchange(is_cancelled, true)) {
      amqp_basic_cancel(connection_->state(), kChannel, BytesOf("boutique"));
      done = connection_->LastAnswer();
    }
    if (done.ok()) done = Receive();
    if (done.ok()) done = Answer();
    if (!done.ok()) {
      connection_.reset();
      dialer_.Lost(done);
      continue;
    }
    auto patience = dialer_.Beat();
    for (const Outcome& outcome : due_later_) {
      patience = std::min(patience, std::chrono::ceil<std::chrono::milliseconds>(outcome.due - Clock::now()));
    }
    if (!IsEnding()) {
      dialer_.bell().Wait(connection_->socket(), false, std::max(patience, std::chrono::milliseconds(0)));
    }
  }
  if (connection_ == nullptr) return;
  if (Answer().ok()) connection_->Close();
  connection_.reset();
}

absl::Status Consumer::Core::Subscribe(Connection& connection) const {
  amqp_basic_qos(connection.state(), kChannel, 0, subscription_.prefetch, /*global=*/0);
  if (absl::Status done = connection.LastAnswer(); !done.ok()) return done;
  amqp_basic_consume(connection.state(), kChannel, BytesOf(subscription_.queue), BytesOf("boutique"), /*no_local=*/0,
                     /*no_ack=*/0, /*exclusive=*/0, amqp_empty_table);
  return connection.LastAnswer();
}

absl::Status Consumer::Core::Receive() {
  for (;;) {
    amqp_maybe_release_buffers(connection_->state());
    timeval none{};
    amqp_envelope_t envelope;
    amqp_rpc_reply_t got = amqp_consume_message(connection_->state(), &envelope, &none, 0);
    if (got.reply_type == AMQP_RESPONSE_NORMAL) {
      if (!dialer_.IsStopping()) Begin(envelope);
      amqp_destroy_envelope(&envelope);
      continue;
    }
    if (got.reply_type != AMQP_RESPONSE_LIBRARY_EXCEPTION) return internal::StatusOf(got);
    if (got.library_error == AMQP_STATUS_TIMEOUT) return absl::OkStatus();
    if (got.library_error != AMQP_STATUS_UNEXPECTED_STATE) return internal::StatusOf(got);
    // Something else than a message: the end, or that the queue was deleted.
    amqp_frame_t frame;
    const int read = amqp_simple_wait_frame_noblock(connection_->state(), &frame, &none);
    if (read < 0) return internal::StatusOf(read);
    if (frame.frame_type != AMQP_FRAME_METHOD) continue;
    got.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION;
    got.reply = frame.payload.method;
    return internal::StatusOf(got);
  }
}

void Consumer::Core::Begin(const amqp_envelope_t& envelope) {
  const amqp_basic_properties_t& properties = envelope.message.properties;
  Delivery delivery;
  delivery.routing_key = std::string(ViewOf(envelope.routing_key));
  if ((properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0) delivery.id = std::string(ViewOf(properties.message_id));
  if ((properties._flags & AMQP_BASIC_TYPE_FLAG) != 0) delivery.type = std::string(ViewOf(properties.type));
  delivery.body = std::string(ViewOf(envelope.message.body));
  delivery.earlier = EarlierDeliveries(properties);
  if (envelope.redelivered != 0) redelivered_.Increment();
  running_.fetch_add(1);
  scope_.Enter();
  loop_->Post([this, delivery = std::move(delivery), connection = connections_, tag = envelope.delivery_tag] {
    scope_.Spawn(Handle(delivery, connection, tag));
    scope_.Leave();
  });
}

coro::Task<void> Consumer::Core::Handle(Delivery delivery, std::uint64_t connection, std::uint64_t tag) {
  const rpc::CallContext call = rpc::Begin(*loop_, subscription_.budget, scope_.stop_token());
  const absl::Status ended = co_await handler_(call, delivery);
  Outcome outcome = Judge(delivery, ended);
  outcome.connection = connection;
  outcome.tag = tag;
  {
    const std::lock_guard lock(mutex_);
    outcomes_.push_back(outcome);
  }
  running_.fetch_sub(1);
  dialer_.bell().Ring();
}

Outcome Consumer::Core::Judge(const Delivery& delivery, const absl::Status& ended) {
  if (ended.ok()) {
    done_.Increment();
    return {0, 0, Verdict::kDone, Clock::now()};
  }
  if (NeverWill(ended) || delivery.earlier >= limit_) {
    dead_.Increment();
    telemetry::Log(telemetry::Severity::kError, "a message goes to the dead-letter queue",
                   {{"queue", subscription_.queue}, {"message_id", delivery.id}, {"error", ended.message()}});
    return {0, 0, Verdict::kDead, Clock::now()};
  }
  again_.Increment();
  telemetry::Log(telemetry::Severity::kWarning, "a message will be delivered again",
                 {{"queue", subscription_.queue}, {"message_id", delivery.id}, {"error", ended.message()}});
  const auto doublings = std::min<std::int64_t>(delivery.earlier, 20);
  const auto pause = std::min(subscription_.least_pause * (std::int64_t{1} << doublings), subscription_.most_pause);
  return {0, 0, Verdict::kAgain, Clock::now() + pause};
}

// Says what is due. When the consumer stops, all is: the messages are to be handled elsewhere.
absl::Status Consumer::Core::Answer() {
  {
    const std::lock_guard lock(mutex_);
    due_later_.insert(due_later_.end(), outcomes_.begin(), outcomes_.end());
    outcomes_.clear();
  }
  const bool all = dialer_.IsStopping();
  const Clock::time_point now = Clock::now();
  absl::Status said = absl::OkStatus();
  std::erase_if(due_later_, [&](const Outcome& outcome) {
    if (outcome.connection != connections_) return true;  // RabbitMQ has put it back into its queue
    if (!all && outcome.due > now) return false;
    if (said.ok()) said = Say(outcome);
    return true;
  });
  return said;
}

absl::Status Consumer::Core::Say(const Outcome& outcome) const {
  const bool is_done = outcome.verdict == Verdict::kDone;
  return internal::StatusOf(is_done ? amqp_basic_ack(connection_->state(), kChannel, outcome.tag, /*multiple=*/0)
                                    : amqp_basic_reject(connection_->state(), kChannel, outcome.tag,
                                                        /*requeue=*/outcome.verdict == Verdict::kAgain));
}

Consumer::Consumer(Options options, Topology topology, Subscription subscription, Handler handler,
                   telemetry::Metrics& metrics, std::function<void(bool answers)> on_state)
    : core_(std::make_unique<Core>(std::move(options), std::move(topology), std::move(subscription), std::move(handler),
                                   metrics, std::move(on_state))) {}

Consumer::~Consumer() { Stop(std::chrono::seconds(0)); }

absl::Status Consumer::Start(rpc::Loop& loop) { return core_->Start(loop); }
void Consumer::Stop(std::chrono::nanoseconds grace) { core_->Stop(grace); }

}  // namespace boutique::amqp
