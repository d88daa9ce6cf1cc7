{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="order-head">
  {{#THANKS}}<p class="tick" aria-hidden="true"><svg class="icon" viewBox="0 0 24 24"><path d="m5 12.5 4.5 4.5L19 7.5"/></svg></p>
  <h1>Thank you for your order</h1>
  <p class="lead">It is complete. If we have news of it, we write to <strong>{{EMAIL}}</strong>.</p>{{/THANKS}}
  {{#NO_THANKS}}<h1>Order of {{PLACED_TEXT}}</h1>{{/NO_THANKS}}
  <p class="state {{STATE_CLASS}}" data-state>{{STATE_TEXT}}</p>
  {{#STATE_NOTE}}<p class="state-note" data-state-note>{{STATE_NOTE_TEXT}}</p>{{/STATE_NOTE}}
  {{#FOLLOW}}<p class="muted small-text" data-follow="{{EVENTS_URL}}"><a href="{{ORDER_URL}}">Reload this page</a> to see how it is going.</p>
  <script type="module" src="{{ASSET_SCRIPTS_ORDER_JS}}"></script>{{/FOLLOW}}
</div>
<div class="order">
  <section class="order-facts" aria-label="Order details">
    <dl>
      <div><dt>Order number</dt><dd class="code" data-order-id>{{ORDER_ID}}</dd></div>
      {{#SHIPPED}}<div><dt>Tracking number</dt><dd class="code" data-tracking-id>{{TRACKING_ID}}</dd></div>{{/SHIPPED}}
      <div><dt>Placed</dt><dd><time datetime="{{PLACED_ISO}}">{{PLACED_TEXT}}</time></dd></div>
      <div><dt>E-mail</dt><dd>{{EMAIL}}</dd></div>
      {{#CARD}}<div><dt>Card</dt><dd>{{CARD_BRAND}} ending in {{CARD_LAST_FOUR}}</dd></div>{{/CARD}}
      <div><dt>{{#SHIPS}}Ship to{{/SHIPS}}{{#SENDS_NOTHING}}Address{{/SENDS_NOTHING}}</dt><dd><address>{{STREET_ADDRESS}}<br>{{CITY}}, {{STATE}} {{ZIP_CODE}}<br>{{COUNTRY}}</address></dd></div>
    </dl>
  </section>
  <section class="order-lines" aria-label="Items">
    <ul class="lines">
      {{#LINES}}<li class="line">
        <div class="plate">{{#PICTURE}}<img src="{{PICTURE_URL}}" alt="" width="600" height="600">{{/PICTURE}}</div>
        <div class="line-text">
          <p class="line-name"><a href="{{PRODUCT_URL}}">{{NAME}}</a></p>
          <p class="muted small-text">{{QUANTITY}} &times; {{UNIT_PRICE}}</p>
        </div>
        <p class="line-total">{{LINE_TOTAL}}</p>
      </li>
      {{/LINES}}
    </ul>
    <dl class="totals">
      <div><dt>Items</dt><dd>{{SUBTOTAL}}</dd></div>
      {{#SHIPS}}<div><dt>Shipping</dt><dd>{{SHIPPING}}</dd></div>{{/SHIPS}}
      <div class="totals-sum"><dt>{{#PAID}}Total paid{{/PAID}}{{#NOT_PAID}}Total{{/NOT_PAID}}</dt><dd>{{TOTAL}}</dd></div>
    </dl>
  </section>
</div>
<p class="actions"><a class="button" href="{{BASE}}/">Continue shopping</a>{{#ORDERS_LINK}} <a class="button quiet" href="{{BASE}}/orders">Your orders</a>{{/ORDERS_LINK}}</p>
{{#RECOMMENDATIONS}}<section class="recommendations" aria-labelledby="recommendations-title">
  <h2 id="recommendations-title">More you might like</h2>
  <ul class="grid">
{{>PRODUCT_CARD}}
  </ul>
</section>{{/RECOMMENDATIONS}}
