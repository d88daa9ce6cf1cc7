// SPDX-License-Identifier: Apache-2.0
// The name of a member function at compile time, so that a method is written once, where it is bound. Stateless.
#pragma once

#include <string>
#include <string_view>

namespace boutique::rpc::internal {

// The compiler's spelling of this function ends with the template argument: GCC "[with auto method = &A::B::Get;",
// GCC with a cast "= (R (A::*)(P))(& A::B::Get);", clang "[method = &A::B::Get]".
template <auto method>
constexpr std::string_view Spelling() {
  return __PRETTY_FUNCTION__;
}

constexpr bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The last identifier of the argument in such a spelling: "Get".
constexpr std::string_view MemberOf(std::string_view text) {
  text = text.substr(text.find("method = ") + 9);
  text = text.substr(0, text.find_first_of(";]"));
  while (!text.empty() && !IsNameCharacter(text.back())) text.remove_suffix(1);
  std::size_t start = text.size();
  while (start > 0 && IsNameCharacter(text[start - 1])) --start;
  return text.substr(start);
}

template <auto method>
constexpr std::string_view MemberName() {
  return MemberOf(Spelling<method>());
}

// The same at run time, without `prefix`, which it must have.
template <auto method>
std::string NameOf(std::string_view prefix = "") {
  return std::string(MemberName<method>().substr(prefix.size()));
}

}  // namespace boutique::rpc::internal
