// SPDX-License-Identifier: Apache-2.0
#include "support/redis_server.h"

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <vector>

#include "support/certificates.h"

namespace boutique::testing {
namespace {

int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(listener, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  close(listener);
  return ntohs(address.sin_port);
}

std::string TextOf(const redisReply* reply) {
  switch (reply->type) {
    case REDIS_REPLY_NIL:
      return "(nil)";
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply->integer);
    case REDIS_REPLY_ARRAY: {
      std::string joined;
      for (std::size_t i = 0; i < reply->elements; ++i) joined += (i == 0 ? "" : " ") + TextOf(reply->element[i]);
      return joined;
    }
    default:
      return std::string(reply->str, reply->len);
  }
}

}  // namespace

RedisServer::RedisServer(Options options) : options_(std::move(options)) {
  if (options_.tls) MakeCertificates(folder_.path());
  port_ = FreePort();
  if (!options_.start) return;
  for (int attempts = 1; !Launch(); ++attempts) {  // somebody else may have taken the port meanwhile
    if (attempts == 5) throw std::runtime_error("redis-server does not start");
    port_ = FreePort();
  }
}

bool RedisServer::Launch() {
  const std::string port = std::to_string(port_);
  const std::string socket = folder_.File("socket");
  std::vector<std::string> words = {"redis-server", "--bind", "127.0.0.1", "--dir", folder_.path(), "--save", "",
                                    "--unixsocket", socket, "--port", options_.tls ? "0" : port};
  if (!options_.password.empty()) words.insert(words.end(), {"--requirepass", options_.password});
  if (options_.append) words.insert(words.end(), {"--appendonly", "yes", "--appendfsync", "everysec"});
  if (options_.tls) {
    words.insert(words.end(), {"--tls-port", port, "--tls-auth-clients", "no", "--tls-ca-cert-file", ca_file(),
                               "--tls-cert-file", folder_.File("server.crt"), "--tls-key-file",
                               folder_.File("server.key")});
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int ends[2];
  if (pipe(ends) != 0) return false;
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGXFSZ, SIG_IGN);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  output_ = ends[0];
  std::string log;
  char byte = 0;
  while (log.find("Ready to accept connections") == std::string::npos) {
    if (read(output_, &byte, 1) != 1) {
      Kill();
      return false;
    }
    log += byte;
  }
  return Do({"PING"}) == "PONG";
}

void RedisServer::Start() {
  if (!Launch()) throw std::runtime_error("redis-server does not start");
}

void RedisServer::Kill() {
  if (process_ == 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = 0;
  close(output_);
}

void RedisServer::FillDisk() const {
  const rlimit none{0, RLIM_INFINITY};
  if (prlimit(process_, RLIMIT_FSIZE, &none, nullptr) != 0) throw std::runtime_error("redis-server takes no limit");
}
void RedisServer::ClearDisk() const {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  if (prlimit(process_, RLIMIT_FSIZE, &all, nullptr) != 0) throw std::runtime_error("redis-server takes no limit");
}

void RedisServer::Freeze() { kill(process_, SIGSTOP); }
void RedisServer::Thaw() { kill(process_, SIGCONT); }

std::string RedisServer::Do(std::initializer_list<std::string> words) const {
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(redisConnectUnix(folder_.File("socket").c_str()),
                                                                    redisFree);
  if (context == nullptr || context->err != 0) throw std::runtime_error("redis-server cannot be reached");
  const auto run = [&](const std::vector<std::string>& command) {
    std::vector<const char*> starts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : command) {
      starts.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* const reply = static_cast<redisReply*>(
        redisCommandArgv(context.get(), static_cast<int>(starts.size()), starts.data(), sizes.data()));
    if (reply == nullptr) throw std::runtime_error("redis-server does not answer");
    std::string text = TextOf(reply);
    freeReplyObject(reply);
    return text;
  };
  if (!options_.password.empty()) run({"AUTH", options_.password});
  return run(words);
}

}  // namespace boutique::testing
