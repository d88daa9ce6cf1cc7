# SPDX-License-Identifier: Apache-2.0
"""What a PromQL expression looks at: its metrics, the labels that it selects them by and those that it groups by."""
import re

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\[[^\]]*\]|[A-Za-z_:][A-Za-z0-9_:]*|[0-9.]+[a-zA-Z0-9.]*|[=!<>]=|=~|!~|\S')
GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}
NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*$")


def read(expression):
    """Its selectors as [(metric, {label, …})] in order, and the set of labels that it groups or joins by."""
    tokens = TOKEN.findall(expression.replace("$__rate_interval", "1m"))
    selectors, grouped = [], set()
    at = 0
    while at < len(tokens):
        token, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        if not NAME.match(token) or token.lower() in WORDS:
            at += 1
        elif token.lower() in GROUPING:
            end = at + 1
            if following == "(":
                end = tokens.index(")", at)
                grouped.update(word for word in tokens[at + 2:end] if NAME.match(word))
            at = end + 1 if following == "(" else at + 1
        elif following == "(" or following.lower() in ("by", "without"):  # a function or an aggregation
            at += 1
        elif following == "{":
            end = tokens.index("}", at)
            labels = {tokens[i] for i in range(at + 2, end) if NAME.match(tokens[i]) and tokens[i + 1] in
                      ("=", "=~", "!=", "!~")}
            selectors.append((token, labels))
            at = end + 1
        else:
            selectors.append((token, set()))
            at += 1
    return selectors, grouped


def self_test():
    expression = '''sum by (namespace, app) (rate(a_total{job="x(y", code=~"5.."}[5m])) / on (app) group_left (pod)
        max(b:c:rate5m > 0) or vector(0) and 14.4 * count_over_time(up[1h]) unless -d{} offset 5m'''
    selectors, grouped = read(expression)
    assert selectors == [("a_total", {"job", "code"}), ("b:c:rate5m", set()), ("up", set()), ("d", set())], selectors
    assert grouped == {"namespace", "app", "pod"}, grouped
    assert read('histogram_quantile(0.99, sum by (le) (rate(x_bucket{namespace="$n"}[$__rate_interval])))') == (
        [("x_bucket", {"namespace"})], {"le"})
