"""How a bar looks, and that the floating one never lies over anything: by what is hit at each point of the page."""

import re
import subprocess
import urllib.parse

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from blog import PLUGIN
from browser import Site
from buttond import wait_until
from engines import STARTERS

FIVE = ["mastodon", "bluesky", "whatsapp", "linkedin", "email"]
ALL = ["mastodon", "bluesky", "x", "linkedin", "facebook", "reddit", "hackernews", "whatsapp", "telegram", "email"]

WORDS = "Sed ut perspiciatis unde omnis iste natus error sit voluptatem accusantium doloremque laudantium, totam rem. " * 4


def paragraphs(number):
    return "".join(f"<!-- wp:paragraph -->\n<p>{WORDS}</p>\n<!-- /wp:paragraph -->\n\n" for _ in range(number))


def block(name, attributes, inner):
    return f"<!-- wp:{name} {attributes} -->\n{inner}\n<!-- /wp:{name} -->\n\n"


def aligned(name, where, inner):
    """A pulled quote, a group or a table that leaves the column of the text."""
    return block(name, f'{{"align":"{where}"}}', inner)


def quote(where, link):
    inner = f'<blockquote><p>Pulled <a href="{link}">out</a></p></blockquote>'
    return aligned("pullquote", where, f'<figure class="wp-block-pullquote align{where}">{inner}</figure>')


COLUMN = '<!-- wp:column --><div class="wp-block-column"><p><a href="/c">column</a></p></div><!-- /wp:column -->'
GROUP = '<div class="wp-block-group alignfull"><p><a href="/a">A link in a wide group</a></p></div>'
TABLE = '<table><tbody><tr><td><a href="/b">b</a></td><td>c</td></tr></tbody></table>'
PICTURE = '<img class="alignleft" src="/wp-includes/images/w-logo-blue.png" alt="" width="80" height="80"> '
CLASSIC = '<!-- wp:html --><p class="alignleft"><a href="/l">left</a></p><p class="alignright"><a href="/r">right</a></p><!-- /wp:html -->'

POSTS = {
    "long": paragraphs(14),
    "short": "<!-- wp:paragraph --><p>Two words.</p><!-- /wp:paragraph -->",
    "middling": paragraphs(2),
    "classic": PICTURE + WORDS * 9,
    "words": paragraphs(4) + f"<p>{'Donaudampfschifffahrt' * 40}</p><pre>{'code ' * 99}</pre>" + paragraphs(4),
    "table": paragraphs(4) + f"<table><tr>{'<td>A cell of a table</td>' * 30}</tr></table>" + paragraphs(4),
    "wide": paragraphs(3)
    + aligned("group", "full", GROUP)
    + paragraphs(3)
    + aligned("table", "wide", f'<figure class="wp-block-table alignwide">{TABLE}</figure>')
    + paragraphs(3),
    "mixed": paragraphs(2)
    + CLASSIC
    + quote("left", "/q")
    + quote("right", "/s")
    + block("separator", '{"className":"is-style-wide"}', '<hr class="wp-block-separator is-style-wide"/>')
    + block("columns", "{}", f'<div class="wp-block-columns">{COLUMN * 2}</div>')
    + paragraphs(6),
}

# Whatever of the page, but for the text that a bar at the bottom lets pass, is hit where the bar is instead: at positions
# of the page that are a third of the window apart. And in how many places the bar was, at the side or not.
COVERED = """
const bar = document.querySelector('.buttond-floating .buttond-bar');
const content = document.querySelector('.buttond-floating').parentElement;
const found = [], sides = new Set();
const probe = (what, box) => {
  if (box.bottom < 0 || box.top > innerHeight) return;
  for (const x of [box.left + 2, (box.left + box.right) / 2, box.right - 2])
    for (const y of [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2])
      if (x > 0 && y > 0 && x < innerWidth && y < innerHeight && bar.contains(document.elementFromPoint(x, y)))
        return found.push([scrollY, what]);
};
for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 3) {
  scrollTo({ top, behavior: 'instant' });
  const side = getComputedStyle(bar).flexDirection == 'column';
  sides.add(side);
  for (const element of document.querySelectorAll('a, button, input, textarea, img, table, hr')) {
    if (bar.contains(element) || !side && content.contains(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
    for (const box of element.getClientRects()) probe(element.outerHTML.slice(0, 80), box);
  }
  const texts = document.createTreeWalker(side ? document.body : bar, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.data.trim() || bar.contains(node) || !node.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) probe(node.data.slice(0, 40), box);
  }
}
return [found, [...sides]];
"""

# Sources of layout shifts that are ours, or stand behind one of ours in the same element.
SHIFTED = """
const done = arguments[0];
const ours = [...document.querySelectorAll('.buttond-bar, .buttond-floating')];
const found = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) for (const { node } of entry.sources) {
    const element = node?.nodeType == 1 ? node : node?.parentElement;
    if (element && ours.some((one) => one.contains(element) || element.contains(one) && element.matches('.entry-content') ||
        one.compareDocumentPosition(element) & 4 && one.parentElement.contains(element))) found.push(element.outerHTML.slice(0, 100));
  }
}).observe({ type: 'layout-shift', buffered: true });
setTimeout(() => done(found), 200);
"""

BANNER = """<?php add_action( 'wp_%s', function () { ?>
<div id="consent" style="position:fixed;inset:auto 0 0;z-index:%s;padding:12px;background:#222;color:#fff">
We ask you. <button>Refuse</button> <button>Agree</button> <a href="/privacy" style="color:#fff">More</a></div>
<footer id="long"><?php for ( $i = 0; $i < 40; $i++ ) : ?><p><a href="/?f=<?php echo $i; ?>" style="display:block">A footer's link</a></p>
<?php endfor; ?></footer><?php } );"""

THEMES = ["twentytwentyone", "twentytwentythree", "twentytwentyfive"]


@pytest.fixture(params=THEMES)
def themed_blog(request):
    """A blog in each of three themes; the oldest is in the older WordPress only."""
    blog = request.getfixturevalue("old_blog" if request.param == "twentytwentyone" else "blog")
    blog.php(f"switch_theme( '{request.param}' );")
    return blog


def show(browser, blog, path, width, scheme="light"):
    """Opens a page of a blog as a telephone, a tablet, or a wide screen."""
    touch = width < 1000
    browser.media(prefers_color_scheme=scheme)
    browser.command("Emulation.setTouchEmulationEnabled", enabled=touch, maxTouchPoints=5 if touch else 1)
    browser.size(width, 1024 if width > 500 else 740, mobile=touch)
    return browser.open(path)


@pytest.fixture(autouse=True)
def untouched(browser):
    yield
    browser.command("Emulation.setTouchEmulationEnabled", enabled=False)


def covered(browser):
    """What the floating bar lies over at any position of the page; and whether it is at the side."""
    found, sides = browser.script(COVERED)
    assert len(sides) == 1, "it changed its place"
    return found, sides[0]


def test_the_floating_bar_lies_over_nothing(themed_blog, server, browser):
    themed_blog.set_up(server, positions=["below", "floating"], places=FIVE)
    links = {name: themed_blog.permalink(themed_blog.post(name, content)) for name, content in POSTS.items()}
    extra = themed_blog.site / "wp-content/mu-plugins/banner.php"
    extra.write_text(BANNER % ("footer", "9999"))
    try:
        for side, width, names in [
            ("start", 360, ["long", "wide"]),
            ("start", 768, ["long", "mixed"]),
            ("start", 1440, list(POSTS)),
            ("end", 1440, ["long", "wide", "mixed", "words"]),
        ]:
            themed_blog.set_up(server, side=side)
            beside = {"start": ["long", "middling", "classic", "words"], "end": ["long"]}[side]
            for name in names:
                show(browser, themed_blog, links[name], width)
                browser.wait_buttons(2)
                if name not in ("words", "table"):
                    assert browser.script("return document.documentElement.scrollWidth") <= width, (name, width)
                assert browser.driver.execute_async_script(SHIFTED) == [], (name, width)
                found, at_side = covered(browser)
                assert found == [], (name, width, side)
                if name != "short":  # whose height, a theme's own, has room for the bar or not
                    assert at_side == (width == 1440 and name in beside), (name, width, side)
    finally:
        extra.unlink()


@pytest.mark.parametrize("hook,layer", [("footer", "auto"), ("footer", "1"), ("body_open", "9")])
def test_a_consent_banner_stays_above_the_bar(blog, server, browser, hook, layer):
    blog.set_up(server, positions=["bottom"])
    link = blog.permalink(blog.post("A post", POSTS["long"]))
    extra = blog.site / "wp-content/mu-plugins/banner.php"
    extra.write_text(BANNER % (hook, layer))
    try:
        show(browser, blog, link, 360)
        browser.script("document.querySelector('#long').remove()")
        assert covered(browser) == ([], False)
    finally:
        extra.unlink()


def test_without_anchors_it_is_the_bar_at_the_bottom(blog, server, browser):
    """As browsers show it that do not know anchor positioning."""
    blog.set_up(server, positions=["floating"])
    link = blog.permalink(blog.post("A post", POSTS["long"]))
    show(browser, blog, link, 1440)
    browser.wait_buttons(1)
    taken = browser.script(
        """const sheet = document.querySelector('link[href*="bar.css"]').sheet;
        const rules = [...sheet.cssRules], at = rules.findIndex(rule => rule instanceof CSSSupportsRule);
        sheet.deleteRule(at); return rules.length - sheet.cssRules.length"""
    )
    assert taken == 1
    assert covered(browser) == ([], False)
    browser.script("scrollTo({top: 600, behavior: 'instant'})")
    bottom = browser.script("return innerHeight - document.querySelector('.buttond-floating .buttond-bar').getBoundingClientRect().bottom")
    assert 0 <= bottom < 20


@pytest.mark.parametrize("engine", STARTERS)
def test_readers_engines_agree_where_the_bar_stands(blog, server, engine):
    """Beside the text, on its other side where it is read from right to left, and at the bottom of a telephone."""
    blog.set_up(server, positions=["floating"])
    text = blog.get(blog.permalink(blog.post("A post", POSTS["long"]))).text
    text = text.replace(blog.url(), f"http://127.0.0.1:{blog.port}/")
    site, starting = Site("127.0.0.1"), STARTERS[engine]()
    try:
        reader = next(starting)
        for direction in ("ltr", "rtl"):
            site.page(f"/{direction}", text.replace("<html", f'<html dir="{direction}"', 1))
            for width in (1440, 360):
                reader.open(site.page(f"/{direction}{width}", f'<iframe src="/{direction}" width="{width}" height="900"></iframe>'))
                reader.wait(
                    "document.readyState == 'complete' && document.querySelector('iframe').contentDocument.querySelector('.buttond-bar') != null"
                )
                bar, column, top = reader.script(
                    """const frame = document.querySelector('iframe'), page = frame.contentDocument;
                    frame.contentWindow.scrollTo(0, 900);
                    const box = (name) => page.querySelector(name).getBoundingClientRect();
                    const bar = box('.buttond-floating .buttond-bar'), text = box('.entry-content p');
                    return [[bar.left, bar.right], [text.left, text.right], bar.top]"""
                )
                if width == 360:
                    assert top > 800 and bar[0] >= 0 and bar[1] <= 360
                elif direction == "ltr":
                    assert 0 < bar[0] < bar[1] <= column[0] and top == 180
                else:
                    assert column[1] <= bar[0] < bar[1] < 1440 and top == 180
    finally:
        starting.close()
        site.close()


def test_other_columns_are_no_room(blog, server, browser):
    """A column beside the content, as in the templates of older themes: the bar at the side would lie over it."""
    blog.set_up(server, positions=["floating"])
    link = blog.permalink(blog.post("A post", POSTS["long"]))
    show(browser, blog, link, 1440)
    browser.script(
        """const content = document.querySelector('.entry-content'), row = document.createElement('div'), aside = document.createElement('aside');
        row.style = 'display: grid; grid-template-columns: 300px 700px; max-width: 1000px; margin: 0 auto';
        content.className = 'entry-content';
        for (let i = 0; i < 60; i++) aside.innerHTML += '<p><a href="/x" style="display: block; text-align: right">A link beside the text</a></p>';
        content.replaceWith(row);
        row.append(aside, content);"""
    )
    assert covered(browser) == ([], False)


def test_the_end_of_the_text_is_not_under_the_bar(themed_blog, server, browser):
    themed_blog.set_up(server, positions=["bottom"], places=FIVE)
    link = themed_blog.permalink(themed_blog.post("A post", POSTS["long"]))
    show(browser, themed_blog, link, 360)
    browser.wait_buttons(1)
    browser.script("scrollTo({top: 1e6, behavior: 'instant'})")
    gap = browser.script(
        """const texts = document.querySelectorAll('.entry-content > p');
        return document.querySelector('.buttond-floating .buttond-bar').getBoundingClientRect().top - [...texts].pop().getBoundingClientRect().bottom"""
    )
    assert gap >= 0
    # Who goes to a link by keyboard sees it: it is not left under the bar.
    browser.script(
        """const link = document.createElement('a'); link.href = '#'; link.textContent = 'here';
        document.querySelectorAll('.entry-content > p')[7].append(link);
        scrollTo({top: 0, behavior: 'instant'}); link.focus();"""
    )
    top, bar = browser.script(
        """return [document.activeElement.getBoundingClientRect().bottom,
        document.querySelector('.buttond-floating .buttond-bar').getBoundingClientRect().top]"""
    )
    assert top <= bar


@pytest.mark.parametrize("style,size", [("horizontal", "regular"), ("vertical", "large"), ("none", "regular")])
def test_targets_are_large_enough(blog, server, browser, style, size):
    blog.set_up(server, positions=["above", "floating"], places=ALL, style=style, size=size)
    link = blog.permalink(blog.post("A post", POSTS["long"]))
    for width, least in ((1440, 24), (768, 44), (360, 44)):
        show(browser, blog, link, width)
        browser.wait_buttons(2)
        sizes = browser.script(
            """const find = (selector) => [...document.querySelectorAll(selector)];
            const all = [...find('.buttond-bar li a'), ...find('.buttond-bar a.buttond').map(e => part(e, 'button'))];
            return all.map(e => e.getBoundingClientRect()).map(b => [b.width, b.height])"""
        )
        assert len(sizes) == 22
        assert min(min(one) for one in sizes) >= least, (width, sizes)
        # Without its script the link is as high.
        high = browser.script(
            "const e = document.querySelector('.buttond-bar > .buttond'); e.style = ''; return e.getBoundingClientRect().height"
        )
        assert high >= least


def test_the_count_comes_without_a_shift(themed_blog, server, browser):
    for style, size in (("horizontal", "regular"), ("vertical", "large"), ("none", "regular")):
        themed_blog.set_up(server, positions=["above", "below", "floating"], style=style, size=size, minimum=0)
        link = themed_blog.permalink(themed_blog.post(f"A {style} {size} post", POSTS["middling"]))
        show(browser, themed_blog, link, 1440)
        browser.wait_counts([None if style == "none" else "0"] * 3)
        assert browser.driver.execute_async_script(SHIFTED) == [], (style, size)


def test_icons_are_those_of_the_servers_places(server):
    """The style sheet has the drawings of the share page's places."""
    sheet = (PLUGIN / "assets/bar.css").read_text()
    page = server.get("/add?url=https://example.com/").text
    for place in ALL:
        ours = re.search(rf'(?:buttond-to-|data-place="){place}(?:"\])?::before {{\s*clip-path: path\(evenodd, "([^"]+)"\)', sheet)
        assert ours, place
        assert f'd="{ours[1]}"' in page, place


def test_the_style_sheet_is_small_and_asks_nobody():
    sheet = (PLUGIN / "assets/bar.css").read_text()
    packed = subprocess.run(["brotli", "-q", "11", "-c"], input=sheet.encode(), capture_output=True, check=True).stdout
    assert len(packed) <= 2048
    assert "url(" not in sheet and "@import" not in sheet and "data:" not in sheet


def test_names_are_out_of_sight_and_icons_are_seen(blog, server, browser):
    """Also in forced colours, light and dark, and where it is read from right to left."""
    blog.set_up(server, positions=["above"], places=ALL)
    link = blog.permalink(blog.post("A post", POSTS["short"]))
    for features, direction in [({}, "ltr"), ({}, "rtl"), ({"forced_colors": "active"}, "ltr"), ({"forced_colors": "active", "prefers_color_scheme": "dark"}, "ltr")]:
        show(browser, blog, link, 1440)
        browser.media(**features)
        browser.script("document.documentElement.dir = arguments[0]; document.documentElement.style.colorScheme = 'light dark'", direction)
        seen = browser.script(
            """const light = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v > .04 ? ((v + .055) / 1.055) ** 2.4 : v / 12.92)
              .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], .05);
            const contrast = (one, two) => Math.max(light(one) / light(two), light(two) / light(one));
            const links = [...document.querySelectorAll('.buttond-bar li a')];
            return links.map(e => { const b = e.getBoundingClientRect(), icon = getComputedStyle(e, '::before');
              const range = document.createRange(); range.selectNodeContents(e); const words = range.getBoundingClientRect();
              return [words.right <= b.left + .5 || words.left >= b.right - .5, icon.clipPath.startsWith('path('),
                contrast(icon.borderTopColor, getComputedStyle(document.body).backgroundColor) > 4.5,
                e.textContent.length > 0, getComputedStyle(e).overflow]; })"""
        )
        assert seen == [[True, True, True, True, "hidden"]] * 10, (features, direction)


def test_buttonds_properties_theme_it(blog, server, browser):
    blog.set_up(server, positions=["above"])
    link = blog.permalink(blog.post("A post", POSTS["short"]))
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    show(browser, blog, link, 1440)
    browser.command("Emulation.setScriptExecutionDisabled", value=False)
    styles = browser.script(
        """document.documentElement.style.cssText = '--buttond-color: rgb(1, 2, 3); --buttond-text: rgb(4, 5, 6);' +
          '--buttond-radius: 9px; --buttond-font: monospace';
        const css = (name) => getComputedStyle(document.querySelector('.buttond-bar ' + name));
        return [css('rect').fill, css('text').fill, css('rect').rx, css('text').fontFamily]"""
    )
    assert styles == ["rgb(1, 2, 3)", "rgb(4, 5, 6)", "9px", "monospace"]


def test_focus_is_visible(themed_blog, server, browser):
    themed_blog.set_up(server, positions=["above", "floating"], places=FIVE)
    show(browser, themed_blog, themed_blog.permalink(themed_blog.post("A post", POSTS["long"])), 1440)
    browser.wait_buttons(2)
    browser.script("const p = document.querySelector('.buttond-bar'); p.tabIndex = -1; p.focus()")
    seen = []
    for _ in range(6):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        seen.append(
            browser.script(
                """const e = document.activeElement.shadowRoot?.activeElement ?? document.activeElement, style = getComputedStyle(e);
                return [style.outlineStyle, parseFloat(style.outlineWidth) >= 2, e.closest('li') != null]"""
            )
        )
    assert seen == [["solid", True, False]] + [["solid", True, True]] * 5


def test_nothing_is_printed(blog, server, browser):
    blog.set_up(server, positions=["above", "below", "floating"])
    show(browser, blog, blog.permalink(blog.post("A post", POSTS["long"])), 1440)
    browser.media("print")
    shown = browser.script("return [...document.querySelectorAll('.buttond-bar')].filter(e => e.checkVisibility()).length")
    assert shown == 0


def test_axe_finds_nothing_in_a_bar(themed_blog, server, browser):
    themed_blog.set_up(server, positions=["above", "below", "floating"], places=ALL)
    link = themed_blog.permalink(themed_blog.post("A post", POSTS["long"]))
    for width in (1440, 360):
        show(browser, themed_blog, link, width)
        browser.wait_buttons(3)
        assert [one for one in browser.violations() if "buttond" in one] == []


def test_a_click_on_a_place_goes_there_and_is_one_share(blog, servers, browser):
    server = servers("--epoch", "50ms", "--miss-wait", "10s", "--fresh", "100ms")
    blog.set_up(server, positions=["above", "floating"], places=FIVE)
    link = blog.permalink(blog.post("A post", POSTS["long"]))
    show(browser, blog, link, 1440)
    browser.wait_buttons(2)
    browser.find('.buttond-floating [data-place="bluesky"]').click()
    counts = "/v1/counts?url=" + urllib.parse.quote(link, safe="")
    wait_until(lambda: server.get(counts).json["counts"] == [1], what="the share")
    browser.driver.switch_to.window(browser.driver.window_handles[-1])
    assert browser.driver.current_url.startswith("https://bsky.app/intent/compose?text=A%20post%20http")


def test_with_the_server_down_the_links_stand_there(blog, server, browser):
    blog.set_up(server, positions=["above", "floating"], places=FIVE)
    link = blog.permalink(blog.post("A post", POSTS["long"]))
    server.terminate()
    show(browser, blog, link, 1440)
    browser.wait("document.readyState == 'complete'")
    seen = browser.script(
        """return [...document.querySelectorAll('.buttond-bar a')].map(e => { const b = e.getBoundingClientRect();
        return b.width > 20 && b.height >= 24 && e.checkVisibility({ visibilityProperty: true }) && e.href.length > 20 })"""
    )
    assert seen == [True] * 12
    assert browser.driver.execute_async_script(SHIFTED) == []
