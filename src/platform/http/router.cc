// SPDX-License-Identifier: Apache-2.0
#include "platform/http/router.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "platform/http/forms.h"

namespace boutique::http {
namespace {

constexpr std::size_t kMostSegments = 64;

// The path's segments, decoded; a trailing slash adds none. False if it is badly encoded or would lead elsewhere.
bool Split(absl::string_view path, std::vector<std::string>* segments) {
  if (path.empty() || path[0] != '/') return false;
  for (const absl::string_view encoded : absl::StrSplit(path.substr(1), '/')) {
    auto segment = PercentDecode(encoded);
    if (!segment.ok() || *segment == "." || *segment == "..") return false;
    const bool clean = std::none_of(segment->begin(), segment->end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\';
    });
    if (!clean || segments->size() == kMostSegments) return false;
    segments->push_back(*std::move(segment));
  }
  if (segments->back().empty()) segments->pop_back();
  return true;
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;
  // Of the patterns that end here.
  struct Leaf {
    Handler handler;
    absl::string_view pattern;
    std::vector<std::string> names;
  };
  std::map<std::string, Leaf, std::less<>> by_method;
};

Router::Router(absl::string_view prefix) : prefix_(prefix), root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::Add(absl::string_view method, absl::string_view pattern, Handler handler) {
  Node* node = root_.get();
  std::vector<std::string> names;
  for (const absl::string_view segment : absl::StrSplit(pattern.substr(1), '/')) {
    if (segment.empty()) continue;
    std::unique_ptr<Node>* next = nullptr;
    if (segment[0] == ':') {
      next = &node->parameter;
      names.emplace_back(segment.substr(1));
    } else if (segment[0] == '*') {
      next = &node->rest;
      names.emplace_back(segment.substr(1));
    } else {
      next = &node->literal[std::string(segment)];
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
  }
  patterns_.emplace_back(pattern);
  Node::Leaf leaf{std::move(handler), patterns_.back(), std::move(names)};
  if (!node->by_method.emplace(std::string(method), std::move(leaf)).second) {
    std::fprintf(stderr, "the route %s %s is there twice\n", std::string(method).c_str(), patterns_.back().c_str());
    std::abort();
  }
  routes_.emplace_back(std::string(method), patterns_.back());
}

const Router::Node* Router::Walk(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                                 std::vector<std::string>* values) const {
  if (at == segments.size()) {
    if (!node.by_method.empty()) return &node;
  } else {
    if (const auto found = node.literal.find(segments[at]); found != node.literal.end()) {
      if (const Node* end = Walk(*found->second, segments, at + 1, values)) return end;
    }
    if (node.parameter != nullptr && !segments[at].empty()) {
      values->push_back(segments[at]);
      if (const Node* end = Walk(*node.parameter, segments, at + 1, values)) return end;
      values->pop_back();
    }
  }
  if (node.rest == nullptr) return nullptr;
  values->push_back(absl::StrJoin(segments.begin() + static_cast<std::ptrdiff_t>(at), segments.end(), "/"));
  return node.rest.get();
}

Router::Match Router::Find(absl::string_view method, absl::string_view path) const {
  Match match;
  std::vector<std::string> segments;
  if (!Split(path, &segments)) {
    match.outcome = Outcome::kBadPath;
    return match;
  }
  if (!prefix_.empty()) {
    if (!absl::StartsWith(path, prefix_) || (path.size() > prefix_.size() && path[prefix_.size()] != '/')) return match;
    segments.erase(segments.begin(), segments.begin() + std::count(prefix_.begin(), prefix_.end(), '/'));
  }
  std::vector<std::string> values;
  const Node* node = Walk(*root_, segments, 0, &values);
  if (node == nullptr) return match;
  auto leaf = node->by_method.find(method);
  if (leaf == node->by_method.end() && method == "HEAD") leaf = node->by_method.find("GET");
  if (leaf == node->by_method.end()) leaf = node->by_method.find("*");
  if (leaf == node->by_method.end()) {
    match.outcome = Outcome::kMethodNotAllowed;
    match.pattern = node->by_method.begin()->second.pattern;
    for (const auto& [name, ignored] : node->by_method) {
      absl::StrAppend(&match.allow, match.allow.empty() ? "" : ", ", name, name == "GET" ? ", HEAD" : "");
    }
    return match;
  }
  match.outcome = Outcome::kFound;
  match.handler = &leaf->second.handler;
  match.pattern = leaf->second.pattern;
  for (std::size_t i = 0; i < values.size(); ++i) {
    match.params.emplace_back(leaf->second.names[i], std::move(values[i]));
  }
  return match;
}

}  // namespace boutique::http
