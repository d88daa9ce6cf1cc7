// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/email/confirmation_view.h"

namespace boutique::email {
namespace {

// Mail programs that drop <style> show the light colours, which each element has for itself.
constexpr char kHead[] = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>Your order</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: #171613 !important; }
  .card { background: #201e1b !important; border-color: #37332d !important; }
  .band { background: #21352d !important; color: #b4e6d3 !important; }
  .ink { color: #f2eee6 !important; }
  .soft { color: #b5aea2 !important; }
  .rule { border-color: #37332d !important; }
}
@media (max-width: 480px) {
  .pad { padding-left: 20px !important; padding-right: 20px !important; }
}
</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#fbfaf7;">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0"
 style="background:#fbfaf7;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" class="card" width="600" cellpadding="0" cellspacing="0" border="0"
 style="width:100%;max-width:600px;background:#ffffff;border:1px solid #e4dfd5;border-radius:10px;
 border-collapse:separate;overflow:hidden;
 font-family:-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;">
)html";
constexpr char kFoot[] = "</table>\n</td></tr>\n</table>\n</body>\n</html>\n";

constexpr char kInk[] = "color:#1e1c19;";
constexpr char kSoft[] = "color:#5e594f;";
constexpr char kRule[] = "border-top:1px solid #e4dfd5;";

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

// One row of the card with everything in it, which is HTML.
void AppendRow(absl::string_view content, std::string* out) {
  absl::StrAppend(out, "<tr><td class=\"pad\" style=\"padding:20px 32px 0;\">\n", content, "</td></tr>\n");
}

std::string Heading(absl::string_view text) {
  return absl::StrCat("<h2 class=\"soft\" style=\"margin:0 0 6px;font-size:14px;line-height:20px;font-weight:600;",
                      kSoft, "\">", text, "</h2>\n");
}

std::string Paragraph(absl::string_view text) {
  return absl::StrCat("<p class=\"ink\" style=\"margin:0;font-size:16px;line-height:24px;word-break:break-word;", kInk,
                      "\">", text, "</p>\n");
}

void AppendLine(const ConfirmationView::Line& line, std::string* out) {
  absl::StrAppend(out, "<tr>\n<td class=\"ink rule\" style=\"padding:12px 12px 12px 0;font-size:16px;line-height:22px;",
                  "word-break:break-word;", kInk, kRule, "\">", Escape(line.product),
                  "<br><span class=\"soft\" style=\"font-size:14px;", kSoft, "\">", line.quantity);
  if (!line.unit_price.empty()) absl::StrAppend(out, " × ", Escape(line.unit_price));
  absl::StrAppend(out, "</span></td>\n<td class=\"ink rule\" align=\"right\" valign=\"top\" style=\"padding:12px 0;",
                  "font-size:16px;line-height:22px;white-space:nowrap;", kInk, kRule, "\">", Escape(line.amount),
                  "</td>\n</tr>\n");
}

void AppendSum(absl::string_view what, absl::string_view amount, bool last, std::string* out) {
  if (amount.empty()) return;
  const std::string style = absl::StrCat("padding:12px 0;font-size:", last ? "18px;font-weight:600" : "16px",
                                         ";line-height:24px;", kInk, kRule);
  absl::StrAppend(out, "<tr>\n<th scope=\"row\" class=\"ink rule\" align=\"left\" style=\"font-weight:400;", style,
                  "\">", what, "</th>\n<td class=\"ink rule\" align=\"right\" style=\"white-space:nowrap;", style, "\">",
                  Escape(amount), "</td>\n</tr>\n");
}

std::string LinesTable(const ConfirmationView& view) {
  std::string table = "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\n";
  for (const auto& line : view.lines) AppendLine(line, &table);
  AppendSum("Shipping", view.postage, false, &table);
  AppendSum("Total", view.total, true, &table);
  return absl::StrCat(table, "</table>\n");
}

}  // namespace

std::string HtmlOf(const ConfirmationView& view) {
  std::string out = kHead;
  absl::StrAppend(&out, "<tr><td class=\"band pad\" style=\"padding:28px 32px;background:#e6f0eb;color:#134535;\">\n",
                  "<h1 style=\"margin:0;font-family:Georgia,'Times New Roman',serif;font-size:26px;line-height:32px;",
                  "font-weight:600;\">Thank you for your order</h1>\n</td></tr>\n");
  AppendRow(absl::StrCat(Heading("Order"), Paragraph(Escape(view.order_id))), &out);
  if (!view.tracking_id.empty()) {
    AppendRow(absl::StrCat(Heading("Tracking id"), Paragraph(Escape(view.tracking_id))), &out);
  }
  if (!view.lines.empty() || !view.total.empty()) {
    AppendRow(absl::StrCat(Heading("What you ordered"), LinesTable(view)), &out);
  }
  if (!view.address.empty()) {
    std::string address;
    for (const std::string& line : view.address) {
      absl::StrAppend(&address, address.empty() ? "" : "<br>\n", Escape(line));
    }
    AppendRow(absl::StrCat(Heading("It goes to"), Paragraph(address)), &out);
  }
  absl::StrAppend(&out, "<tr><td style=\"padding:0;font-size:0;line-height:32px;height:32px;\">&nbsp;</td></tr>\n",
                  kFoot);
  return out;
}

}  // namespace boutique::email
