{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="empty">
  <img src="{{ASSET_IMG_EMPTY_CART_SVG}}" alt="" width="240" height="180">
  <h1>Your cart is empty</h1>
  <p>What you add to it waits for you here.</p>
  <p><a class="button" href="{{BASE}}/">Continue shopping</a></p>
</div>
{{#RECOMMENDATIONS}}<section class="recommendations" aria-labelledby="recommendations-title">
  <h2 id="recommendations-title">You might like</h2>
  <ul class="grid">
{{>PRODUCT_CARD}}
  </ul>
</section>{{/RECOMMENDATIONS}}
