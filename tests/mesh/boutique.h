// SPDX-License-Identifier: Apache-2.0
// A `boutique` on free ports, to which the contract's calls then go, and whose pages can be asked for.
// Threads: made and stopped by one; Get and Post are safe from any.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "contract/shop.h"
#include "support/raw_http.h"
#include "support/running_program.h"

namespace boutique::testing {

inline std::vector<std::string> OnFreePorts(const std::string& data_directory, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"--port=0", "--grpc-port=0", "--metrics-port=0", "--data-dir=" + data_directory};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

class Boutique {
 public:
  explicit Boutique(const std::string& data_directory, const std::vector<std::string>& more = {})
      : program_("boutique", OnFreePorts(data_directory, more)),
        page_port_(PortOf(program_.AddressOf("shop"))),
        metrics_port_(PortOf(program_.AddressOf("metrics"))) {
    contract::PointAt(program_.AddressOf("grpc"));
  }

  RunningProgram& program() { return program_; }
  int page_port() const { return page_port_; }

  RawAnswer Get(const std::string& path, const std::string& headers = "") const {
    return Exchange(page_port_, GetRequest(path, headers));
  }
  // What GET /metrics answers.
  std::string Metrics() const { return Exchange(metrics_port_, GetRequest("/metrics", "Connection: close\r\n")).body; }

 private:
  static int PortOf(const std::string& address) {
    const std::size_t colon = address.find(':');
    return colon == std::string::npos ? 0 : std::atoi(address.c_str() + colon + 1);
  }

  RunningProgram program_;
  int page_port_;
  int metrics_port_;
};

}  // namespace boutique::testing
