"""What a button looks like in somebody's page, and that the page cannot break it nor it the page."""

import pytest

pytestmark = pytest.mark.release

SHIFTS = """<script>
window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(e => { window.shift += e.value }))
  .observe({type: 'layout-shift', buffered: true});
</script>"""


def link(server, count="horizontal", size="", url="https://example.com/a", label="Share", more=""):
    return (
        f'<a class="buttond" href="{server.url}/add" data-url="{url}" data-count="{count}" data-size="{size}" {more}>'
        f"{label}</a>"
    )


def loader(server):
    return f'<script async src="{server.url}/js/button.js"></script>'


def boxes(browser):
    return browser.script(
        """return [...document.querySelectorAll('a.buttond')].map(e => {
             const box = host(e).getBoundingClientRect();
             return [box.width, box.height];
           })"""
    )


@pytest.mark.parametrize("count, expected", [("horizontal", [110, 20]), ("vertical", [55, 62]), ("none", [55, 20])])
@pytest.mark.parametrize("size, scale", [("", 1), ("large", 1.5)])
def test_sizes_are_those_of_the_contract(server, browser, site, count, expected, size, scale):
    browser.open(site.html("/", link(server, count, size) + loader(server)))
    browser.wait_buttons(1)
    assert boxes(browser) == [[side * scale for side in expected]]
    if count != "none":
        browser.wait_counts(["0"])
        assert boxes(browser) == [[side * scale for side in expected]]


@pytest.mark.parametrize("query", ["count=horizontal", "count=vertical&size=large", "count=none", "form=element"])
def test_the_documented_snippet_shifts_nothing(server, browser, site, query):
    code = server.snippet("url=https%3A%2F%2Fexample.com%2Fa&" + query)
    text = "<p>" + "Some words around the button. " * 30 + "</p>"
    body = f"{SHIFTS}<h1>Title</h1><p>Before {code} after.</p>{text}"
    browser.size(800, 600)
    browser.open(site.html("/", body))
    browser.wait_buttons(1)
    if "none" not in query:
        browser.wait_counts(["0"])
    browser.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert browser.script("return window.shift") == 0
    assert browser.console() == []


@pytest.mark.parametrize("lang", ["en", "de", "fi", "lt", "ar-EG", "ja"])
@pytest.mark.parametrize("count, size", [("horizontal", [110, 20]), ("vertical", [55, 62])])
def test_no_count_is_too_wide_for_the_button(server, browser, site, lang, count, size):
    for url, shares in (("https://example.com/a", 123_456), ("https://example.com/b", 123_456_789)):
        server.report_shares([{"url": url, "id": "1", "shares": shares}])
    body = link(server, count) + link(server, count, url="https://example.com/b") + loader(server)
    browser.open(site.html("/", body, lang=lang))
    browser.wait("[...document.querySelectorAll('a.buttond')].every(e => part(e, 'count')?.dataset.shown)")
    assert boxes(browser) == [size, size]
    overflow = """return [...document.querySelectorAll('a.buttond')].map(e => {
      const count = part(e, 'count');
      return Math.max(0, count.scrollWidth - count.clientWidth) })"""
    assert browser.script(overflow) == [0, 0]


def test_the_room_of_a_count_is_there_before_it_whatever_the_label(server, browser, site):
    label = "Share this page with everybody"
    unknown = link(server, url="http://user:pw@example.com/", label=label)
    browser.open(site.html("/", f"<p>{link(server, label=label)}</p><p>{unknown}</p>{loader(server)}"))
    browser.wait_counts(["0", None])
    with_count, without = boxes(browser)
    assert with_count == without
    assert with_count[0] > 110


def test_a_snippet_works_with_the_policy_that_readme_names_and_nothing_more(server, browser, site):
    policy = f"default-src 'none'; script-src {server.url}/js/; connect-src {server.url}/v1/; require-trusted-types-for 'script'"
    body = server.snippet("url=https%3A%2F%2Fexample.com%2Fa&count=vertical&size=regular")
    browser.open(site.html("/", body, Content_Security_Policy=policy))
    browser.wait_counts(["0"])
    assert browser.console() == []
    assert boxes(browser) == [[55, 62]]
    background = "return getComputedStyle(part(document.querySelector('a.buttond'), 'label')).backgroundColor"
    assert browser.script(background) == "rgb(59, 80, 206)"


def test_the_styles_of_the_page_do_not_reach_the_button(server, browser, site):
    hostile = """<style>
      * { all: unset !important; font-size: 40px !important; display: block !important; padding: 9px !important;
          border: 5px solid red !important; color: lime !important; float: right !important }
      a, span { letter-spacing: 1em; text-transform: uppercase; line-height: 4 }
      a::after, span::before { content: " (link)" }
      share-button { opacity: .1; transform: scale(3) }
    </style>"""
    look = """const name = arguments[0];
      return [...document.querySelectorAll('a.buttond, share-button')].map(e => {
        const box = host(e).getBoundingClientRect();
        const text = getComputedStyle(part(e, 'label')), count = getComputedStyle(part(e, 'count'));
        return [box.width, box.height, getComputedStyle(host(e)).opacity, text.fontSize, text.color, text.letterSpacing,
                text.textTransform, text.lineHeight, count.color, count.borderWidth, getComputedStyle(host(e), '::before').content];
      })"""
    body = link(server) + f'<share-button data-url="https://example.com/b">Share</share-button>' + loader(server)
    browser.open(site.html("/plain", body))
    browser.wait_counts(["0", "0"])
    plain = browser.script(look)
    browser.open(site.html("/hostile", body, head=hostile))
    browser.wait_counts(["0", "0"])
    assert browser.script(look) == plain


def test_properties_and_parts_theme_the_button(server, browser, site):
    style = """<style>
      body { --buttond-color: rgb(1, 100, 50); --buttond-text: rgb(250, 250, 0); --buttond-radius: 9px }
      span::part(count) { color: rgb(200, 0, 0) }
    </style>"""
    browser.open(site.html("/", link(server) + loader(server), head=style))
    browser.wait_counts(["0"])
    css = "return getComputedStyle(part(document.querySelector('a.buttond'), arguments[0]))[arguments[1]]"
    assert browser.script(css, "label", "backgroundColor") == "rgb(1, 100, 50)"
    assert browser.script(css, "label", "color") == "rgb(250, 250, 0)"
    assert browser.script(css, "label", "borderTopLeftRadius") == "9px"
    assert browser.script(css, "count", "color") == "rgb(200, 0, 0)"


@pytest.mark.parametrize(
    "lang, shares, shown, exact",
    [
        ("en", 1234, "1.2K", "1,234"),
        ("de", 1234567, "1,2\xa0Mio.", "1.234.567"),
        ("ja", 12345, "1.2万", "12,345"),
        ("ar-EG", 1234, "١٫٢\xa0ألف", "١٬٢٣٤"),
        ("not_a_tag", 1234, "1234", "1234"),
    ],
)
def test_counts_are_in_the_language_of_the_page(server, browser, site, lang, shares, shown, exact):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": shares}])
    browser.open(site.html("/", link(server) + loader(server), lang=lang))
    browser.wait_counts([shown])
    name = browser.script("return part(document.querySelector('a.buttond'), 'button').getAttribute('aria-label')")
    assert name == f"Share this page, {exact} shares"


@pytest.mark.parametrize("lang, direction, label", [("ar", "rtl", "مشاركة"), ("ja", "ltr", "共有")])
def test_a_page_in_another_script_fits_and_reads_in_its_direction(server, browser, site, lang, direction, label):
    body = link(server, label=label, more='data-shares="x"') + loader(server)
    browser.open(site.html("/", body, lang=lang, attributes=f' dir="{direction}"'))
    browser.wait_counts(["٠" if lang == "ar-EG" else "0"])
    box = "return part(document.querySelector('a.buttond'), arguments[0]).getBoundingClientRect().x"
    assert (browser.script(box, "count") < browser.script(box, "label")) == (direction == "rtl")
    name = browser.script("return part(document.querySelector('a.buttond'), 'button').getAttribute('aria-label')")
    assert name.startswith(f"{label}, ")
    overflow = """const label = part(document.querySelector('a.buttond'), 'label');
      return label.scrollWidth > label.clientWidth || label.scrollHeight > label.clientHeight + 2"""
    assert browser.script(overflow) is False


def test_one_share_is_one_share_and_an_unknown_number_is_none(server, browser, site):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 1}])
    body = link(server) + link(server, url="http://user:pw@example.com/") + loader(server)
    browser.open(site.html("/", body))
    browser.wait_counts(["1", None])
    names = "return [...document.querySelectorAll('a.buttond')].map(e => part(e, 'button').getAttribute('aria-label'))"
    assert browser.script(names) == ["Share this page, 1 share", "Share this page"]


def test_schemes_forced_colours_and_print(server, browser, site):
    head = '<meta name="color-scheme" content="light dark">'
    browser.open(site.html("/", link(server) + loader(server), head=head))
    browser.wait_counts(["0"])
    count = "return getComputedStyle(part(document.querySelector('a.buttond'), 'count'))"
    light = browser.script(count + ".backgroundColor")
    browser.media(prefers_color_scheme="dark")
    dark = browser.script(count + ".backgroundColor")
    assert light == "rgb(255, 255, 255)" and dark != light
    browser.media(forced_colors="active")
    label = "return getComputedStyle(part(document.querySelector('a.buttond'), 'label'))"
    assert browser.script(label + ".borderTopStyle") == "solid"
    assert browser.script(label + ".borderTopColor") != "rgba(0, 0, 0, 0)"
    browser.media("print")
    assert browser.script("return getComputedStyle(host(document.querySelector('a.buttond'))).display") == "none"


def test_nothing_moves_for_a_reader_who_asked_for_less_motion(server, browser, site):
    browser.media(prefers_reduced_motion="reduce")
    browser.open(site.html("/", link(server) + loader(server)))
    browser.wait_counts(["0"])
    assert browser.script("return document.getAnimations({subtree: true}).length") == 0
    duration = "return getComputedStyle(part(document.querySelector('a.buttond'), 'label')).transitionDuration"
    assert browser.script(duration) == "0s"


def test_at_four_hundred_percent_nothing_is_cut_off(server, browser, site):
    browser.size(320, 640)
    body = "".join(link(server, count, "large") for count in ("horizontal", "vertical", "none"))
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["0", "0", None])
    assert browser.script("return document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_of_buttons_has_no_violation(server, browser, site, scheme):
    body = "<main><h1>Buttons</h1>" + "".join(
        f"<p>{link(server, count, size)}</p>" for count in ("horizontal", "vertical", "none") for size in ("", "large")
    )
    browser.media(prefers_color_scheme=scheme)
    head = '<meta name="color-scheme" content="light dark">'
    browser.open(site.html("/", body + "</main>" + loader(server), head=head))
    browser.wait_counts(["0"] * 4 + [None] * 2)
    assert browser.violations() == []
