// SPDX-License-Identifier: Apache-2.0
#include "gateway/templates.h"

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template_string.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "frontend/bundle.h"
#include "platform/telemetry/log.h"

namespace boutique::gateway {
namespace {

constexpr char kLayout[] = "layout.tpl";
constexpr ctemplate::Strip kStrip = ctemplate::STRIP_BLANK_LINES;
constexpr std::size_t kTypicalPage = 32 * 1024;

ctemplate::TemplateString Text(absl::string_view text) { return {text.data(), text.size()}; }

// "styles/shop.css" is {{ASSET_STYLES_SHOP_CSS}} in a template.
std::string Marker(absl::string_view asset) {
  std::string name(asset);
  for (char& c : name) c = absl::ascii_isalnum(static_cast<unsigned char>(c)) ? absl::ascii_toupper(c) : '_';
  return absl::StrCat("{{ASSET_", name, "}}");
}

}  // namespace

Fields& Fields::Set(const char* name, absl::string_view value) {
  fields_->SetValue(name, Text(value));
  return *this;
}

Fields& Fields::Set(const char* name, std::int64_t value) { return Set(name, absl::StrCat(value)); }

Fields& Fields::Show(const char* section) {
  fields_->ShowSection(section);
  return *this;
}

Fields Fields::Include(const char* name, const char* file) {
  auto* const part = fields_->AddIncludeDictionary(name);
  part->SetFilename(file);
  return Fields(part);
}

Page::Page(const char* content) : layout_("page"), content_(layout_.AddIncludeDictionary("CONTENT")) {
  content_->SetFilename(content);
}

Page& Page::SetEverywhere(const char* name, absl::string_view value) {
  layout_.SetTemplateGlobalValue(name, Text(value));
  return *this;
}

Page& Page::ShowEverywhere(const char* section) {
  layout_.ShowTemplateGlobalSection(section);
  return *this;
}

absl::StatusOr<std::unique_ptr<Templates>> Templates::Load(const Assets& assets, absl::string_view base_url) {
  std::vector<std::pair<std::string, std::string>> constants = {{"{{BASE}}", std::string(base_url)}};
  for (const auto& asset : frontend::Assets()) constants.emplace_back(Marker(asset.name), assets.Url(asset.name));
  std::unique_ptr<Templates> templates(new Templates);
  for (const auto& file : frontend::Templates()) {
    const std::string text = absl::StrReplaceAll(file.text, constants);
    if (const auto at = text.find("{{ASSET_"); at != std::string::npos) {
      return absl::InternalError(absl::StrCat(std::string(file.name), ": no such file: ", text.substr(at, 60)));
    }
    if (!templates->cache_.StringToTemplateCache(Text(file.name), Text(text), kStrip)) {
      return absl::InternalError(absl::StrCat(std::string(file.name), ": not a template"));
    }
  }
  templates->cache_.Freeze();
  return templates;
}

std::string Templates::Render(const Page& page) const {
  std::string html;
  html.reserve(kTypicalPage);
  ctemplate::PerExpandData nothing;
  if (!cache_.ExpandNoLoad(kLayout, kStrip, &page.layout_, &nothing, &html)) {
    telemetry::Log(telemetry::Severity::kError, "a page names a template that does not exist");
    std::abort();
  }
  return html;
}

}  // namespace boutique::gateway
