// SPDX-License-Identifier: Apache-2.0
// Finds the handler of a request by its method and path.
// Threads: routes are added before the server starts; then it is constant and safe from any thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "platform/http/message.h"

namespace boutique::http {

// A pattern is a path whose segments are literal, or ":name" for one non-empty segment, or at its end "*name" for
// whatever remains (it may be empty). Literal segments win over parameters, parameters over the rest. A trailing slash
// makes no difference. HEAD is answered by the handler of GET. (RESTinio's express router matches with std::regex,
// which recurses once for each character of the path and knows no 405.)
class Router {
 public:
  // `prefix` is empty, or a path without a slash at its end (BASE_URL): routes are found beneath it only.
  explicit Router(absl::string_view prefix = "");
  ~Router();

  // `method` in capitals, or "*" for every one. Ends the process for a route that is there already.
  void Add(absl::string_view method, absl::string_view pattern, Handler handler);

  enum class Outcome { kFound, kNotFound, kMethodNotAllowed, kBadPath };
  struct Match {
    Outcome outcome = Outcome::kNotFound;
    const Handler* handler = nullptr;  // if found
    absl::string_view pattern;         // lives as long as the router
    std::vector<std::pair<std::string, std::string>> params;
    std::string allow;  // "GET, HEAD, POST", if the method is not allowed
  };
  // `path` is still encoded. kBadPath if it is no absolute path, is badly encoded, or holds a segment "." or "..", a
  // backslash, or a control character, however encoded.
  Match Find(absl::string_view method, absl::string_view path) const;

  const std::string& prefix() const { return prefix_; }
  // Every (method, pattern), in the order in which they were added: for documents and metrics.
  const std::vector<std::pair<std::string, std::string>>& routes() const { return routes_; }

 private:
  struct Node;
  const Node* Walk(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                   std::vector<std::string>* values) const;

  const std::string prefix_;
  std::unique_ptr<Node> root_;
  std::deque<std::string> patterns_;
  std::vector<std::pair<std::string, std::string>> routes_;
};

}  // namespace boutique::http
