// SPDX-License-Identifier: Apache-2.0
// Lower case for every script that has it. Stateless, safe from any thread.
#pragma once

namespace boutique::productcatalog {

// The code point's simple lower-case form in Unicode, itself if it has none. The Greek final sigma becomes the other
// one, so that a word is found whatever it ends in. Does not depend on the process's locale.
char32_t LowerCase(char32_t code_point);

}  // namespace boutique::productcatalog
