{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="{{BASE}}/">All products</a></li>{{#CATEGORY}}<li><a href="{{CATEGORY_URL}}">{{CATEGORY_NAME}}</a></li>{{/CATEGORY}}<li aria-current="page">{{NAME}}</li></ol></nav>
<article class="product">
  <div class="plate plate-large"><img src="{{PICTURE_URL}}" alt="{{NAME}}" width="600" height="600" fetchpriority="high"></div>
  <div class="product-text">
    <h1>{{NAME}}</h1>
    <p class="price price-large">{{PRICE}}</p>
    <p class="description">{{DESCRIPTION_LONG}}</p>
    <form class="buy" action="{{BASE}}/cart" method="post" data-add-to-cart>
      <input type="hidden" name="csrf_token" value="{{CSRF}}">
      <input type="hidden" name="product_id" value="{{PRODUCT_ID}}">
      <p class="field">
        <label for="quantity">Quantity</label>
        <select id="quantity" name="quantity" autocomplete="off">
          <option value="1">1</option>
          <option value="2">2</option>
          <option value="3">3</option>
          <option value="4">4</option>
          <option value="5">5</option>
          <option value="10">10</option>
        </select>
      </p>
      <button class="button" type="submit">Add to cart</button>
      <p class="added" role="status" data-added></p>
    </form>
    {{#PACKAGING}}<section class="packaging" aria-labelledby="packaging-title">
      <h2 id="packaging-title">Packaging</h2>
      <dl>
        {{#PACKAGING_FACTS}}<div><dt>{{FACT_NAME}}</dt><dd>{{FACT_VALUE}}</dd></div>
        {{/PACKAGING_FACTS}}
      </dl>
    </section>{{/PACKAGING}}
    <p class="muted small-text">Item number {{PRODUCT_ID}}</p>
  </div>
</article>
{{#RECOMMENDATIONS}}<section class="recommendations" aria-labelledby="recommendations-title">
  <h2 id="recommendations-title">More you might like</h2>
  <ul class="grid">
{{>PRODUCT_CARD}}
  </ul>
</section>{{/RECOMMENDATIONS}}
{{>AD}}
