"""The names that authors put into their pages, and those of the dashboard (operators block too), held against the rules of blockers' lists that come near them.

The old names are on these lists, and work for ever where nobody blocks; snippets and README use the others. The rules
are those whose words ours share, out of the lists of the date given; a list is never copied here.
"""

import html
import re

import pytest

from buttond import ROOT

# list, its date, rule: of an address (a part of it, as the lists write it), or behind "##" of an element.
RULES = [
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/pixel.gif?"),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/cb-pixel.gif?"),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/js/pixel.js|"),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/stats.php?type="),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/stats/CounterPage."),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/swlapi/stats|"),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", ".com/api/stats?t="),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/shared-content/art/stats/common/tracker.js"),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/shared/js/ga.js|"),
    ("AdGuard Tracking Protection, with EasyPrivacy", "2026-03-20", "/cdn-cgi/pe/bag2?*chartbeat.js"),
    ("AdGuard Social Media", "2026-03-20", "/linebutton_"),
    ("AdGuard Social Media", "2026-03-20", "/sharedaddy/sharing.js"),
    ("AdGuard Social Media", "2026-03-20", "/heart_it_button.js"),
    ("AdGuard Social Media", "2026-03-20", "/sharing_buttons.js"),
    ("AdGuard Social Media", "2026-03-20", "/shareaholic.js"),
    ("AdGuard Social Media", "2026-03-20", "##share-widget"),
    ("AdGuard Social Media", "2026-03-20", "##amp-social-share"),
    ("AdGuard Social Media", "2026-03-20", "##a[data-share-url]"),
    ("EasyList Social", "2026-11-26", "##share-button"),
    ("EasyList Social", "2026-11-26", "###share-button"),
    ("EasyList Social", "2026-11-26", "###share-buttons"),
    ("EasyList Social", "2026-11-26", "###shareButton1"),
]


def blocks(rule, address):
    """Whether a rule for addresses matches: a part of one; `^` is a separator, `|` its beginning or end."""
    pattern = re.escape(rule).replace(r"\^", r"(?:[^\w.%-]|$)").replace(r"\*", ".*")
    pattern = re.sub(r"^\\\|\\\|", r"^[a-z]+://(?:[^/]*\\.)?", pattern)
    pattern = re.sub(r"\\\|$", "$", re.sub(r"^\\\|", "^", pattern))
    return re.search(pattern, address, re.IGNORECASE) is not None


def hides(rule, markup):
    """Whether a rule for elements, `tag`, `.class`, `#id`, or any of these with `[attribute]`, matches one in `markup`."""
    tag, kind, name, attribute = re.fullmatch(r"([\w-]*)([.#]?)([\w-]*)(?:\[([\w-]+)\])?", rule).groups()
    for element, attributes in re.findall(r"<([a-z][\w-]*)([^>]*)>", markup):
        has = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        if (
            (not tag or element == tag)
            and (kind != "." or name in has.get("class", "").split())
            and (kind != "#" or has.get("id") == name)
            and (not attribute or attribute in has)
        ):
            return True
    return False


def blocked(markup):
    addresses = [html.unescape(one) for one in re.findall(r"""(?:https?://[^\s"'<>)]+)""", markup)]
    found = []
    for name, date, rule in RULES:
        if rule.startswith("##"):
            found += [(name, date, rule)] if hides(rule[2:], markup) else []
        else:
            found += [(name, date, rule, address) for address in addresses if blocks(rule, address)]
    return found


@pytest.mark.parametrize("form", ["html", "element", "iframe", "markdown", "wordpress"])
def test_no_snippet_uses_a_name_that_blockers_know(server, form):
    code = server.snippet(f"url=https%3A%2F%2Fexample.com%2Fa&form={form}")
    assert "http" in code
    assert blocked(code) == []


def test_no_example_in_readme_uses_a_name_that_blockers_know():
    text = (ROOT / "README.md").read_text()
    examples = "".join(re.findall(r"```html\n(.*?)```", text, re.DOTALL))
    assert "buttond" in examples
    assert blocked(examples) == []
    # The routes that pages ask, as the table of routes has them.
    for path in re.findall(r"`GET (/[^`\s]*)`", text):
        name = re.sub(r"\[.*|\.\..*", "x", path)
        if name.startswith(("/js", "/v1", "/button", "/seen", "/add")):
            assert blocked(f"https://share.example.com{name}") == [], name


# Words that lists are made of: a rule may come for any of them. The page itself is what somebody asked for by its name.
WORDS_OF_LISTS = ["stats", "analytics", "track", "pixel", "count", "hit", "log", "metric", "beacon", "collect", "event", "ads"]


def test_the_dashboard_loads_nothing_by_a_name_that_blockers_know(server):
    page = server.get("/stats", base=server.admin_url).text
    loaded = re.findall(r'(?:href|src)="(dashboard/[^"]*)"', page)
    script = next(one for one in loaded if one.startswith("dashboard/screen.") and one.endswith(".js"))
    asked = re.findall(r"\b(now|line|sites|link)\b", server.get("/" + script, base=server.admin_url).text)
    assert set(asked) == {"now", "line", "sites", "link"}
    addresses = loaded + [f"dashboard/{name}?range=24h" for name in set(asked)]
    assert len(addresses) > 8
    for address in addresses:
        assert blocked(f"https://share.example.com/ops/share/{address}") == []
        if not address.endswith(".csv"):  # those are links, which a person follows
            assert [word for word in WORDS_OF_LISTS if word in re.sub(r"[0-9a-f]{16}", "", address)] == [], address
    assert blocked(page) == []


def test_the_rules_find_the_old_names():
    assert blocked('<img src="https://share.example.com/pixel.gif?url=x">')
    assert blocked('<share-button data-url="x"></share-button>')
    assert not blocked('<a class="buttond" href="https://share.example.com/add"></a><buttond-button></buttond-button>')
