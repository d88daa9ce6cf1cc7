// SPDX-License-Identifier: Apache-2.0
// Errors as pages of the shop: what happened, in a shopper's words, and a way on. Asks no service.
// Immutable: safe from any thread.
#pragma once

#include "gateway/error_page.h"
#include "gateway/pages/storefront.h"

namespace boutique::gateway {

class ShopErrorPage final : public ErrorPage {
 public:
  // `front` outlives it.
  explicit ShopErrorPage(const Storefront& front) : front_(front) {}
  http::Response Render(const ErrorView& view) const override;

 private:
  const Storefront& front_;
};

}  // namespace boutique::gateway
