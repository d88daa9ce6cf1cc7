// SPDX-License-Identifier: Apache-2.0
// What a client accepts and already has: ETag and If-None-Match, Accept, paths. Pure; safe from any thread.
#pragma once

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

namespace boutique::http {

// Whether If-None-Match holds this entity tag (quoted, weak or not) or is "*": then 304 answers it. Compares weakly, as
// RFC 9110, section 13.1.2, says.
bool MatchesEtag(absl::string_view if_none_match, absl::string_view etag);

// Which of `offered` ("text/html", "application/json") an Accept header likes best, by its q-values and the more specific
// range; the first offered one of equals, and for an empty header. -1 if it accepts none of them.
int BestType(absl::string_view accept, std::initializer_list<absl::string_view> offered);

// Whether Accept prefers JSON to HTML: scripts and tools do, browsers do not.
bool PrefersJson(absl::string_view accept);

// The media type of a Content-Type header in small letters, without its parameters.
std::string MediaType(absl::string_view content_type);

// Whether `path` leads to a place of this origin: it begins with one '/', and neither "//" nor "/\", has no control
// character or space, and no scheme. Safe to redirect to.
bool IsLocalPath(absl::string_view path);

}  // namespace boutique::http
