// SPDX-License-Identifier: Apache-2.0
#include "platform/base/sha256.h"

#include <openssl/sha.h>

namespace boutique::base {

std::string Sha256(absl::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace boutique::base
