// SPDX-License-Identifier: Apache-2.0
#include "platform/http/restinio_traits.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "platform/http/message.h"

namespace boutique::http::internal {

void AnsweringSocket::Answer() {
  int status = 408;
  if (reading_) status = unanswered_ > kMostBody ? 413 : unanswered_ > kMostHeader ? 431 : 400;
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
