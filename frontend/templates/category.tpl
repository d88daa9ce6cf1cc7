{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="{{BASE}}/">All products</a></li><li aria-current="page">{{CATEGORY_NAME}}</li></ol></nav>
<div class="page-head">
  <h1>{{CATEGORY_NAME}}</h1>
  <p class="muted">{{COUNT_TEXT}}</p>
</div>
<ul class="grid grid-wide">
{{>PRODUCT_CARD}}
</ul>
{{>AD}}
