// SPDX-License-Identifier: Apache-2.0
#include "gateway/pages/shop_error_page.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/format.h"

namespace boutique::gateway {
namespace {

struct Known {
  int status;
  const char* section;
  const char* title;
};
// Each has a section of its own in error.tpl.
constexpr std::array<Known, 12> kKnown = {{
    {400, "STATUS_400", "We did not understand that"},
    {401, "STATUS_401", "This shop is not open to everybody"},
    {403, "STATUS_403", "This page has grown old"},
    {404, "STATUS_404", "There is nothing here"},
    {405, "STATUS_405", "That does not work here"},
    {413, "STATUS_413", "That was too much at once"},
    {415, "STATUS_415", "We cannot read that format"},
    {422, "STATUS_422", "Something in the form is not right"},
    {429, "STATUS_429", "A little slower, please"},
    {431, "STATUS_431", "That was too much at once"},
    {500, "STATUS_500", "Something went wrong on our side"},
    {503, "STATUS_503", "We will be right back"},
}};
constexpr Known kOther = {0, "STATUS_OTHER", "That did not work"};

Known Describe(int status) {
  const auto known = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.status == status; });
  return known == kKnown.end() ? kOther : *known;
}

// What was not found; shows the words for it and answers the title.
const char* AddMissing(absl::string_view route, Fields content) {
  if (absl::StrContains(route, "/product")) {
    content.Show("NO_PRODUCT");
    return "We do not have that product";
  }
  if (absl::StrContains(route, "/orders")) {
    content.Show("NO_ORDER");
    return "We cannot find that order";
  }
  content.Show("NO_PAGE");
  return "There is nothing here";
}

}  // namespace

http::Response ShopErrorPage::Render(const ErrorView& view) const {
  const Known known = Describe(view.status);
  Page page("error.tpl");
  Fields content = page.content();
  content.Set("STATUS", view.status).Show(known.section).ShowIf(view.status != 404, "STATUS_IS_NOT_404");
  Around around;
  around.status = view.status;
  around.title = known.title;
  // A form that adds an unknown product comes to /cart.
  if (view.status == 404) around.title = AddMissing(view.route == "/cart" ? "/product" : view.route, content);
  if (view.status == 422 && !view.reasons.empty()) {
    content.Show("REASONS");
    for (const std::string& reason : view.reasons) content.Add("REASON").Set("REASON_TEXT", reason);
  }
  if (view.status == 503) {
    if (view.retry_after > 0) {
      content.Show("RETRY", "RETRY_TEXT", CountText(view.retry_after, "second", "seconds"));
    } else {
      content.Show("RETRY_SOON");
    }
  }
  if (!view.back_path.empty()) {
    content.Show("BACK").Set("BACK_LABEL", view.back_label);
    content.Set("BACK_URL", absl::StrCat(front_.settings().base_url, view.back_path));
  }
  return front_.FinishBare(around, view.request_id, view.session_hash, view.csrf, &page);
}

}  // namespace boutique::gateway
