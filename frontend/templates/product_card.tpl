{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<li class="card">
  <div class="plate"><img src="{{PICTURE_URL}}" alt="" width="600" height="600"{{#LAZY}} loading="lazy"{{/LAZY}}></div>
  <p class="card-name"><a href="{{PRODUCT_URL}}">{{NAME}}</a></p>
  <p class="price">{{PRICE}}</p>
</li>
