// SPDX-License-Identifier: Apache-2.0
// Where the next page of search results begins, as a text that callers cannot make up by accident.
// Stateless, safe from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "hipstershop/product_catalog.pb.h"

namespace boutique::productcatalog {

namespace pb = ::hipstershop;

// The token of the page that begins after `offset` results of this search. It is the same in every process, so that any
// replica can answer the next page, and it outlives a reload of the catalog.
std::string MakePageToken(const pb::SearchProductsRequest& search, std::uint32_t offset);

// Where the search's page_token begins; 0 if it has none. INVALID_ARGUMENT if the token is damaged or of another
// search: one with another query or other filters. The page's size may change.
absl::StatusOr<std::uint32_t> ReadPageToken(const pb::SearchProductsRequest& search);

}  // namespace boutique::productcatalog
