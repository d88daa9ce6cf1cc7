{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
{{#PROBLEMS}}<div class="problems" id="problems" role="alert" tabindex="-1" autofocus>
  {{#TOTAL_CHANGED}}<h2>The total has changed</h2>
  <p>{{#OLD_TOTAL}}It was {{OLD_TOTAL_TEXT}}. {{/OLD_TOTAL}}It is now <strong>{{TOTAL}}</strong>. Nothing has been charged. If you agree, enter your card again and place the order.</p>{{/TOTAL_CHANGED}}
  {{#CARD_DECLINED}}<h2>Your card was declined</h2>
  <p>{{#INSUFFICIENT_FUNDS}}The bank says that the account has too little money. {{/INSUFFICIENT_FUNDS}}Nothing has been charged, and your cart is as you left it. Check the card, or try another one.</p>{{/CARD_DECLINED}}
  {{#NOT_PLACED}}<h2>Your order was not placed</h2>
  <p>A part of our checkout is not answering. Nothing has been charged, and your cart is as you left it. Please try again in a minute.</p>{{/NOT_PLACED}}
  {{#CART_REFUSED}}<h2>Your cart was not changed</h2>
  <p>{{CART_REFUSED_TEXT}}</p>{{/CART_REFUSED}}
  {{#FIELD_ERRORS}}<h2>Please check the form</h2>
  <ul>
    {{#FIELD_ERROR}}<li><a href="#{{FIELD_ID}}">{{FIELD_ERROR_TEXT}}</a></li>
    {{/FIELD_ERROR}}
  </ul>{{/FIELD_ERRORS}}
</div>{{/PROBLEMS}}
<div class="page-head">
  <h1>Your cart <span class="count">({{CART_COUNT}})</span></h1>
  <form action="{{BASE}}/cart/empty" method="post">
    <input type="hidden" name="csrf_token" value="{{CSRF}}">
    <button class="link-button" type="submit">Empty cart</button>
  </form>
</div>
<div class="cart">
  <section class="cart-lines" aria-label="Items">
    <ul class="lines">
      {{#LINES}}<li class="line">
        <div class="plate"><img src="{{PICTURE_URL}}" alt="" width="600" height="600"></div>
        <div class="line-text">
          <p class="line-name"><a href="{{PRODUCT_URL}}">{{NAME}}</a></p>
          <p class="muted small-text">SKU {{PRODUCT_ID}}</p>
          {{#UNAVAILABLE}}<p class="field-error">No longer on sale. Please remove it to check out.</p>{{/UNAVAILABLE}}
          {{#PRICED}}<p class="muted small-text">{{UNIT_PRICE}} each</p>{{/PRICED}}
        </div>
        {{#CAN_CHANGE}}<form class="line-quantity" action="{{BASE}}/cart/update" method="post" data-quantity>
          <input type="hidden" name="csrf_token" value="{{CSRF}}">
          <input type="hidden" name="product_id" value="{{PRODUCT_ID}}">
          <span class="stepper">
            <button class="step" type="button" data-step="-1" aria-label="One {{NAME}} less">&minus;</button>
            <input type="number" name="quantity" value="{{QUANTITY}}" min="0" max="1000" step="1" required autocomplete="off" aria-label="Quantity of {{NAME}}">
            <button class="step" type="button" data-step="1" aria-label="One {{NAME}} more">+</button>
          </span>
          <button class="link-button" type="submit" data-update>Update<span class="sr"> quantity of {{NAME}}</span></button>
        </form>
        <form class="line-remove" action="{{BASE}}/cart/update" method="post">
          <input type="hidden" name="csrf_token" value="{{CSRF}}">
          <input type="hidden" name="product_id" value="{{PRODUCT_ID}}">
          <input type="hidden" name="quantity" value="0">
          <button class="link-button" type="submit">Remove<span class="sr"> {{NAME}}</span></button>
        </form>{{/CAN_CHANGE}}
        {{#FIXED}}<p class="line-quantity">Quantity: {{QUANTITY}}</p>{{/FIXED}}
        <p class="line-total">{{LINE_TOTAL}}</p>
      </li>
      {{/LINES}}
    </ul>
    <p class="back"><a href="{{BASE}}/">Continue shopping</a></p>
  </section>
  <div class="cart-side">
    <dl class="totals">
      <div><dt>Items</dt><dd>{{SUBTOTAL}}</dd></div>
      {{#SHIPS}}<div><dt>Shipping</dt><dd>{{SHIPPING}}</dd></div>{{/SHIPS}}
      <div class="totals-sum"><dt>Total</dt><dd>{{TOTAL}}</dd></div>
    </dl>
  {{#CHECKOUT}}<section class="checkout" aria-labelledby="checkout-title">
    <h2 id="checkout-title">Checkout</h2>
    <form action="{{BASE}}/cart/checkout" method="post" data-checkout>
      <input type="hidden" name="csrf_token" value="{{CSRF}}">
      <input type="hidden" name="idempotency_key" value="{{IDEMPOTENCY_KEY}}">
      <input type="hidden" name="expected_total" value="{{EXPECTED_TOTAL}}">
      <fieldset>
        <legend>{{#SHIPS}}Where to send it{{/SHIPS}}{{#SENDS_NOTHING}}Your address{{/SENDS_NOTHING}}</legend>
        <div class="field span-6">
          <label for="email">E-mail address</label>
          <input id="email" type="email" name="email" value="{{EMAIL}}" maxlength="254" required autocomplete="email"{{#EMAIL_INVALID}} aria-invalid="true" aria-describedby="email-error"{{/EMAIL_INVALID}}>
          {{#EMAIL_INVALID}}<p class="field-error" id="email-error">{{EMAIL_ERROR}}</p>{{/EMAIL_INVALID}}
        </div>
        <div class="field span-6">
          <label for="street_address">Street address</label>
          <input id="street_address" name="street_address" value="{{STREET_ADDRESS}}" maxlength="512" required autocomplete="shipping address-line1"{{#STREET_ADDRESS_INVALID}} aria-invalid="true" aria-describedby="street_address-error"{{/STREET_ADDRESS_INVALID}}>
          {{#STREET_ADDRESS_INVALID}}<p class="field-error" id="street_address-error">{{STREET_ADDRESS_ERROR}}</p>{{/STREET_ADDRESS_INVALID}}
        </div>
        <div class="field span-2">
          <label for="zip_code">Postal code</label>
          <input id="zip_code" name="zip_code" value="{{ZIP_CODE}}" maxlength="16" required autocomplete="shipping postal-code"{{#ZIP_CODE_INVALID}} aria-invalid="true" aria-describedby="zip_code-error"{{/ZIP_CODE_INVALID}}>
          {{#ZIP_CODE_INVALID}}<p class="field-error" id="zip_code-error">{{ZIP_CODE_ERROR}}</p>{{/ZIP_CODE_INVALID}}
        </div>
        <div class="field span-4">
          <label for="city">City</label>
          <input id="city" name="city" value="{{CITY}}" maxlength="128" required autocomplete="shipping address-level2"{{#CITY_INVALID}} aria-invalid="true" aria-describedby="city-error"{{/CITY_INVALID}}>
          {{#CITY_INVALID}}<p class="field-error" id="city-error">{{CITY_ERROR}}</p>{{/CITY_INVALID}}
        </div>
        <div class="field span-3">
          <label for="state">State or region</label>
          <input id="state" name="state" value="{{STATE}}" maxlength="128" required autocomplete="shipping address-level1"{{#STATE_INVALID}} aria-invalid="true" aria-describedby="state-error"{{/STATE_INVALID}}>
          {{#STATE_INVALID}}<p class="field-error" id="state-error">{{STATE_ERROR}}</p>{{/STATE_INVALID}}
        </div>
        <div class="field span-3">
          <label for="country">Country</label>
          <input id="country" name="country" value="{{COUNTRY}}" maxlength="128" required autocomplete="shipping country-name"{{#COUNTRY_INVALID}} aria-invalid="true" aria-describedby="country-error"{{/COUNTRY_INVALID}}>
          {{#COUNTRY_INVALID}}<p class="field-error" id="country-error">{{COUNTRY_ERROR}}</p>{{/COUNTRY_INVALID}}
        </div>
      </fieldset>
      <fieldset>
        <legend>How to pay</legend>
        <div class="field span-6">
          <label for="credit_card_number">Card number</label>
          <input class="masked" id="credit_card_number" name="credit_card_number" inputmode="numeric" maxlength="30" required autocomplete="cc-number" spellcheck="false" aria-describedby="credit_card_number-hint{{#CREDIT_CARD_NUMBER_INVALID}} credit_card_number-error{{/CREDIT_CARD_NUMBER_INVALID}}"{{#CREDIT_CARD_NUMBER_INVALID}} aria-invalid="true"{{/CREDIT_CARD_NUMBER_INVALID}}>
          <p class="hint" id="credit_card_number-hint">Visa or Mastercard. To try the shop: <span class="nowrap">4242 4242 4242 4242</span></p>
          {{#CREDIT_CARD_NUMBER_INVALID}}<p class="field-error" id="credit_card_number-error">{{CREDIT_CARD_NUMBER_ERROR}}</p>{{/CREDIT_CARD_NUMBER_INVALID}}
        </div>
        <div class="field span-2">
          <label for="credit_card_expiration_month">Month</label>
          <select id="credit_card_expiration_month" name="credit_card_expiration_month" required autocomplete="cc-exp-month"{{#CREDIT_CARD_EXPIRATION_MONTH_INVALID}} aria-invalid="true" aria-describedby="credit_card_expiration_month-error"{{/CREDIT_CARD_EXPIRATION_MONTH_INVALID}}>
            {{#MONTHS}}<option value="{{MONTH}}"{{#SELECTED}} selected{{/SELECTED}}>{{MONTH_LABEL}}</option>
            {{/MONTHS}}
          </select>
        </div>
        <div class="field span-2">
          <label for="credit_card_expiration_year">Year</label>
          <select id="credit_card_expiration_year" name="credit_card_expiration_year" required autocomplete="cc-exp-year"{{#CREDIT_CARD_EXPIRATION_YEAR_INVALID}} aria-invalid="true" aria-describedby="credit_card_expiration_year-error"{{/CREDIT_CARD_EXPIRATION_YEAR_INVALID}}>
            {{#YEARS}}<option value="{{YEAR}}"{{#SELECTED}} selected{{/SELECTED}}>{{YEAR}}</option>
            {{/YEARS}}
          </select>
        </div>
        <div class="field span-2">
          <label for="credit_card_cvv">CVV</label>
          <input id="credit_card_cvv" type="password" name="credit_card_cvv" inputmode="numeric" pattern="[0-9]{3,4}" title="the three or four digits on the card" maxlength="4" required autocomplete="cc-csc"{{#CREDIT_CARD_CVV_INVALID}} aria-invalid="true" aria-describedby="credit_card_cvv-error"{{/CREDIT_CARD_CVV_INVALID}}>
        </div>
        {{#CREDIT_CARD_EXPIRATION_MONTH_INVALID}}<p class="field-error span-6" id="credit_card_expiration_month-error">{{CREDIT_CARD_EXPIRATION_MONTH_ERROR}}</p>{{/CREDIT_CARD_EXPIRATION_MONTH_INVALID}}
        {{#CREDIT_CARD_EXPIRATION_YEAR_INVALID}}<p class="field-error span-6" id="credit_card_expiration_year-error">{{CREDIT_CARD_EXPIRATION_YEAR_ERROR}}</p>{{/CREDIT_CARD_EXPIRATION_YEAR_INVALID}}
        {{#CREDIT_CARD_CVV_INVALID}}<p class="field-error span-6" id="credit_card_cvv-error">{{CREDIT_CARD_CVV_ERROR}}</p>{{/CREDIT_CARD_CVV_INVALID}}
      </fieldset>
      <button class="button wide" type="submit">Place order <span class="button-note">{{TOTAL}}</span></button>
      <p class="muted small-text">You pay exactly this total. A second click does not order twice.</p>
    </form>
  </section>{{/CHECKOUT}}
  {{#NO_CHECKOUT}}<section class="checkout" aria-labelledby="checkout-title">
    <h2 id="checkout-title">Checkout</h2>
    <p>{{NO_CHECKOUT_TEXT}}</p>
  </section>{{/NO_CHECKOUT}}
  </div>
</div>
{{#RECOMMENDATIONS}}<section class="recommendations" aria-labelledby="recommendations-title">
  <h2 id="recommendations-title">More you might like</h2>
  <ul class="grid">
{{>PRODUCT_CARD}}
  </ul>
</section>{{/RECOMMENDATIONS}}
<script type="module" src="{{ASSET_SCRIPTS_CART_JS}}"></script>
