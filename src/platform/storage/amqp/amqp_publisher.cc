// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_publisher.h"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/storage/amqp/amqp_batch.h"
#include "platform/storage/amqp/amqp_connection.h"
#include "platform/storage/amqp/amqp_dialer.h"

namespace boutique::amqp {
namespace {

using internal::Batch;
using internal::BytesOf;
using internal::Connection;
using internal::kChannel;

// Messages on the way to their confirms: more do not make it faster, but longer to fail.
constexpr std::size_t kWindow = 2048;

bool CanBeWritten(int socket) {
  pollfd file{socket, POLLOUT, 0};
  return poll(&file, 1, 0) == 1;
}

// A message that was written and not confirmed; without a batch if it was settled before.
struct Sent {
  Batch* batch;
  std::size_t index;
  bool came_back = false;
};

// What its confirmation says of it: one that came back is confirmed all the same.
absl::Status EndOf(const Sent& sent, const absl::Status& outcome) {
  return sent.came_back ? absl::FailedPreconditionError("rabbitmq: no queue takes the message") : outcome;
}

}  // namespace

// The I/O thread and the way onto it.
class Publisher::Core {
 public:
  Core(Options options, Topology topology, std::string name, std::function<void(bool)> on_state)
      : dialer_(std::move(options), std::move(topology), std::move(name), std::move(on_state)) {}

  absl::Status Start() {
    if (!dialer_.bell().IsOpen()) return absl::ResourceExhaustedError("rabbitmq: no more files can be opened");
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  }
  void Stop() {
    if (!thread_.joinable()) return;
    dialer_.RequestStop();
    thread_.join();
  }

  // False if there is no connection, or RabbitMQ takes nothing.
  bool Push(Batch* batch) {
    {
      const std::lock_guard lock(mutex_);
      if (!is_up_) return false;
      inbox_.push_back(batch);
    }
    Ring();
    return true;
  }
  void Ring() { dialer_.bell().Ring(); }

 private:
  void Run();
  void SetUp(bool up);
  void TakeInbox();
  absl::Status Send();
  absl::Status Write(const Message& message);
  absl::Status Receive();
  absl::Status Handle(const amqp_frame_t& frame);
  void Block(absl::string_view why);
  void Unblock();
  void Confirm(std::uint64_t tag, bool and_all_before, const absl::Status& outcome);
  void SettleFront(const absl::Status& outcome);
  absl::Status TakeBack();
  void Settle(Batch* batch, std::size_t index, absl::Status outcome);
  void GiveUp(Batch* batch, const absl::Status& why);
  void GiveUpOverdue();
  void GiveUpAll(const absl::Status& why);
  std::chrono::milliseconds Patience() const;

  internal::Dialer dialer_;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<Batch*> inbox_;  // guarded by mutex_
  bool is_up_ = false;         // guarded by mutex_

  // Of the I/O thread.
  std::unique_ptr<Connection> connection_;
  bool is_blocked_ = false;         // RabbitMQ does not read
  std::vector<Batch*> live_;        // not settled in full
  std::deque<Batch*> waiting_;      // not written in full
  std::deque<Sent> unconfirmed_;    // in the order of their tags
  std::uint64_t first_tag_ = 1;     // that of unconfirmed_'s first
};

void Publisher::Core::Run() {
  const auto want_confirms = [](Connection& connection) {
    amqp_confirm_select(connection.state(), kChannel);
    return connection.LastAnswer();
  };
  while (!dialer_.IsStopping()) {
    if (connection_ == nullptr) {
      connection_ = dialer_.Dial(want_confirms);
      if (connection_ == nullptr) continue;
      first_tag_ = 1;
      is_blocked_ = false;
      SetUp(true);
    }
    TakeInbox();
    GiveUpOverdue();
    absl::Status done = Send();
    if (done.ok()) done = Receive();
    if (done.ok()) {
      const bool to_write = !waiting_.empty() && unconfirmed_.size() < kWindow;
      dialer_.bell().Wait(connection_->socket(), to_write, Patience());
    } else {
      connection_.reset();
      SetUp(false);
      GiveUpAll(done);
      dialer_.Lost(done);
    }
  }
  SetUp(false);
  GiveUpAll(absl::UnavailableError("rabbitmq: the publisher stops"));
  if (connection_ != nullptr && !is_blocked_) connection_->Close();
  connection_.reset();
}

void Publisher::Core::SetUp(bool up) {
  const std::lock_guard lock(mutex_);
  is_up_ = up;
}

void Publisher::Core::TakeInbox() {
  const std::lock_guard lock(mutex_);
  for (Batch* const batch : inbox_) {
    live_.push_back(batch);
    waiting_.push_back(batch);
  }
  inbox_.clear();
}

absl::Status Publisher::Core::Send() {
  while (!waiting_.empty() && unconfirmed_.size() < kWindow && CanBeWritten(connection_->socket())) {
    Batch* const batch = waiting_.front();
    const absl::Status written = Write(batch->messages[batch->sent]);
    if (!written.ok()) return written;
    unconfirmed_.push_back({batch, batch->sent});
    if (++batch->sent == batch->messages.size()) waiting_.pop_front();
  }
  return absl::OkStatus();
}

absl::Status Publisher::Core::Write(const Message& message) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TYPE_FLAG |
                      AMQP_BASIC_CONTENT_TYPE_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = BytesOf(message.id);
  properties.type = BytesOf(message.type);
  properties.content_type = amqp_cstring_bytes("application/protobuf");
  const amqp_boolean_t mandatory = dialer_.topology().queues.empty() ? 0 : 1;
  return internal::StatusOf(amqp_basic_publish(connection_->state(), kChannel, BytesOf(dialer_.topology().exchange),
                                               BytesOf(message.routing_key), mandatory, /*immediate=*/0, &properties,
                                               BytesOf(message.body)));
}

absl::Status Publisher::Core::Receive() {
  for (;;) {
    amqp_maybe_release_buffers(connection_->state());
    timeval none{};
    amqp_frame_t frame;
    const int got = amqp_simple_wait_frame_noblock(connection_->state(), &frame, &none);
    if (got == AMQP_STATUS_TIMEOUT) return absl::OkStatus();
    if (got < 0) return internal::StatusOf(got);
    if (frame.frame_type != AMQP_FRAME_METHOD) continue;
    if (absl::Status done = Handle(frame); !done.ok()) return done;
  }
}

absl::Status Publisher::Core::Handle(const amqp_frame_t& frame) {
  const amqp_method_t& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_ACK_METHOD: {
      const auto* const ack = static_cast<amqp_basic_ack_t*>(method.decoded);
      Confirm(ack->delivery_tag, ack->multiple != 0, absl::OkStatus());
      return absl::OkStatus();
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto* const nack = static_cast<amqp_basic_nack_t*>(method.decoded);
      Confirm(nack->delivery_tag, nack->multiple != 0, absl::UnavailableError("rabbitmq: the message was not taken"));
      return absl::OkStatus();
    }
    case AMQP_BASIC_RETURN_METHOD: return TakeBack();
    case AMQP_CONNECTION_BLOCKED_METHOD:
      Block(internal::ViewOf(static_cast<amqp_connection_blocked_t*>(method.decoded)->reason));
      return absl::OkStatus();
    case AMQP_CONNECTION_UNBLOCKED_METHOD: Unblock(); return absl::OkStatus();
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD: {
      amqp_rpc_reply_t reply{};
      reply.reply_type = AMQP_RESPONSE_SERVER_EXCEPTION;
      reply.reply = method;
      return internal::StatusOf(reply);
    }
    default: return absl::OkStatus();
  }
}

// Its disk or memory is full: it does not read what is written. What was written it may still take later.
void Publisher::Core::Block(absl::string_view why) {
  is_blocked_ = true;
  connection_->LimitWriting(std::chrono::milliseconds(0));
  SetUp(false);
  TakeInbox();
  const absl::Status refused = absl::UnavailableError(absl::StrCat("rabbitmq: takes no messages: ", why));
  for (Batch* const batch : std::exchange(waiting_, {})) {
    const std::size_t end = batch->messages.size();
    const std::size_t begin = std::exchange(batch->sent, end);
    for (std::size_t i = begin; i < end; ++i) Settle(batch, i, refused);  // the last one may hand the batch back
  }
  dialer_.Blocked(why);
}

void Publisher::Core::Unblock() {
  is_blocked_ = false;
  connection_->LimitWriting(dialer_.options().heartbeat);
  SetUp(true);
  dialer_.Unblocked();
}

void Publisher::Core::Confirm(std::uint64_t tag, bool and_all_before, const absl::Status& outcome) {
  if (and_all_before) {
    while (!unconfirmed_.empty() && first_tag_ <= tag) SettleFront(outcome);
    return;
  }
  if (tag < first_tag_ || tag - first_tag_ >= unconfirmed_.size()) return;
  if (tag != first_tag_) {
    Sent& sent = unconfirmed_[tag - first_tag_];
    if (Batch* const batch = std::exchange(sent.batch, nullptr); batch != nullptr) {
      Settle(batch, sent.index, EndOf(sent, outcome));
    }
    return;
  }
  SettleFront(outcome);
  while (!unconfirmed_.empty() && unconfirmed_.front().batch == nullptr) SettleFront(outcome);
}

void Publisher::Core::SettleFront(const absl::Status& outcome) {
  const Sent sent = unconfirmed_.front();
  unconfirmed_.pop_front();
  ++first_tag_;
  if (sent.batch == nullptr) return;
  Settle(sent.batch, sent.index, EndOf(sent, outcome));
}

// A message that no queue takes comes back, and is confirmed after that.
absl::Status Publisher::Core::TakeBack() {
  amqp_message_t message;
  const amqp_rpc_reply_t read = amqp_read_message(connection_->state(), kChannel, &message, 0);
  if (read.reply_type != AMQP_RESPONSE_NORMAL) return internal::StatusOf(read);
  for (Sent& sent : unconfirmed_) {
    if (sent.batch == nullptr) continue;
    if (internal::ViewOf(message.properties.message_id) == sent.batch->messages[sent.index].id) sent.came_back = true;
  }
  amqp_destroy_message(&message);
  return absl::OkStatus();
}

void Publisher::Core::Settle(Batch* batch, std::size_t index, absl::Status outcome) {
  batch->results[index] = std::move(outcome);
  if (--batch->open > 0) return;
  std::erase(live_, batch);
  batch->call.loop->Post(static_cast<rpc::Posted*>(batch));
}

void Publisher::Core::GiveUp(Batch* batch, const absl::Status& why) {
  std::erase(waiting_, batch);
  std::vector<std::size_t> indices;
  for (Sent& sent : unconfirmed_) {
    if (sent.batch != batch) continue;
    indices.push_back(sent.index);
    sent.batch = nullptr;
  }
  for (std::size_t i = batch->sent; i < batch->messages.size(); ++i) indices.push_back(i);
  for (const std::size_t index : indices) Settle(batch, index, why);  // the last one hands the batch back
}

void Publisher::Core::GiveUpOverdue() {
  const auto now = std::chrono::system_clock::now();
  for (Batch* const batch : std::vector<Batch*>(live_)) {
    if (batch->is_cancelled.load()) {
      GiveUp(batch, absl::CancelledError("the request was cancelled"));
    } else if (batch->call.deadline <= now) {
      GiveUp(batch, absl::DeadlineExceededError("rabbitmq: the message was not confirmed in time"));
    }
  }
}

void Publisher::Core::GiveUpAll(const absl::Status& why) {
  TakeInbox();
  const absl::Status away = absl::UnavailableError(why.message());
  for (Batch* const batch : std::vector<Batch*>(live_)) GiveUp(batch, away);
  unconfirmed_.clear();
}

std::chrono::milliseconds Publisher::Core::Patience() const {
  auto patience = dialer_.Beat();
  for (const Batch* const batch : live_) {
    patience = std::min(patience, std::chrono::ceil<std::chrono::milliseconds>(batch->call.Left()));
  }
  return std::max(patience, std::chrono::milliseconds(0));
}

Publisher::Publisher(Options options, Topology topology, std::string name, std::function<void(bool answers)> on_state)
    : core_(std::make_unique<Core>(std::move(options), std::move(topology), std::move(name), std::move(on_state))) {}

Publisher::~Publisher() { Stop(); }

absl::Status Publisher::Start() { return core_->Start(); }
void Publisher::Stop() { core_->Stop(); }

coro::Task<std::vector<absl::Status>> Publisher::Publish(const rpc::CallContext& call, std::vector<Message> messages) {
  internal::Publishing<Core> publishing(*core_, call, std::move(messages));
  auto results = co_await publishing;
  co_return std::move(results);
}

}  // namespace boutique::amqp
