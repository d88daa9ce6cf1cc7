// SPDX-License-Identifier: Apache-2.0
// A program's options, each of them a flag and an environment variable from one declaration.
// Threads: declare, parse and read from one thread, at start.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::runtime {

// What a program is, before any option.
struct About {
  std::string name;     // "cartservice"
  std::string summary;  // one line for --help
  int grpc_port = 0;    // of its gRPC services unless told otherwise
  // Every service it needs is in it: it has a second, inner server, its gRPC port is GRPC_PORT because PORT is the
  // shop's, and it binds to loopback unless told otherwise.
  bool one_process = false;
};

// Every option has a variable whose value before parsing is the default. A flag wins over the environment; an empty
// environment variable counts as absent. Two parts may declare the same option: both variables are set, and the first
// declaration's default and help count.
class Settings {
 public:
  explicit Settings(About about);
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  const About& about() const { return about_; }

  // The flag is the variable's name in lower case with dashes: CART_TTL is --cart-ttl. `check` may refuse a value.
  void Text(const std::string& variable, std::string* value, const std::string& help,
            std::function<absl::Status(const std::string&)> check = {});
  // A text that --help does not show: a password. It has no flag, because other users see a process's arguments.
  void Secret(const std::string& variable, std::string* value, const std::string& help);
  void Integer(const std::string& variable, std::int64_t* value, std::int64_t least, std::int64_t most,
               const std::string& help);
  // As "1.5s", "30d" (see base::ParseDuration).
  void Duration(const std::string& variable, std::chrono::nanoseconds* value, std::chrono::nanoseconds least,
                std::chrono::nanoseconds most, const std::string& help);
  // 1, true, yes or on; 0, false, no or off; the flag alone means true.
  void Flag(const std::string& variable, bool* value, const std::string& help);

  // The address of a service that another process may serve ("host:port"), for Host::ClientOf. In a program that has
  // every service in it there is no such option.
  void Address(const std::string& variable);
  // The address of something else, in every program, with its own help text.
  void PeerAddress(const std::string& variable, const std::string& help);
  // What Address or PeerAddress read; empty if it is not set.
  std::string AddressOf(const std::string& variable) const;

  // Where stores keep their files, DATA_DIR: a folder, or ":memory:" for none.
  void DataDirectory(std::string* value);

  // Reads arguments (without the program's name) and environment into the variables. One INVALID_ARGUMENT for each
  // problem, with the option's name; empty if all is well.
  std::vector<absl::Status> Parse(const std::vector<std::string>& arguments);
  // Whether the arguments ask for help; then nothing was checked.
  bool help_wanted() const { return help_wanted_; }
  // The options as a table: flag, environment variable, default, meaning.
  std::string Help() const;

 private:
  struct Option {
    std::string variable;
    std::string flag;  // empty: environment only
    std::string shown_default;
    std::string help;
    bool is_flag = false;
    std::vector<std::function<absl::Status(const std::string&)>> set;
    std::vector<std::string> raw;  // what the arguments gave
  };
  void Declare(const std::string& variable, const std::string& shown_default, const std::string& help,
               std::function<absl::Status(const std::string&)> set, bool is_flag = false, bool secret = false);

  const About about_;
  std::vector<std::unique_ptr<Option>> options_;
  std::map<std::string, std::string> addresses_;
  bool help_wanted_ = false;
};

}  // namespace boutique::runtime
