// SPDX-License-Identifier: Apache-2.0
// productcatalogservice: knows what the shop sells.
#include "platform/runtime/main.h"
#include "services/productcatalog/product_catalog_module.h"

int main(int argc, char** argv) {
  return boutique::runtime::Main<boutique::productcatalog::ProductCatalogModule>(
      {.name = "productcatalogservice", .summary = "knows what the shop sells", .grpc_port = 3550}, argc, argv);
}
