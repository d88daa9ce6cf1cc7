// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {

using nlohmann::json;

PageReply ShowAssistant(Storefront& front, const Visit& visit) {
  const auto frame = co_await front.shop().FrameOf(visit.call, VisitorOf(visit));
  Page page("assistant.tpl");
  Around around;
  around.title = "Assistant";
  co_return front.Finish(visit, frame, around, &page);
}

// The question goes on as it came; of the answer, {"content": …} becomes {"message": …}.
PageReply AskAssistant(Storefront& front, const Visit& visit) {
  const std::string& address = front.settings().assistant_address;
  if (address.empty()) co_return absl::UnavailableError("there is no assistant");
  std::string url = absl::StrCat("http://", address, "/");
  auto answer = co_await coro::OrReturn(
      co_await front.web().Post(visit.call, std::move(url), "application/json", visit.request.body));
  const auto said = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (answer.status != 200 || !said.is_object() || !said.contains("content") || !said["content"].is_string()) {
    co_return absl::UnavailableError("the assistant did not answer");
  }
  const json message = {{"message", said["content"]}};
  co_return http::Answer(200, "application/json", message.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace boutique::gateway
