// SPDX-License-Identifier: Apache-2.0
#include "support/rabbitmq_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_tcp_socket.h>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "support/eventually.h"

namespace boutique::testing {
namespace {

constexpr char kServer[] = "/usr/lib/rabbitmq/bin/rabbitmq-server";

// Different ones: all are held until each is known.
std::vector<int> FreePorts(int count) {
  std::vector<int> ports;
  std::vector<int> listeners;
  for (int i = 0; i < count; ++i) {
    listeners.push_back(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listeners.back(), reinterpret_cast<sockaddr*>(&address), size);
    getsockname(listeners.back(), reinterpret_cast<sockaddr*>(&address), &size);
    ports.push_back(ntohs(address.sin_port));
  }
  for (const int listener : listeners) close(listener);
  return ports;
}

bool Listens(int port) {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool connected = connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(client);
  return connected;
}

// Who runs it: nobody, if this is root.
const passwd* Runner() { return geteuid() == 0 ? getpwnam("nobody") : nullptr; }

// Begins a program that gets the signal when this one ends, with its output in a file.
pid_t Begin(std::vector<std::string> words, std::vector<std::string> environment, const std::string& output,
            int signal_at_end) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  for (std::string& variable : environment) variables.push_back(variable.data());
  variables.push_back(nullptr);
  const passwd* const runner = Runner();
  const pid_t process = fork();
  if (process != 0) return process;
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  setpgid(0, 0);
  if (runner != nullptr && (setgroups(0, nullptr) != 0 || setgid(runner->pw_gid) != 0 || setuid(runner->pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, signal_at_end);
  if (chdir("/") != 0) _exit(126);
  execvpe(arguments[0], arguments.data(), variables.data());
  _exit(127);
}

void End(pid_t* process) {
  if (*process == 0) return;
  kill(-*process, SIGKILL);
  waitpid(*process, nullptr, 0);
  *process = 0;
}

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

amqp_bytes_t Bytes(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }
std::string Text(amqp_bytes_t bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

// A connection by which a test looks on.
class Onlooker {
 public:
  explicit Onlooker(int port) : state_(amqp_new_connection()) {
    amqp_socket_t* const socket = amqp_tcp_socket_new(state_);
    if (amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK) throw std::runtime_error("no RabbitMQ");
    amqp_login(state_, "shop", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "shop", "open sesame");
    amqp_channel_open(state_, 1);
    if (!IsWell()) throw std::runtime_error("RabbitMQ lets nobody look on");
  }
  ~Onlooker() {
    amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(state_);
  }
  bool IsWell() const { return amqp_get_rpc_reply(state_).reply_type == AMQP_RESPONSE_NORMAL; }
  amqp_connection_state_t state() const { return state_; }

 private:
  const amqp_connection_state_t state_;
};

}  // namespace

RabbitMqServer::RabbitMqServer(Options options) : options_(options) {
  if (access(kServer, X_OK) != 0) throw std::runtime_error("no RabbitMQ is installed: see ci/packages.sh --test");
  for (int attempts = 1;; ++attempts) {  // somebody else may have taken a port meanwhile
    const std::vector<int> ports = FreePorts(4);
    port_ = ports[0];
    tls_port_ = ports[1];
    node_port_ = ports[2];
    mapper_port_ = ports[3];
    MakeFiles();
    try {
      Start();
      return;
    } catch (const std::runtime_error&) {
      if (attempts == 3) throw;
    }
  }
}

RabbitMqServer::~RabbitMqServer() {
  Kill();
  End(&mapper_);
}

RabbitMqServer& RabbitMqServer::Shared() {
  static RabbitMqServer server(Options{.tls = true});
  return server;
}

void RabbitMqServer::MakeFiles() const {
  if (options_.tls) MakeCertificates();
  std::ofstream settings(folder_.File("rabbitmq.conf"));
  settings << "listeners.tcp.1 = 127.0.0.1:" << port_
           << "\ndefault_user = shop\ndefault_pass = open sesame\ndefault_vhost = shop\n"
              "log.console = true\nlog.console.level = info\nlog.file = false\n"
              "disk_free_limit.absolute = 1MB\n";
  if (options_.tls) {
    settings << "listeners.ssl.1 = 127.0.0.1:" << tls_port_ << "\nssl_options.cacertfile = " << folder_.File("ca.crt")
             << "\nssl_options.certfile = " << folder_.File("server.crt")
             << "\nssl_options.keyfile = " << folder_.File("server.key") << "\nssl_options.verify = verify_none\n";
  }
  settings.close();
  if (const passwd* const runner = Runner(); runner != nullptr) {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      if (chown(entry.path().c_str(), runner->pw_uid, runner->pw_gid) != 0) throw std::runtime_error("chown");
    }
    if (chown(folder_.path().c_str(), runner->pw_uid, runner->pw_gid) != 0) throw std::runtime_error("chown");
  }
}

void RabbitMqServer::MakeCertificates() const {
  const std::string script =
      "cd " + folder_.path() +
      " && for name in ca other; do"
      "  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$name"
      "  -keyout $name.key -out $name.crt; done"
      " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=rabbitmq -keyout server.key"
      "  -out server.csr"
      " && printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > names"
      " && openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names"
      "  -out server.crt";
  if (std::system(("( " + script + " ) > /dev/null 2>&1").c_str()) != 0) {
    throw std::runtime_error("openssl made no certificates");
  }
}

std::vector<std::string> RabbitMqServer::Environment() const {
  return {
      "PATH=/usr/lib/rabbitmq/bin:/usr/local/bin:/usr/bin:/bin",
      "LANG=C.UTF-8",
      "HOME=" + folder_.path(),
      "ERL_EPMD_ADDRESS=127.0.0.1",
      "ERL_EPMD_PORT=" + std::to_string(mapper_port_),
      "RABBITMQ_NODENAME=boutique-" + std::to_string(port_) + "@localhost",
      "RABBITMQ_DIST_PORT=" + std::to_string(node_port_),
      "RABBITMQ_CONF_ENV_FILE=/dev/null",
      "RABBITMQ_CONFIG_FILE=" + folder_.File("rabbitmq.conf"),
      "RABBITMQ_ENABLED_PLUGINS_FILE=" + folder_.File("plugins"),
      "RABBITMQ_MNESIA_BASE=" + folder_.File("data"),
      "RABBITMQ_LOG_BASE=" + folder_.File("log"),
      "RABBITMQ_PID_FILE=" + folder_.File("pid"),
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"};
}

void RabbitMqServer::Start() {
  const std::vector<std::string> environment = Environment();
  if (mapper_ == 0) {
    mapper_ = Begin({"epmd"}, environment, folder_.File("epmd.out"), SIGKILL);
    // A server that finds none starts one, which stays.
    Eventually([this] { return Listens(mapper_port_) || waitpid(mapper_, nullptr, WNOHANG) != 0; });
  }
  const std::string output = folder_.File("server.out");
  std::filesystem::remove(output);
  process_ = Begin({kServer}, environment, output, SIGTERM);
  const bool ended = Eventually(
      [&] {
        return Contents(output).find("Server startup complete") != std::string::npos ||
               waitpid(process_, nullptr, WNOHANG) != 0;
      },
      std::chrono::seconds(120));
  const std::string said = Contents(output);
  if (ended && said.find("Server startup complete") != std::string::npos) return;
  Kill();
  End(&mapper_);
  throw std::runtime_error("RabbitMQ does not start: " + said.substr(said.size() > 2000 ? said.size() - 2000 : 0));
}

void RabbitMqServer::WantFree(const std::string& bytes) const {
  const std::string output = folder_.File("control.out");
  const pid_t process =
      Begin({"/usr/lib/rabbitmq/bin/rabbitmqctl", "set_disk_free_limit", bytes}, Environment(), output, SIGKILL);
  int status = 0;
  waitpid(process, &status, 0);
  if (status != 0) throw std::runtime_error("rabbitmqctl failed: " + Contents(output));
}

void RabbitMqServer::FillDisk() const { WantFree("1000000000000000"); }
void RabbitMqServer::ClearDisk() const { WantFree("1000000"); }

void RabbitMqServer::Kill() { End(&process_); }
void RabbitMqServer::Freeze() const { kill(-process_, SIGSTOP); }
void RabbitMqServer::Thaw() const { kill(-process_, SIGCONT); }

std::string RabbitMqServer::Url(int port, const std::string& password) const {
  return "amqp://shop:" + password + "@127.0.0.1:" + std::to_string(port) + "/shop";
}

std::string RabbitMqServer::TlsUrl(bool trusted) const {
  return "amqps://shop:open%20sesame@localhost:" + std::to_string(tls_port_) +
         "/shop?cacertfile=" + folder_.File(trusted ? "ca.crt" : "other.crt");
}

std::int64_t RabbitMqServer::Messages(const std::string& queue) const {
  const Onlooker onlooker(port_);
  const amqp_queue_declare_ok_t* const found =
      amqp_queue_declare(onlooker.state(), 1, Bytes(queue), /*passive=*/1, 0, 0, 0, amqp_empty_table);
  return found == nullptr ? std::int64_t{-1} : std::int64_t{found->message_count};
}

void RabbitMqServer::Publish(const std::string& exchange, const std::string& routing_key, const std::string& id,
                             const std::string& body) const {
  const Onlooker onlooker(port_);
  amqp_confirm_select(onlooker.state(), 1);
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
  properties.message_id = Bytes(id);
  amqp_basic_publish(onlooker.state(), 1, Bytes(exchange), Bytes(routing_key), 0, 0, &properties, Bytes(body));
  amqp_frame_t confirmed;
  amqp_simple_wait_frame(onlooker.state(), &confirmed);
}

std::vector<std::string> RabbitMqServer::TakeAll(const std::string& queue) const {
  const Onlooker onlooker(port_);
  std::vector<std::string> messages;
  for (;;) {
    const amqp_rpc_reply_t got = amqp_basic_get(onlooker.state(), 1, Bytes(queue), /*no_ack=*/1);
    if (got.reply_type != AMQP_RESPONSE_NORMAL || got.reply.id != AMQP_BASIC_GET_OK_METHOD) return messages;
    amqp_message_t message;
    amqp_read_message(onlooker.state(), 1, &message, 0);
    messages.push_back(Text(message.properties.message_id) + ":" + Text(message.body));
    amqp_destroy_message(&message);
  }
}

void RabbitMqServer::Delete(const std::string& queue) const {
  const Onlooker onlooker(port_);
  amqp_queue_delete(onlooker.state(), 1, Bytes(queue), 0, 0);
}

}  // namespace boutique::testing
