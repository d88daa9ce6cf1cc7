{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="waiting" data-pending="{{CHECK_URL}}">
  <p class="spinner" aria-hidden="true"></p>
  <h1>We are still working on your order</h1>
  <p class="lead">It takes a little longer than usual to learn whether it was placed.</p>
  <p>There is nothing you need to do, and please do not order again: this page will tell. An order is made once, and your card is charged at most once.</p>
  <p class="actions"><a class="button" href="{{CHECK_URL}}">See how it is going</a>{{#ORDERS_LINK}} <a class="button quiet" href="{{BASE}}/orders">Your orders</a>{{/ORDERS_LINK}}</p>
  <p class="muted small-text">If you write to us, mention request <span class="code">{{REQUEST_ID}}</span>.</p>
</div>
<script type="module" src="{{ASSET_SCRIPTS_PENDING_JS}}"></script>
