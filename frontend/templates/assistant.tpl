{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="assistant">
  <div class="page-head">
    <h1>Shopping assistant</h1>
  </div>
  <p class="lead">Say what you need, or what a room looks like, and get a suggestion from our shelves.</p>
  <noscript><p class="notice">The assistant answers in this page and needs scripts. The <a href="{{BASE}}/">products</a> and the search above work without them.</p></noscript>
  <div class="chat" role="log" aria-label="Conversation" tabindex="0" data-chat>
    <p class="bubble bubble-shop">Hello! What can I help you find?</p>
  </div>
  <form class="chat-form" action="{{BASE}}/bot" method="post" data-assistant data-product-meta="{{BASE}}/product-meta/" data-product="{{BASE}}/product/">
    <input type="hidden" name="csrf_token" value="{{CSRF}}">
    <p class="field">
      <label for="message">Your message</label>
      <textarea id="message" name="message" rows="2" maxlength="2000" required></textarea>
    </p>
    <button class="button" type="submit">Send</button>
  </form>
</div>
<script type="module" src="{{ASSET_SCRIPTS_ASSISTANT_JS}}"></script>
