// SPDX-License-Identifier: Apache-2.0
// Catch2 of Debian 12 (version 2) and of Debian 13 (version 3) under one name, and checks for statuses.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // version 2 puts it here by itself
#else
#include <catch2/catch.hpp>
#endif

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace boutique::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

}  // namespace boutique::testing

// Ends the test case, with the status, unless `result` (a Status or StatusOr) is OK.
#define REQUIRE_OK(result)                                                        \
  do {                                                                            \
    const ::absl::Status status_to_check = ::boutique::testing::StatusOf(result); \
    INFO(status_to_check.ToString());                                             \
    REQUIRE(status_to_check.ok());                                                \
  } while (false)

// Fails the test case unless `result` has the code, named without namespace: CHECK_CODE(reply, kNotFound).
#define CHECK_CODE(result, expected)                                              \
  do {                                                                            \
    const ::absl::Status status_to_check = ::boutique::testing::StatusOf(result); \
    INFO(status_to_check.ToString());                                             \
    CHECK(status_to_check.code() == ::absl::StatusCode::expected);                \
  } while (false)
