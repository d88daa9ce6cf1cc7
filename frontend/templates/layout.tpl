{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{TITLE}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#171613" media="(prefers-color-scheme: dark)">
{{#DESCRIPTION}}<meta name="description" content="{{DESCRIPTION_TEXT}}">{{/DESCRIPTION}}
<link rel="icon" type="image/svg+xml" href="{{FAVICON_URL}}">
<link rel="stylesheet" href="{{ASSET_STYLES_SHOP_CSS}}">
<script type="module" src="{{ASSET_SCRIPTS_SHOP_JS}}"></script>
</head>
<body data-base="{{BASE}}">
<a class="skip" href="#main">Skip to content</a>
{{#BANNER}}<aside class="strip" aria-label="Announcement"><p class="wrap">{{BANNER_TEXT}}</p></aside>{{/BANNER}}
{{#PLATFORM}}<aside class="strip platform {{PLATFORM_CLASS}}" aria-label="Platform"><p class="wrap">Running on {{PLATFORM_LABEL}}</p></aside>{{/PLATFORM}}
<header class="site">
  <div class="site-bar wrap">
    <a class="logo" href="{{BASE}}/"><img src="{{LOGO_URL}}" alt="{{SHOP_NAME}}" width="176" height="40"></a>
    <form class="search" role="search" action="{{BASE}}/search" method="get" data-suggest="{{BASE}}/api/v1/products">
      <label class="sr" for="search-query">Search products</label>
      <input id="search-query" type="search" name="q" value="{{SEARCH_QUERY}}" placeholder="Search the shop" maxlength="200" autocomplete="off" autocapitalize="none" enterkeyhint="search">
      <button type="submit" aria-label="Search"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/></svg></button>
      <div class="suggestions" id="suggestions" hidden></div>
    </form>
    {{#CURRENCY_FORM}}<form class="currency" action="{{BASE}}/setCurrency" method="post" data-currency>
      <input type="hidden" name="csrf_token" value="{{CSRF}}">
      <label class="sr" for="currency">Currency (a choice applies at once)</label>
      <select id="currency" name="currency_code" autocomplete="off">
        {{#CURRENCIES}}<option value="{{CODE}}"{{#SELECTED}} selected{{/SELECTED}}>{{LABEL}}</option>
        {{/CURRENCIES}}
      </select>
      <noscript><button class="button small" type="submit">Set<span class="sr"> currency</span></button></noscript>
    </form>{{/CURRENCY_FORM}}
    <nav class="site-links" aria-label="Your shop">
      {{#ASSISTANT}}<a href="{{BASE}}/assistant"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5.5h16v11H12l-4.5 4v-4H4z"/><path d="M8.5 11h.01M12 11h.01M15.5 11h.01"/></svg><span class="link-text">Assistant</span></a>{{/ASSISTANT}}
      {{#ORDERS_LINK}}<a href="{{BASE}}/orders"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8l8-4.5L20 8v8.5L12 21l-8-4.5z"/><path d="M4 8l8 4.5L20 8M12 12.5V21"/></svg><span class="link-text">Orders</span></a>{{/ORDERS_LINK}}
      <a class="cart-link" href="{{BASE}}/cart"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 8.5h14l-1 12H6z"/><path d="M8.5 11V7a3.5 3.5 0 0 1 7 0v4"/></svg><span class="link-text">Cart</span>
        <span class="badge" aria-hidden="true" data-cart-count{{#CART_IS_EMPTY}} hidden{{/CART_IS_EMPTY}}>{{CART_COUNT}}</span><span class="sr" data-cart-text>{{CART_COUNT_TEXT}}</span></a>
    </nav>
  </div>
</header>
{{#CATEGORY_NAV}}<nav class="categories" aria-label="Categories">
  <ul class="wrap">
    <li><a href="{{BASE}}/"{{#AT_HOME}} aria-current="page"{{/AT_HOME}}>All products</a></li>
    {{#CATEGORIES}}<li><a href="{{CATEGORY_URL}}"{{#CURRENT}} aria-current="page"{{/CURRENT}}>{{CATEGORY_NAME}}</a></li>
    {{/CATEGORIES}}
  </ul>
</nav>{{/CATEGORY_NAV}}
<main class="wrap" id="main" tabindex="-1">
{{>CONTENT}}
</main>
<footer class="foot">
  <div class="wrap">
    <p class="foot-name">{{SHOP_NAME}}</p>
    <ul class="foot-links">
      <li><a href="{{BASE}}/">All products</a></li>
      <li><a href="{{BASE}}/cart">Cart</a></li>
      {{#ORDERS_LINK}}<li><a href="{{BASE}}/orders">Your orders</a></li>{{/ORDERS_LINK}}
      <li><a href="{{BASE}}/logout">Start afresh</a></li>
    </ul>
    <p class="foot-note">A demonstration shop: nothing is sold, shipped or charged.</p>
    <dl class="facts">
      {{#SESSION}}<div><dt>Session</dt><dd>{{SESSION_HASH}}</dd></div>{{/SESSION}}
      <div><dt>Request</dt><dd>{{REQUEST_ID}}</dd></div>
      <div><dt>Version</dt><dd>{{VERSION}}</dd></div>
    </dl>
  </div>
</footer>
<p class="sr" id="announcer" role="status"></p>
</body>
</html>
