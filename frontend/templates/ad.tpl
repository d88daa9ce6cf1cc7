{{%AUTOESCAPE context="HTML"}}
{{! SPDX-License-Identifier: Apache-2.0 }}
<aside class="ad" aria-label="Advertisement">
  <span class="tag">Ad</span>
  <a href="{{AD_URL}}">{{AD_TEXT}}</a>
</aside>
