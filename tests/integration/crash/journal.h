// SPDX-License-Identifier: Apache-2.0
// What the buyers did and what they were told: one JSON object a line.
// Threads: a JournalWriter is safe from any; the rest are values.
#pragma once

#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace boutique::crash {

// Something was to be added to a cart.
struct Addition {
  std::string user;
  std::string product;
  int quantity = 0;
  // Whether it was acknowledged; if not, it may have been added or not.
  bool is_certain = false;
};

// An answer to a request to order.
struct Answer {
  std::string user;
  std::string key;
  // The gRPC status code.
  int code = 0;
  std::string message;
  // If confirmed: hipstershop.OrderResult, serialized, in hexadecimal digits.
  std::string order;
  // The order's id, where that is all that is known of it.
  std::string order_id = "";
  // Whether the storefront said so.
  bool is_page = false;
  // Whether its buyer took it for the last word.
  bool is_last = false;
};

struct Journal {
  std::vector<Addition> additions;
  std::vector<Answer> answers;
};

// FAILED_PRECONDITION naming the line that cannot be read; NOT_FOUND without the file.
absl::StatusOr<Journal> ReadJournal(const std::string& path);

class JournalWriter {
 public:
  // Appends to the file.
  explicit JournalWriter(const std::string& path) : file_(path, std::ios::app) {}

  void Note(const Addition& addition);
  void Note(const Answer& answer);

 private:
  void Append(const std::string& line);

  std::mutex mutex_;
  std::ofstream file_;
};

}  // namespace boutique::crash
