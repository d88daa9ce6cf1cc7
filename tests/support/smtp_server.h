// SPDX-License-Identifier: Apache-2.0
// A mail server of a test's own on a free port of 127.0.0.1: takes mail, refuses it, keeps silent or hangs up.
// Threads: safe from any.
#pragma once

#include <openssl/ssl.h>

#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_folder.h"

namespace boutique::testing {

class SmtpServer {
 public:
  enum class Tls { kNone, kOffered, kFromStart };
  struct Options {
    Tls tls = Tls::kNone;
    std::string user;  // who must log in, by AUTH PLAIN
    std::string password;
  };
  struct Received {
    std::string from;
    std::string to;
    std::string text;  // without the dots that the protocol adds
    bool encrypted = false;
    std::string user;
  };
  static constexpr char kSilence[] = "silence";  // as an answer: there is none
  static constexpr char kHangUp[] = "hang up";   // as an answer: the connection ends

  explicit SmtpServer(Options options);
  SmtpServer() : SmtpServer(Options()) {}
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;
  ~SmtpServer();

  int port() const { return port_; }
  // "smtp://127.0.0.1:port", or smtps.
  std::string url() const;
  // The authority that signed its certificate, and one that did not.
  std::string ca_file() const { return folder_.File("ca.crt"); }
  std::string other_ca_file() const { return folder_.File("other.crt"); }

  // From now on commands that begin with this word ("RCPT"; "." is the end of a message, "" the connection itself) are
  // answered so, for example "550 no such user". An empty answer is the usual one.
  void Answer(const std::string& word, const std::string& answer);
  // From now on such commands wait for their answer until Release.
  void Hold(const std::string& word);
  void Release();

  // The mails it took over; and all whose text arrived, whatever was answered.
  std::vector<Received> taken() const;
  std::vector<Received> arrived() const;
  // How many commands began with this word.
  int Count(const std::string& word) const;

 private:
  struct Connection;
  void Accept();
  void Serve(Connection& connection);
  bool Handle(Connection& connection, const std::string& line);
  bool Greet(Connection& connection);
  bool TakeMessage(Connection& connection);
  bool LogIn(Connection& connection, const std::string& line);
  // What was set for the word, or the usual one. Counts.
  std::string AnswerTo(const std::string& word, const std::string& usual);

  const Options options_;
  TemporaryFolder folder_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, std::string> answers_;
  std::map<std::string, int> counts_;
  std::vector<Received> taken_;
  std::vector<Received> arrived_;
  std::list<Connection> connections_;
  std::optional<std::string> held_;
  bool closing_ = false;
  std::condition_variable change_;
  std::thread thread_;
};

}  // namespace boutique::testing
