// SPDX-License-Identifier: Apache-2.0
// What every page has at hand, and what is the same on all of them: header, footer, product cards, advertisement.
// Immutable once made: safe from any loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/assets.h"
#include "gateway/event_streams.h"
#include "gateway/gateway_settings.h"
#include "gateway/session.h"
#include "gateway/shop.h"
#include "gateway/templates.h"
#include "gateway/visit.h"
#include "platform/base/clock.h"
#include "platform/http/client.h"
#include "platform/http/message.h"

namespace boutique::gateway {

// What is said around a page's content.
struct Around {
  std::string title;         // without the shop's name; empty: the shop's name alone
  std::string description;   // for search engines; may be empty
  std::string search_query;  // what the search box holds
  std::string category;      // the page's own
  bool at_home = false;
  int status = 200;
};

class Storefront {
 public:
  // What is given outlives it. INTERNAL if a template is wrong.
  static absl::StatusOr<std::unique_ptr<Storefront>> Make(const GatewaySettings& settings, const SessionRules& rules,
                                                          const Clients& clients, rpc::BlockingPool& blocking,
                                                          const base::Clock& clock = base::SystemClock::Instance());

  const GatewaySettings& settings() const { return settings_; }
  const SessionRules& session_rules() const { return session_rules_; }
  const Assets& assets() const { return assets_; }
  const base::Clock& clock() const { return clock_; }
  Shop& shop() { return shop_; }
  http::Client& web() { return web_; }
  EventStreams& event_streams() { return event_streams_; }

  // Fills in what surrounds the content, and answers the finished page.
  http::Response Finish(const Visit& visit, const Frame& frame, const Around& around, Page* page) const;
  // The same for a page that no service is asked for: an error.
  http::Response FinishBare(const Around& around, absl::string_view request_id, absl::string_view session_hash,
                            absl::string_view csrf, Page* page) const;

  // Products as cards of a grid; those after the first `at_once` are loaded when they come near.
  void AddCards(const std::vector<PricedProduct>& products, std::size_t at_once, Fields content) const;
  // The section RECOMMENDATIONS, if there are any.
  void AddRecommendations(const std::vector<PricedProduct>& products, Fields content) const;
  void AddAd(const std::optional<pb::Ad>& ad, Fields content) const;

  // Whether a visitor has an order history: not where everybody shares a session, or no service keeps orders.
  bool HasOrders() const;
  std::string ProductUrl(absl::string_view id) const;
  std::string CategoryUrl(absl::string_view category) const;

 private:
  Storefront(const GatewaySettings& settings, const SessionRules& rules, const Clients& clients,
             rpc::BlockingPool& blocking, const base::Clock& clock);
  void AddLayout(const Around& around, absl::string_view request_id, absl::string_view session_hash,
                 absl::string_view csrf, Page* page) const;
  void AddFrame(const Frame& frame, const Around& around, Fields layout) const;

  const GatewaySettings& settings_;
  const SessionRules session_rules_;
  const base::Clock& clock_;
  const Assets assets_;
  Shop shop_;
  http::Client web_;
  EventStreams event_streams_;
  std::unique_ptr<Templates> templates_;
};

// Whose pages are shown, as the shop's calls want it.
inline Visitor VisitorOf(const Visit& visit) { return {visit.session.id, visit.currency}; }

}  // namespace boutique::gateway
