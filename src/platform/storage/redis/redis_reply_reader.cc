// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_reply_reader.h"

#include <cstdint>

namespace boutique::redis::internal {
namespace {

// A list of more parts is not believed: room is made for all of them before the first has come.
constexpr std::size_t kMostParts = std::size_t{1} << 20;

// hiredis hands back what a function made only as the parent of the parts: for lists that is where those begin, plus
// one, for null means failure; for everything else any other value will do.
void* const kMade = reinterpret_cast<void*>(std::uintptr_t{1});

}  // namespace

ReplyReader::ReplyReader() {
  functions_.createString = &ReplyReader::OnText;
  functions_.createArray = &ReplyReader::OnList;
  functions_.createInteger = &ReplyReader::OnInteger;
  functions_.createNil = &ReplyReader::OnNil;
  functions_.freeObject = &ReplyReader::OnFree;
  reader_.reset(redisReaderCreateWithFunctions(&functions_));
  reader_->privdata = this;
}

bool ReplyReader::Feed(const char* bytes, std::size_t size) {
  return redisReaderFeed(reader_.get(), bytes, size) == REDIS_OK;
}

absl::StatusOr<std::optional<Value>> ReplyReader::Next() {
  void* made = nullptr;
  if (redisReaderGetReply(reader_.get(), &made) != REDIS_OK) return absl::DataLossError("a malformed reply");
  if (made == nullptr) return std::nullopt;
  // A copy takes as much room as it needs, and this one keeps its room for the next reply.
  std::optional<Value> value = building_;
  building_.root_ = Node();
  building_.parts_.clear();
  building_.bytes_.clear();
  return value;
}

Node& ReplyReader::Place(const redisReadTask* task) {
  if (task->parent == nullptr) return building_.root_;
  const std::size_t first = reinterpret_cast<std::uintptr_t>(task->parent->obj) - 1;
  return building_.parts_[first + static_cast<std::size_t>(task->idx)];
}

void* ReplyReader::OnText(const redisReadTask* task, char* bytes, std::size_t size) {
  std::string& all = Of(task).building_.bytes_;
  Of(task).Place(task) = {.kind = task->type == REDIS_REPLY_ERROR ? Node::Kind::kError : Node::Kind::kText,
                          .size = static_cast<std::uint32_t>(size),
                          .number = static_cast<std::int64_t>(all.size())};
  all.append(bytes, size);
  return kMade;
}

template <typename Size>
void* ReplyReader::OnList(const redisReadTask* task, Size size) {
  std::vector<Node>& parts = Of(task).building_.parts_;
  const std::size_t first = parts.size();
  if (static_cast<std::size_t>(size) > kMostParts - first) return nullptr;
  Of(task).Place(task) = {.kind = Node::Kind::kList,
                          .size = static_cast<std::uint32_t>(size),
                          .number = static_cast<std::int64_t>(first)};
  parts.resize(first + static_cast<std::size_t>(size));
  return reinterpret_cast<void*>(first + 1);
}

void* ReplyReader::OnInteger(const redisReadTask* task, long long number) {
  Of(task).Place(task) = {.kind = Node::Kind::kInteger, .size = 0, .number = number};
  return kMade;
}

void* ReplyReader::OnNil(const redisReadTask* task) {
  Of(task).Place(task) = Node();
  return kMade;
}

}  // namespace boutique::redis::internal
