{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="empty error-page">
  {{#STATUS_404}}<img src="{{ASSET_IMG_NOT_FOUND_SVG}}" alt="" width="240" height="180">{{/STATUS_404}}
  {{#STATUS_IS_NOT_404}}<img src="{{ASSET_IMG_ERROR_SVG}}" alt="" width="240" height="180">{{/STATUS_IS_NOT_404}}
  <p class="eyebrow">Error {{STATUS}}</p>
  {{#STATUS_400}}<h1>We did not understand that</h1>
  <p>The address or the form was not complete. Go back and try once more.</p>{{/STATUS_400}}
  {{#STATUS_401}}<h1>This shop is not open to everybody</h1>
  <p>It needs a user name and a password. Reload the page to be asked for them again.</p>{{/STATUS_401}}
  {{#STATUS_403}}<h1>This page has grown old</h1>
  <p>For your safety a form works only from a page of this shop, and only for a while. Nothing was changed. Go back, reload the page and try once more.</p>{{/STATUS_403}}
  {{#STATUS_404}}<h1>{{#NO_PRODUCT}}We do not have that product{{/NO_PRODUCT}}{{#NO_ORDER}}We cannot find that order{{/NO_ORDER}}{{#NO_PAGE}}There is nothing here{{/NO_PAGE}}</h1>
  <p>{{#NO_PRODUCT}}It may be sold out for good, or the link may be wrong. Search for it, or look at what else there is.{{/NO_PRODUCT}}{{#NO_ORDER}}Orders are shown only to the browser that placed them. Check the number, or look at your own orders.{{/NO_ORDER}}{{#NO_PAGE}}The page may have moved, or the link may be wrong. Search above, or start from all products.{{/NO_PAGE}}</p>{{/STATUS_404}}
  {{#STATUS_405}}<h1>That does not work here</h1>
  <p>This address cannot be used that way. Start again from a page of the shop.</p>{{/STATUS_405}}
  {{#STATUS_413}}<h1>That was too much at once</h1>
  <p>What was sent is larger than we accept. Make it shorter and try again.</p>{{/STATUS_413}}
  {{#STATUS_415}}<h1>We cannot read that format</h1>
  <p>Send the form from a page of the shop, and it will be understood.</p>{{/STATUS_415}}
  {{#STATUS_422}}<h1>Something in the form is not right</h1>
  <p>Nothing was changed. Go back, correct it and send it again.</p>
  {{#REASONS}}<ul class="tips">
    {{#REASON}}<li>{{REASON_TEXT}}</li>
    {{/REASON}}
  </ul>{{/REASONS}}{{/STATUS_422}}
  {{#STATUS_429}}<h1>A little slower, please</h1>
  <p>There were very many requests from here. Wait a moment, then reload the page.</p>{{/STATUS_429}}
  {{#STATUS_431}}<h1>That was too much at once</h1>
  <p>Your browser sent more than we accept. Clearing the cookies of this shop helps.</p>{{/STATUS_431}}
  {{#STATUS_500}}<h1>Something went wrong on our side</h1>
  <p>It is not your fault. Reload the page; if it happens again, come back a little later.</p>{{/STATUS_500}}
  {{#STATUS_503}}<h1>We will be right back</h1>
  <p>A part of the shop is not answering at the moment. Your cart and your orders are safe. Reload the page {{#RETRY}}in about {{RETRY_TEXT}}{{/RETRY}}{{#RETRY_SOON}}in a little while{{/RETRY_SOON}}.</p>{{/STATUS_503}}
  {{#STATUS_OTHER}}<h1>That did not work</h1>
  <p>Nothing was changed. Start again from a page of the shop.</p>{{/STATUS_OTHER}}
  <p class="actions"><a class="button" href="{{BASE}}/">All products</a>{{#BACK}} <a class="button quiet" href="{{BACK_URL}}">{{BACK_LABEL}}</a>{{/BACK}}</p>
  <p class="muted small-text">Request <span class="code">{{REQUEST_ID}}</span>: mention it if you write to us.</p>
</div>
