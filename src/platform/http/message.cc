// SPDX-License-Identifier: Apache-2.0
#include "platform/http/message.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace boutique::http {
namespace {

absl::string_view FirstOf(const std::vector<Header>& headers, absl::string_view name) {
  for (const auto& [key, value] : headers) {
    if (SameHeader(key, name)) return value;
  }
  return "";
}

}  // namespace

bool SameHeader(absl::string_view a, absl::string_view b) { return absl::EqualsIgnoreCase(a, b); }

absl::string_view Request::HeaderOf(absl::string_view name) const { return FirstOf(headers, name); }

bool Request::HasHeader(absl::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const Header& each) { return SameHeader(each.first, name); });
}

absl::string_view Request::Param(absl::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return "";
}

absl::string_view Response::HeaderOf(absl::string_view name) const { return FirstOf(headers, name); }

Response& Response::Add(absl::string_view name, absl::string_view value) {
  std::string clean;
  clean.reserve(value.size());
  for (const char c : value) {
    // A line end in a value would begin a header that we have not written.
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) clean += c;
  }
  headers.emplace_back(std::string(name), std::move(clean));
  return *this;
}

Response& Response::Set(absl::string_view name, absl::string_view value) {
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [&](const Header& each) { return SameHeader(each.first, name); }),
                headers.end());
  return Add(name, value);
}

Response Answer(int status, absl::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.Add("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

Response SeeOther(absl::string_view location) {
  Response response;
  response.status = 303;
  response.Add("Location", location);
  return response;
}

Response PlainText(int status, absl::string_view line) {
  return Answer(status, "text/plain; charset=utf-8", absl::StrCat(line, "\n"));
}

absl::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Unknown";
  }
}

int HttpStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk: return 200;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange: return 400;
    case absl::StatusCode::kUnauthenticated: return 401;
    case absl::StatusCode::kPermissionDenied: return 403;
    case absl::StatusCode::kNotFound: return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted: return 409;
    case absl::StatusCode::kFailedPrecondition: return 422;
    case absl::StatusCode::kResourceExhausted: return 429;
    case absl::StatusCode::kUnimplemented: return 501;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled: return 503;
    default: return 500;
  }
}

}  // namespace boutique::http
