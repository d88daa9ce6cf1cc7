// SPDX-License-Identifier: Apache-2.0
#include "support/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace boutique::testing {
namespace {

namespace fs = std::filesystem;

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

// The newest of Debian's versions.
fs::path Programs() {
  fs::path newest;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (fs::exists(version.path() / "bin/postgres") && version.path() > newest) newest = version.path();
  }
  if (newest.empty()) throw std::runtime_error("no PostgreSQL is installed: see ci/packages.sh --test");
  return newest / "bin";
}

// Who runs it: nobody, if this is root.
const passwd* Runner() { return geteuid() == 0 ? getpwnam("nobody") : nullptr; }

// Begins a program that ends with this one, with its output in a file.
pid_t Begin(std::vector<std::string> words, const std::string& output, const SmallDisk* disk) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const passwd* const runner = Runner();
  const pid_t process = fork();
  if (process != 0) return process;
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  setpgid(0, 0);
  if (disk != nullptr && !disk->Enter()) _exit(126);
  if (runner != nullptr && (setgroups(0, nullptr) != 0 || setgid(runner->pw_gid) != 0 || setuid(runner->pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (chdir("/") != 0) _exit(126);
  execv(arguments[0], arguments.data());
  _exit(127);
}

std::string Contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

PostgresServer::PostgresServer(Options options) : options_(std::move(options)) {
  MakeFiles();
  port_ = FreePort();
  for (int attempts = 1; !Launch(); ++attempts) {  // somebody else may have taken the port meanwhile
    if (attempts == 5) throw std::runtime_error("PostgreSQL does not start: " + Contents(folder_.File("log")));
    port_ = FreePort();
  }
}

PostgresServer::~PostgresServer() { Kill(); }

PostgresServer& PostgresServer::Shared() {
  static PostgresServer server;
  return server;
}

void PostgresServer::MakeFiles() {
  std::ofstream(folder_.File("password")) << "open sesame\n";
  if (const passwd* const runner = Runner(); runner != nullptr) {
    for (const std::string& path : {folder_.path(), folder_.File("password")}) {
      if (chown(path.c_str(), runner->pw_uid, runner->pw_gid) != 0) throw std::runtime_error("chown " + path);
    }
  }
  MakeDisk();
  std::vector<std::string> words = {
      Programs() / "initdb", "--pgdata", folder_.File("data"), "--username", "shop", "--pwfile",
      folder_.File("password"), "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
      "--no-instructions"};
  if (disk_ != nullptr) words.push_back("--wal-segsize=1");
  if (disk_ != nullptr && !options_.log_on_disk) words.push_back("--waldir=" + folder_.File("wal"));
  const pid_t process = Begin(std::move(words), folder_.File("log"), disk_.get());
  int status = 0;
  waitpid(process, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed: " + Contents(folder_.File("log")));
}

void PostgresServer::MakeDisk() {
  if (options_.disk_mebibytes == 0) return;
  std::filesystem::create_directory(folder_.File("data"));
  const passwd* const runner = Runner();
  auto disk = std::make_unique<SmallDisk>(folder_.File("data"), options_.disk_mebibytes,
                                          runner == nullptr ? geteuid() : runner->pw_uid,
                                          runner == nullptr ? getegid() : runner->pw_gid);
  if (disk->IsThere()) {
    disk_ = std::move(disk);
  } else {
    std::filesystem::remove(folder_.File("data"));
  }
}

bool PostgresServer::Launch() {
  std::vector<std::string> words = {Programs() / "postgres",
                                    "-D", folder_.File("data"),
                                    "-c", "listen_addresses=127.0.0.1",
                                    "-c", "port=" + std::to_string(port_),
                                    "-c", "unix_socket_directories=" + folder_.path(),
                                    "-c", "shared_buffers=32MB",
                                    "-c", "max_connections=200",
                                    "-c", std::string("fsync=") + (options_.durable ? "on" : "off")};
  for (const std::string& setting : options_.settings) words.insert(words.end(), {"-c", setting});
  process_ = Begin(std::move(words), folder_.File("log"), disk_.get());
  while (!Awaits()) {
    if (waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = 0;
      return false;
    }
    poll(nullptr, 0, 2);
  }
  return true;
}

bool PostgresServer::Awaits() const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(Url("postgres").c_str()), PQfinish);
  return PQstatus(connection.get()) == CONNECTION_OK;
}

void PostgresServer::Start() {
  // What is left of one that was killed may hold its memory for a moment.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!Launch()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("PostgreSQL does not start again");
  }
}

// All of its processes are children of the first.
void PostgresServer::Signal(int signal) const {
  const std::string first = std::to_string(process_);
  std::ifstream children("/proc/" + first + "/task/" + first + "/children");
  for (pid_t child = 0; children >> child;) kill(child, signal);
  kill(process_, signal);
}

void PostgresServer::Kill() {
  if (process_ == 0) return;
  Signal(SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

void PostgresServer::Freeze() const { Signal(SIGSTOP); }
void PostgresServer::Thaw() const { Signal(SIGCONT); }

std::string PostgresServer::NewDatabase() {
  const std::string name = "test" + std::to_string(++databases_);
  Do(Url("postgres"), "CREATE DATABASE " + name);
  return Url(name);
}

std::string PostgresServer::Url(const std::string& database, const std::string& user,
                                const std::string& password) const {
  std::string escaped;
  for (const char byte : password) escaped += byte == ' ' ? std::string("%20") : std::string(1, byte);
  return "postgresql://" + user + ":" + escaped + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresServer::Do(const std::string& url, const std::string& statement) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url.c_str()), PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), statement.c_str()), PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(statement + ": " + PQerrorMessage(connection.get()));
  }
  std::string text;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      text += (column > 0 ? "|" : row > 0 ? "\n" : "") + std::string(PQgetvalue(result.get(), row, column));
    }
  }
  return text;
}

}  // namespace boutique::testing
