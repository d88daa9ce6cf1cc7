// SPDX-License-Identifier: Apache-2.0
#include "support/smtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "support/certificates.h"

namespace boutique::testing {

struct SmtpServer::Connection {
  explicit Connection(int socket) : file(socket) {}
  ~Connection() {
    if (thread.joinable()) thread.join();
    SSL_free(ssl);
    close(file);
  }

  bool Encrypt(SSL_CTX* context) {
    ssl = SSL_new(context);
    SSL_set_fd(ssl, file);
    buffer.clear();
    return SSL_accept(ssl) == 1;
  }
  bool Say(const std::string& line) {
    const std::string bytes = line + "\r\n";
    const auto size = static_cast<int>(bytes.size());
    if (ssl != nullptr) return SSL_write(ssl, bytes.data(), size) == size;
    return send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL) == size;
  }
  // One line without its end; false if the peer has gone.
  bool Hear(std::string* line) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n")) == std::string::npos) {
      char bytes[16 * 1024];
      const int got = ssl != nullptr ? SSL_read(ssl, bytes, sizeof bytes)
                                     : static_cast<int>(recv(file, bytes, sizeof bytes, 0));
      if (got <= 0) return false;
      buffer.append(bytes, static_cast<std::size_t>(got));
    }
    *line = buffer.substr(0, end);
    buffer.erase(0, end + 2);
    return true;
  }

  const int file;
  SSL* ssl = nullptr;
  std::string buffer;
  Received mail;
  std::thread thread;
};

SmtpServer::SmtpServer(Options options) : options_(std::move(options)) {
  if (options_.tls != Tls::kNone) {
    MakeCertificates(folder_.path());
    context_.reset(SSL_CTX_new(TLS_server_method()));
    if (SSL_CTX_use_certificate_file(context_.get(), folder_.File("server.crt").c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_.get(), folder_.File("server.key").c_str(), SSL_FILETYPE_PEM) != 1) {
      throw std::runtime_error("the mail server's certificate cannot be used");
    }
  }
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
  listen(listener_, 64);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Accept(); });
}

SmtpServer::~SmtpServer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    change_.notify_all();
    for (Connection& each : connections_) shutdown(each.file, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  connections_.clear();
  close(listener_);
}

std::string SmtpServer::url() const {
  return absl::StrCat(options_.tls == Tls::kFromStart ? "smtps" : "smtp", "://127.0.0.1:", port_);
}

void SmtpServer::Answer(const std::string& word, const std::string& answer) {
  const std::lock_guard lock(mutex_);
  answers_[word] = answer;
}

void SmtpServer::Hold(const std::string& word) {
  const std::lock_guard lock(mutex_);
  held_ = word;
}

void SmtpServer::Release() {
  const std::lock_guard lock(mutex_);
  held_.reset();
  change_.notify_all();
}

std::vector<SmtpServer::Received> SmtpServer::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

std::vector<SmtpServer::Received> SmtpServer::arrived() const {
  const std::lock_guard lock(mutex_);
  return arrived_;
}

int SmtpServer::Count(const std::string& word) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(word);
  return found == counts_.end() ? 0 : found->second;
}

std::string SmtpServer::AnswerTo(const std::string& word, const std::string& usual) {
  std::unique_lock lock(mutex_);
  ++counts_[word];
  change_.wait(lock, [&] { return closing_ || held_ != word; });
  const std::string& set = answers_[word];
  return set.empty() ? usual : set;
}

void SmtpServer::Accept() {
  while (true) {
    const int file = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (file < 0) return;
    const int at_once = 1;
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    const std::lock_guard lock(mutex_);
    if (closing_) {
      close(file);
      return;
    }
    Connection& connection = connections_.emplace_back(file);
    connection.thread = std::thread([this, &connection] {
      Serve(connection);
      shutdown(connection.file, SHUT_RDWR);
    });
  }
}

void SmtpServer::Serve(Connection& connection) {
  if (options_.tls == Tls::kFromStart && !connection.Encrypt(context_.get())) return;
  const std::string greeting = AnswerTo("", "220 mail.test");
  std::string line;
  if (greeting == kHangUp) return;
  if (greeting != kSilence && !connection.Say(greeting)) return;
  while (connection.Hear(&line) && Handle(connection, line)) {
  }
}

// False: the conversation is over.
bool SmtpServer::Handle(Connection& connection, const std::string& line) {
  const std::string word = line.substr(0, line.find_first_of(" :"));
  std::string usual = "250 fine";
  if (word == "DATA") usual = "354 go on";
  if (word == "QUIT") usual = "221 goodbye";
  if (word == "STARTTLS") usual = options_.tls == Tls::kOffered ? "220 go on" : "502 no";
  const std::string answer = AnswerTo(word, usual);
  if (answer == kHangUp) return false;
  if (answer == kSilence) return true;
  if (answer != usual) return connection.Say(answer);
  if (word == "EHLO") return Greet(connection);
  if (word == "AUTH") return LogIn(connection, line);
  if (!options_.user.empty() && word == "MAIL" && connection.mail.user.empty()) return connection.Say("530 log in");
  const std::string address = line.substr(0, line.find('>')).substr(line.find('<') + 1);
  if (word == "MAIL") connection.mail.from = address;
  if (word == "RCPT") connection.mail.to = address;
  if (!connection.Say(answer)) return false;
  if (word == "STARTTLS") return connection.Encrypt(context_.get());
  if (word == "DATA") return TakeMessage(connection);
  return word != "QUIT";
}

bool SmtpServer::Greet(Connection& connection) {
  connection.Say("250-mail.test");
  if (options_.tls == Tls::kOffered && connection.ssl == nullptr) connection.Say("250-STARTTLS");
  if (!options_.user.empty()) connection.Say("250-AUTH PLAIN");
  return connection.Say("250 SIZE 10000000");
}

bool SmtpServer::LogIn(Connection& connection, const std::string& line) {
  std::string proof = absl::StartsWith(line, "AUTH PLAIN ") ? line.substr(11) : "";
  if (proof.empty() && (!connection.Say("334 ") || !connection.Hear(&proof))) return false;
  std::string plain;
  absl::Base64Unescape(proof, &plain);
  const std::string wanted =
      absl::StrCat(std::string(1, '\0'), options_.user, std::string(1, '\0'), options_.password);
  if (plain != wanted) return connection.Say("535 no");
  connection.mail.user = options_.user;
  return connection.Say("235 welcome");
}

bool SmtpServer::TakeMessage(Connection& connection) {
  Received& mail = connection.mail;
  mail.text.clear();
  mail.encrypted = connection.ssl != nullptr;
  for (std::string line; line != ".";) {
    if (!connection.Hear(&line)) return false;
    if (line != ".") absl::StrAppend(&mail.text, absl::string_view(line).substr(line[0] == '.' ? 1 : 0), "\r\n");
  }
  const std::string answer = AnswerTo(".", "250 taken");
  {
    const std::lock_guard lock(mutex_);
    arrived_.push_back(mail);
    if (answer == "250 taken") taken_.push_back(mail);
  }
  if (answer == kHangUp) return false;
  return answer == kSilence || connection.Say(answer);
}

}  // namespace boutique::testing
