{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<div class="page-head">
  <h1>{{#HAS_QUERY}}Results for <q>{{QUERY}}</q>{{/HAS_QUERY}}{{#NO_QUERY}}Search{{/NO_QUERY}}</h1>
  <p class="muted" role="status">{{COUNT_TEXT}}</p>
</div>
{{#CORRECTED}}<p class="notice">Nothing matches <q>{{QUERY}}</q> exactly. Showing results close to it.</p>{{/CORRECTED}}
{{#FILTERS}}<form class="filters" action="{{BASE}}/search" method="get" aria-label="Filter the results">
  <input type="hidden" name="q" value="{{QUERY}}">
  <p class="field">
    <label for="filter-category">Category</label>
    <select id="filter-category" name="category">
      <option value="">All categories</option>
      {{#FILTER_CATEGORIES}}<option value="{{CATEGORY_VALUE}}"{{#SELECTED}} selected{{/SELECTED}}>{{CATEGORY_NAME}}</option>
      {{/FILTER_CATEGORIES}}
    </select>
  </p>
  <p class="field">
    <label for="filter-min">Price from ({{CURRENCY_CODE}})</label>
    <input id="filter-min" name="min_price" value="{{MIN_PRICE}}" inputmode="decimal" maxlength="12" autocomplete="off"{{#MIN_PRICE_INVALID}} aria-invalid="true" aria-describedby="filter-error"{{/MIN_PRICE_INVALID}}>
  </p>
  <p class="field">
    <label for="filter-max">Price to ({{CURRENCY_CODE}})</label>
    <input id="filter-max" name="max_price" value="{{MAX_PRICE}}" inputmode="decimal" maxlength="12" autocomplete="off"{{#MAX_PRICE_INVALID}} aria-invalid="true" aria-describedby="filter-error"{{/MAX_PRICE_INVALID}}>
  </p>
  <p class="filter-actions">
    <button class="button quiet" type="submit">Apply filters</button>
    {{#FILTERED}}<a href="{{CLEAR_URL}}">Clear filters</a>{{/FILTERED}}
  </p>
  {{#FILTER_ERROR}}<p class="field-error" id="filter-error">{{FILTER_ERROR_TEXT}}</p>{{/FILTER_ERROR}}
</form>{{/FILTERS}}
{{#RESULTS}}<ul class="grid">
{{>PRODUCT_CARD}}
</ul>
{{#MORE}}<p class="more"><a class="button quiet" href="{{MORE_URL}}">More results</a></p>{{/MORE}}{{/RESULTS}}
{{#NO_RESULTS}}<div class="empty">
  <img src="{{ASSET_IMG_NO_RESULTS_SVG}}" alt="" width="240" height="180">
  {{#HAS_QUERY}}<h2>Nothing found for <q>{{QUERY}}</q></h2>{{/HAS_QUERY}}
  {{#NO_QUERY}}<h2>What are you looking for?</h2>{{/NO_QUERY}}
  <p>Some things that help:</p>
  <ul class="tips">
    {{#FILTERED}}<li><a href="{{CLEAR_URL}}">Remove the filters</a> and search again.</li>{{/FILTERED}}
    <li>Try a shorter or more general word: <q>jar</q> rather than <q>large storage jar</q>.</li>
    <li>Look through a category above, or at <a href="{{BASE}}/">all products</a>.</li>
  </ul>
</div>
{{#SUGGESTIONS}}<section aria-labelledby="suggestions-title">
  <h2 id="suggestions-title">Popular right now</h2>
  <ul class="grid">
{{>PRODUCT_CARD}}
  </ul>
</section>{{/SUGGESTIONS}}{{/NO_RESULTS}}
