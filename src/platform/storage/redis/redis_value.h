// SPDX-License-Identifier: Apache-2.0
// What Redis answers to a command.
// Threads: immutable values, safe to hand from thread to thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace boutique::redis {

class Value;

namespace internal {

class ReplyReader;

// One answer, or one part of a list.
struct Node {
  enum class Kind : std::uint8_t { kNil, kText, kInteger, kList, kError };
  Kind kind = Kind::kNil;
  std::uint32_t size = 0;   // bytes of a text or an error, parts of a list
  std::int64_t number = 0;  // an integer; where the bytes or the parts begin
};

}  // namespace internal

// An answer or a part of one; refers to the Value that it is of.
class View {
 public:
  bool IsNil() const { return node_.kind == internal::Node::Kind::kNil; }
  bool IsText() const { return node_.kind == internal::Node::Kind::kText; }
  bool IsInteger() const { return node_.kind == internal::Node::Kind::kInteger; }
  bool IsList() const { return node_.kind == internal::Node::Kind::kList; }

  // The bytes of a text; empty if it is none.
  absl::string_view text() const;
  // The number; 0 if it is none.
  std::int64_t integer() const { return IsInteger() ? node_.number : 0; }
  // The number of parts of a list; 0 if it is none.
  std::size_t size() const { return IsList() ? node_.size : 0; }
  // `part` is less than size().
  View operator[](std::size_t part) const;

 private:
  friend class Value;
  View(const Value& value, const internal::Node& node) : value_(value), node_(node) {}
  const Value& value_;
  const internal::Node& node_;
};

class Value {
 public:
  View view() const { return View(*this, root_); }
  // OK, or the error that Redis answered: UNAVAILABLE if it cannot serve now, RESOURCE_EXHAUSTED if its memory is full,
  // INTERNAL otherwise. The message begins with Redis's own name for the error, such as "NOSCRIPT".
  absl::Status Error() const;

 private:
  friend class View;
  friend class internal::ReplyReader;
  internal::Node root_;
  std::vector<internal::Node> parts_;  // of all lists, those of one side by side
  std::string bytes_;                  // of all texts
};

// Whether `error` says that Redis does not have the script whose digest it was given; then nothing has been done.
bool IsNoScript(const absl::Status& error);
// Whether `error` says that another connection may do better: this peer has become a replica, wants other credentials,
// is on its way down, or cannot write to its disk. To a new connection it says so at once.
bool WantsReconnection(const absl::Status& error);

}  // namespace boutique::redis
