// SPDX-License-Identifier: Apache-2.0
// Makes values of the bytes that come from Redis; hiredis parses.
// Threads: belongs to one.
#pragma once

#include <hiredis/hiredis.h>

#include <cstddef>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "platform/storage/redis/redis_value.h"

namespace boutique::redis::internal {

// A value is two allocations, or none for a number, where hiredis's own reply is two for each part.
class ReplyReader {
 public:
  ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // Takes bytes. False if they cannot be kept.
  bool Feed(const char* bytes, std::size_t size);
  // The next whole reply; none until more bytes come. DATA_LOSS if this is not Redis's protocol.
  absl::StatusOr<std::optional<Value>> Next();

 private:
  // What hiredis calls for each part; `task` says where it belongs. The size is an int or a size_t by version.
  static void* OnText(const redisReadTask* task, char* bytes, std::size_t size);
  template <typename Size>
  static void* OnList(const redisReadTask* task, Size size);
  static void* OnInteger(const redisReadTask* task, long long number);
  static void* OnNil(const redisReadTask* task);
  static void OnFree(void*) {}

  static ReplyReader& Of(const redisReadTask* task) { return *static_cast<ReplyReader*>(task->privdata); }
  Node& Place(const redisReadTask* task);

  struct Free {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  redisReplyObjectFunctions functions_{};
  std::unique_ptr<redisReader, Free> reader_;
  Value building_;
};

}  // namespace boutique::redis::internal
