// SPDX-License-Identifier: Apache-2.0
// Certificates of a test's own, made by openssl.
// Threads: safe from any, one folder each.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace boutique::testing {

// Makes in the folder: server.crt and server.key, for localhost and 127.0.0.1, signed by ca.crt; and other.crt, an
// authority that did not sign it.
inline void MakeCertificates(const std::string& folder) {
  const std::string script =
      "cd " + folder +
      " && for name in ca other; do"
      "  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$name"
      "  -keyout $name.key -out $name.crt; done"
      " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key"
      "  -out server.csr"
      " && printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > names"
      " && openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names"
      "  -out server.crt";
  if (std::system(("( " + script + " ) > /dev/null 2>&1").c_str()) != 0) {
    throw std::runtime_error("openssl made no certificates");
  }
}

}  // namespace boutique::testing
