{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="hero">
  <h1>Hot Products</h1>
  <p class="lead">Good, simple things for the wardrobe, the kitchen and the weekend.</p>
</div>
{{#PRODUCTS}}<ul class="grid grid-wide">
{{>PRODUCT_CARD}}
</ul>{{/PRODUCTS}}
{{#NO_PRODUCTS}}<div class="empty">
  <img src="{{ASSET_IMG_NO_RESULTS_SVG}}" alt="" width="240" height="180">
  <h2>The shelves are empty</h2>
  <p>There is nothing on sale at the moment. Please come back a little later.</p>
</div>{{/NO_PRODUCTS}}
{{>AD}}
