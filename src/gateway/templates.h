// SPDX-License-Identifier: Apache-2.0
// The storefront's pages: what a template takes, and the text it gives. Every value is escaped for where it stands.
// Templates are immutable once loaded and safe from any thread; a Page belongs to one.
#pragma once

#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/assets.h"

namespace boutique::gateway {

// A place in a page that takes values: the page itself, its layout, or one entry of a list. A reference to a part of
// its Page, which outlives it. Names are those of frontend/templates/README.md.
class Fields {
 public:
  explicit Fields(ctemplate::TemplateDictionary* fields) : fields_(fields) {}

  // Sets a variable to plain text or a plain URL.
  Fields& Set(const char* name, absl::string_view value);
  Fields& Set(const char* name, std::int64_t value);
  // Shows a section.
  Fields& Show(const char* section);
  Fields& ShowIf(bool shown, const char* section) { return shown ? Show(section) : *this; }
  // Shows a section and sets the one variable in it.
  Fields& Show(const char* section, const char* name, absl::string_view value) {
    return Show(section).Set(name, value);
  }
  // Adds an entry to a list.
  Fields Add(const char* list) { return Fields(fields_->AddSectionDictionary(list)); }
  // Adds a part that is a template of its own: Include("PRODUCT_CARD", "product_card.tpl").
  Fields Include(const char* name, const char* file);

 private:
  ctemplate::TemplateDictionary* fields_;
};

// A page while it is filled in: the layout around it and its content.
class Page {
 public:
  // `content` is the page's template: "home.tpl".
  explicit Page(const char* content);

  Fields layout() { return Fields(&layout_); }
  Fields content() { return Fields(content_); }
  // For every template of the page.
  Page& SetEverywhere(const char* name, absl::string_view value);
  Page& ShowEverywhere(const char* section);

 private:
  friend class Templates;
  ctemplate::TemplateDictionary layout_;
  ctemplate::TemplateDictionary* content_;
};

class Templates {
 public:
  // Reads the templates that are linked into the program; addresses of assets and the base URL become part of them.
  // `base_url` is empty or a path of characters that need no escape. INTERNAL that names what is wrong with which
  // template.
  static absl::StatusOr<std::unique_ptr<Templates>> Load(const Assets& assets, absl::string_view base_url);

  // The page as HTML. Ends the process if the page names a template that does not exist.
  std::string Render(const Page& page) const;

 private:
  Templates() = default;
  ctemplate::TemplateCache cache_;
};

}  // namespace boutique::gateway
