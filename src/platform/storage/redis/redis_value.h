// SPDX-License-Identifier: Apache-2.0
// What Redis answers to a command.
// Threads: immutable values, safe to hand from thread to thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

struct redisReply;

namespace boutique::redis {

// An answer or a part of one; the Value that it is of owns it.
class View {
 public:
  explicit View(const redisReply* reply) : reply_(reply) {}

  bool IsNil() const;
  bool IsText() const;
  bool IsInteger() const;
  bool IsList() const;

  // The bytes of a text; empty if it is none.
  absl::string_view text() const;
  // The number; 0 if it is none.
  std::int64_t integer() const;
  // The number of parts of a list; 0 if it is none.
  std::size_t size() const;
  // `part` is less than size().
  View operator[](std::size_t part) const;

 private:
  const redisReply* reply_;
};

class Value {
 public:
  // Takes the reply, which hiredis made.
  explicit Value(redisReply* reply) : reply_(reply) {}

  View view() const { return View(reply_.get()); }
  // OK, or the error that Redis answered: UNAVAILABLE if it cannot serve now, RESOURCE_EXHAUSTED if its memory is full,
  // INTERNAL otherwise. The message begins with Redis's own name for the error, such as "NOSCRIPT".
  absl::Status Error() const;

 private:
  struct Free {
    void operator()(redisReply* reply) const;
  };
  std::unique_ptr<redisReply, Free> reply_;
};

// Whether `error` says that Redis does not have the script whose digest it was given; then nothing has been done.
bool IsNoScript(const absl::Status& error);
// Whether `error` says that another connection may do better: this peer has become a replica, wants other
// credentials, or is on its way down.
bool WantsReconnection(const absl::Status& error);

}  // namespace boutique::redis
