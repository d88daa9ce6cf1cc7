// SPDX-License-Identifier: Apache-2.0
#include "platform/http/restinio_traits.h"

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/http/message.h"

namespace boutique::http::internal {

// Best told from what has just been read: RESTinio does not say why.
int AnsweringSocket::StatusOfFailure() const {
  if (!reading_) return 408;
  if (unanswered_ > kMostBody) return 413;
  if (unanswered_ > kMostHeader) return 431;
  const std::string text = absl::AsciiStrToLower(last_read_);
  const std::size_t length = text.find("\ncontent-length:");
  if (length == std::string::npos) return 400;
  const absl::string_view value = absl::string_view(text).substr(length + 16);
  std::uint64_t announced = 0;
  const bool is_number = absl::SimpleAtoi(value.substr(0, value.find('\r')), &announced);
  return is_number && announced > kMostBody ? 413 : 400;
}

void AnsweringSocket::Answer() {
  const int status = StatusOfFailure();
  const std::string phrase(ReasonPhrase(status));
  const std::string answer =
      absl::StrCat("HTTP/1.1 ", status, " ", phrase, "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ",
                   phrase.size() + 1, "\r\nConnection: close\r\n\r\n", phrase, "\n");
  // As good as it can be done without waiting: the connection ends with this.
  (void)::send(native_handle(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  // Closing a socket with unread bytes in it would reset the connection, and the answer with it.
  char rest[16 * 1024];
  for (int i = 0; i < 64 && ::recv(native_handle(), rest, sizeof rest, MSG_DONTWAIT) > 0; ++i) continue;
  unanswered_ = 0;
}

}  // namespace boutique::http::internal
