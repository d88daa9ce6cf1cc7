// SPDX-License-Identifier: Apache-2.0
// A peer of another make: it carries calls on to the shop's services, but those that it is told to answer by itself, as
// a service does that does not know the method, and those whose answers it is told to lose. Of health it knows only the
// process, as the public shop's services do.
// usage: calls_peer SERVICE=ADDRESS…   (SERVICE is a full name as hipstershop.CartService)
// It prints its address, obeys the lines of its standard input, says "done" after each, and ends with the input:
//   answer /PACKAGE.SERVICE/METHOD CODE   answers with the status of that number, without a call (0: an empty message)
//   lose /PACKAGE.SERVICE/METHOD CODE     carries calls on and answers with CODE what went well
//   carry                                 everything is carried on again
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace boutique::calls {
namespace {

constexpr char kHealth[] = "/grpc.health.v1.Health/Check";

struct Rule {
  bool carry = false;
  grpc::StatusCode code = grpc::StatusCode::OK;
};

grpc::ByteBuffer Bytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

// What is to be done with each method. Safe from any thread.
class Rules {
 public:
  void Set(const std::string& method, Rule rule) {
    const std::lock_guard lock(mutex_);
    rules_[method] = rule;
  }
  void Clear() {
    const std::lock_guard lock(mutex_);
    rules_.clear();
  }
  std::optional<Rule> Of(const std::string& method) const {
    const std::lock_guard lock(mutex_);
    const auto at = rules_.find(method);
    return at == rules_.end() ? std::nullopt : std::make_optional(at->second);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Rule> rules_;
};

// One call; it deletes itself.
class Call final : public grpc::ServerGenericBidiReactor {
 public:
  Call(grpc::GenericCallbackServerContext& context, std::optional<Rule> rule, grpc::GenericStub* stub)
      : method_(context.method()), rule_(rule), stub_(stub) {
    onward_.set_deadline(context.deadline());
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish({grpc::StatusCode::INVALID_ARGUMENT, "no message"});
    if (method_ == kHealth) return AnswerHealth();
    if (rule_ && !rule_->carry) return Answer(rule_->code);
    if (stub_ == nullptr) return Answer(grpc::StatusCode::UNIMPLEMENTED);
    stub_->UnaryCall(&onward_, method_, {}, &request_, &response_, [this](grpc::Status status) {
      if (!status.ok()) return Finish(status);
      if (rule_) return Finish({rule_->code, "the answer is lost"});
      StartWriteAndFinish(&response_, {}, status);
    });
  }

  void OnCancel() override { onward_.TryCancel(); }
  void OnDone() override { delete this; }

 private:
  void Answer(grpc::StatusCode code) {
    if (code != grpc::StatusCode::OK) return Finish({code, "by a peer of another make"});
    response_ = Bytes("");
    StartWriteAndFinish(&response_, {}, grpc::Status::OK);
  }

  void AnswerHealth() {
    if (request_.Length() > 0) return Finish({grpc::StatusCode::NOT_FOUND, "unknown service"});
    response_ = Bytes("\x08\x01");  // SERVING
    StartWriteAndFinish(&response_, {}, grpc::Status::OK);
  }

  const std::string method_;
  const std::optional<Rule> rule_;
  grpc::GenericStub* const stub_;
  grpc::ClientContext onward_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

class Peer final : public grpc::CallbackGenericService {
 public:
  explicit Peer(const Rules& rules) : rules_(rules) {}

  void Reach(const std::string& service, const std::string& address) {
    auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
    stubs_[service] = std::make_unique<grpc::GenericStub>(std::move(channel));
  }

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    const std::string& method = context->method();
    const auto at = stubs_.find(method.substr(1, method.rfind('/') - 1));
    return new Call(*context, rules_.Of(method), at == stubs_.end() ? nullptr : at->second.get());
  }

 private:
  const Rules& rules_;
  std::map<std::string, std::unique_ptr<grpc::GenericStub>> stubs_;
};

bool Obey(const std::string& line, Rules& rules) {
  std::istringstream words(line);
  std::string verb;
  std::string method;
  int code = 0;
  words >> verb >> method >> code;
  if (verb == "carry") {
    rules.Clear();
  } else if (!words.fail() && (verb == "answer" || verb == "lose")) {
    rules.Set(method, {verb == "lose", static_cast<grpc::StatusCode>(code)});
  } else {
    return false;
  }
  return true;
}

int Run(int argc, char** argv) {
  Rules rules;
  Peer peer(rules);
  for (int i = 1; i < argc; ++i) {
    const std::string pair = argv[i];
    const auto at = pair.find('=');
    if (at == std::string::npos) {
      std::cerr << "calls_peer: no SERVICE=ADDRESS: " << pair << "\n";
      return 1;
    }
    peer.Reach(pair.substr(0, at), pair.substr(at + 1));
  }
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&peer);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::cout << "grpc 127.0.0.1:" << port << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (!Obey(line, rules)) {
      std::cerr << "calls_peer: " << line << "?\n";
      return 1;
    }
    std::cout << "done" << std::endl;
  }
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

}  // namespace
}  // namespace boutique::calls

int main(int argc, char** argv) { return boutique::calls::Run(argc, argv); }
