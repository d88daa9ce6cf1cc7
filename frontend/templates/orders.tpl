{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="page-head">
  <h1>Your orders</h1>
  {{#HAS_ORDERS}}<p class="muted">{{COUNT_TEXT}}</p>{{/HAS_ORDERS}}
</div>
{{#HAS_ORDERS}}<ul class="orders">
  {{#ORDERS}}<li class="order-row">
    <div class="order-row-text">
      <p class="order-row-title"><a href="{{ORDER_URL}}">{{ITEMS_TEXT}}</a></p>
      <p class="muted small-text"><time datetime="{{PLACED_ISO}}">{{PLACED_TEXT}}</time> <span class="code">{{ORDER_ID}}</span></p>
    </div>
    <ul class="thumbs" aria-hidden="true">
      {{#PICTURES}}<li class="plate"><img src="{{PICTURE_URL}}" alt="" width="600" height="600" loading="lazy"></li>
      {{/PICTURES}}
    </ul>
    <p class="state {{STATE_CLASS}}">{{STATE_TEXT}}</p>
    <p class="line-total">{{TOTAL}}</p>
  </li>
  {{/ORDERS}}
</ul>
{{#MORE}}<p class="more"><a class="button quiet" href="{{MORE_URL}}">Earlier orders</a></p>{{/MORE}}{{/HAS_ORDERS}}
{{#NO_ORDERS}}<div class="empty">
  <img src="{{ASSET_IMG_EMPTY_CART_SVG}}" alt="" width="240" height="180">
  <h2>No orders yet</h2>
  <p>What you order appears here, with its state and its tracking number.</p>
  <p><a class="button" href="{{BASE}}/">Look at the products</a></p>
</div>{{/NO_ORDERS}}
