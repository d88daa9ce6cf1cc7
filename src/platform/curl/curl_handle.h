// SPDX-License-Identifier: Apache-2.0
// Owners of libcurl's handles, and its start, which is not thread-safe by itself.
// Threads: a handle belongs to one at a time; StartCurl is safe from any.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace boutique::curl {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};

using EasyHandle = std::unique_ptr<CURL, FreeHandle>;
using List = std::unique_ptr<curl_slist, FreeHandle>;
using Url = std::unique_ptr<CURLU, FreeHandle>;
using Text = std::unique_ptr<char, FreeHandle>;

// Before the first handle is made; does nothing after that.
inline void StartCurl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)started;
}

}  // namespace boutique::curl
