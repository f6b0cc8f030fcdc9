"""120 posts in the shape of real ones: each with its bar, and otherwise as it was."""

import html.parser
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from blog import php_value
from post_shapes import LONG, NO_BAR, posts

POSITIONS = {"positions": ["above", "below", "floating"], "post_types": ["post"]}
HOST = "posts.example"
PLAIN = '<div class="buttond-bar">'  # somebody's own words, in a post about the bar
VOID = "area base br col embed hr img input link meta source track wbr".split()


class Balanced(html.parser.HTMLParser):
    """Fails where an element is closed that is not the last one open."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), f"an attribute twice: {self.get_starttag_text()}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag


def parts_of(text):
    """The page without what the plugin put there, and what that is."""
    ours = []

    def take(match):
        ours.append(match[0])
        return ""

    for pattern in (
        r"<link rel='dns-prefetch' href='//127.0.0.1'[^>]*>\n",  # by which WordPress announces the loader
        r"<link rel='stylesheet' id='buttond-sharing-bar-css'[^>]*>\n?",
        r"<script[^>]* id=[\"']buttond-sharing-bar-js[\"'][^>]*></script>\n?",
        r'<div class="buttond-floating[^"]*"><div><div class="buttond-bar".*?</ul></div></div></div>',
        r'<div class="wp-block-buttond-sharing-bar"><div class="buttond-bar" .*?</ul></div></div>',
        r'<div class="buttond-bar" .*?</ul></div>',
    ):
        text = re.sub(pattern, take, text, flags=re.DOTALL)
    return unspaced(text), ours


def unspaced(text):
    """Without what WordPress leaves out where a content is empty: some blanks, and what a block theme puts around it."""
    text = re.sub(r">\s+<", "><", re.sub(r"\s+", " ", text))
    return re.sub(r'<div class="entry-content [^"]*\bwp-block-post-content\b[^"]*"></div>', "", text)


class Published:
    """A blog with all posts on it, set up; and what each of their pages is without the plugin."""

    def __init__(self, blog, server, theme):
        self.blog = blog
        self.server = server
        blog.php(f"switch_theme( '{theme}' ); update_option( 'posts_per_rss', 200 ); update_option( 'posts_per_page', 200 ); wp_delete_post( 1, true );")
        self.links = blog.value(
            f"""( function () {{
                kses_remove_filters();
                $links = array();
                $time  = strtotime( '2026-01-01 10:00' );
                foreach ( {php_value(posts())} as $name => $post ) {{
                    $time += HOUR_IN_SECONDS;
                    $dates = array( 'post_date' => gmdate( 'Y-m-d H:i:s', $time ) );
                    $id    = wp_insert_post( wp_slash( $post + $dates + array( 'post_status' => 'publish', 'post_author' => 1 ) ), true );
                    if ( is_wp_error( $id ) && 'empty_content' === $id->get_error_code() ) {{ continue; }}
                    'sticky' === $name && stick_post( $id );
                    $links[ $name ] = get_permalink( $id );
                }}
                return $links;
            }} )()"""
        )
        self.paths = {name: urllib.parse.urlsplit(link).path for name, link in self.links.items()}
        self.bare = {name: blog.get(path) for name, path in self.paths.items()}
        blog.set_up(server, **POSITIONS)


@pytest.fixture(scope="module", params=["twentytwentyfive", "twentytwentyone"])
def published(request, blogs, module_server):
    name = f"posts-{request.param}"
    blog = blogs(name, version="6.8", host=HOST)
    yield Published(blog, module_server, request.param)
    blogs.stop(name)


@pytest.fixture
def posts_browser(published, readers):
    return readers.clean()


def test_no_post_is_broken_and_each_has_the_bars_that_are_due(published):
    assert len(published.links) >= 118  # WordPress itself refuses a post that has nothing at all
    wrong = {}
    for name, path in published.paths.items():
        answer = published.blog.get(path)
        left, ours = parts_of(answer.text)
        bars = [part for part in ours if part.startswith("<div")]
        if name in NO_BAR:
            expected = 0
        elif "of ours" in name or "our shortcode" in name:
            expected = 3 if "escaped" in name else 1
        else:
            expected = 3
        try:
            assert answer.status == published.bare[name].status == 200
            assert len(bars) == expected, f"{len(bars)} bars, not {expected}"
            for bar in bars:
                checked = Balanced()
                checked.feed(bar)
                assert not checked.open
                assert f'data-url="{published.links[name]}"'.lower() in bar.lower(), bar[:200]
            words = re.sub(r"<!--.*?-->|\[buttond[^\]]*\]", "", left)
            assert "buttond" not in words or name.startswith("old "), words[words.index("buttond") - 100 :][:200]
            if not ("ours" in name or "our " in name or name.startswith("old ")):
                assert left == unspaced(published.bare[name].text), "the rest of the page is another one"
        except AssertionError as failure:
            wrong[name] = str(failure)[:400]
    assert not wrong


def test_old_embeds_have_become_buttons(published):
    for name in ("old buffer link", "old digg digg"):
        text = published.blog.get(published.paths[name]).text
        assert "bufferapp.com" not in text, name
        assert len(re.findall('<a class="buttond"', text)) == 4, name


def test_bars_stand_beside_the_text_and_not_in_it(published, posts_browser):
    posts_browser.open(published.links["plain 0"] if "plain 0" in published.links else published.links["block paragraph"])
    posts_browser.driver.set_script_timeout(120)
    wrong = posts_browser.driver.execute_async_script(
        """const [links, done] = arguments;
        (async () => {
            const wrong = [];
            for (const [name, link] of Object.entries(links)) {
                const page = new DOMParser().parseFromString(await (await fetch(link)).text(), 'text/html');
                for (const bar of page.querySelectorAll('.buttond-bar'))
                    if (bar.parentElement.closest('p, a, table, ul, ol, blockquote, details, figure, pre, form, svg, h1, h2'))
                        wrong.push(name);
            }
            return wrong;
        })().then(done, (error) => done([String(error)]));""",
        {name: link for name, link in published.links.items() if "our" not in name and "classic" not in name},
    )
    assert wrong == []


def test_the_feed_is_valid_and_has_no_bar_unless_it_was_chosen(published):
    blog = published.blog
    assert not re.search(r"buttond|bsky\.app", re.sub(r"\[buttond[^\]]*\]", "", blog.get("/feed/").text.replace(PLAIN, "")))
    blog.php("Buttond_Sharing_Bar\\Settings::save( array( 'feeds' => true ) );")
    try:
        feed = blog.get("/feed/")
    finally:
        blog.php("Buttond_Sharing_Bar\\Settings::save( array( 'feeds' => false ) );")
    channel = ElementTree.fromstring(feed.body)
    items = channel.findall("./channel/item")
    assert len(items) == len(published.links)
    with_button = 0
    for item in items:
        content = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or ""
        assert "<script" not in content.split("button.svg")[-1] and 'class="buttond"' not in content
        with_button += f"{published.server.url}/button.svg" in content
        assert "button.svg" not in (item.findtext("description") or "")
    assert with_button >= 100


def test_excerpts_and_rest_have_no_bar(published):
    blog = published.blog
    found = blog.get("/?s=Words+beside").text
    assert "Words beside it" in found and "buttond" not in found
    for page in (1, 2):
        for post in blog.get(f"/wp-json/wp/v2/posts?per_page=100&page={page}").json:
            for field in ("excerpt", "content"):
                assert 'class="buttond' not in post[field]["rendered"].replace(PLAIN, ""), post["link"]
    excerpts = blog.value("array_map( 'get_the_excerpt', get_posts( array( 'numberposts' => 200 ) ) )")
    assert not [text for text in excerpts if "Bluesky" in text or "Mastodon" in text]


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_post_becomes_wider(published, posts_browser, width):
    names = ["long words", "long title", "full", "wide", "deep columns", "arabic", "block table", "emoji", "block gallery"]
    widths = {}
    for plugin in (True, False):
        if not plugin:
            published.blog.php("update_option( 'active_plugins', array() );")
        try:
            posts_browser.size(width, 800, mobile=width < 500)
            for name in names:
                posts_browser.open(published.links[name])
                if plugin:
                    posts_browser.wait_buttons(3)
                widths.setdefault(name, []).append(posts_browser.script("return document.documentElement.scrollWidth"))
        finally:
            if not plugin:
                published.blog.php("update_option( 'active_plugins', array( 'buttond-sharing-bar/buttond-sharing-bar.php' ) );")
    assert not {name: pair for name, pair in widths.items() if pair[0] > max(pair[1], width)}


def test_axe_finds_nothing_that_it_does_not_find_without_the_bar(published, posts_browser):
    for scheme in ("light", "dark"):
        posts_browser.media(prefers_color_scheme=scheme)
        posts_browser.open(published.links["block paragraph"])
        posts_browser.wait_buttons(3)
        assert not [line for line in posts_browser.violations() if "buttond" in line or "bsky.app" in line or "wa.me" in line]


def test_the_keyboard_reaches_each_link_in_order_and_shows_where_it_is(published, posts_browser):
    browser = posts_browser
    browser.open(published.links["block paragraph"])
    browser.wait_buttons(3)
    browser.script("document.querySelector('.buttond-bar').insertAdjacentHTML('beforebegin', '<a href=\"#\" id=start>Start</a>'); start.focus()")
    seen = []
    for _ in range(6):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        seen.append(browser.script("""
            let at = document.activeElement;
            const inner = at.shadowRoot?.activeElement ?? at;
            const style = getComputedStyle(inner);
            return {name: inner.textContent.trim(), bar: !!at.closest('.buttond-bar'), outline: style.outlineStyle, shadow: style.boxShadow};"""))
    assert all(one["bar"] for one in seen), seen
    assert [one["name"] for one in seen][1:] == ["Mastodon", "Bluesky", "WhatsApp", "LinkedIn", "E-mail"], seen
    assert all(one["outline"] != "none" or one["shadow"] != "none" for one in seen), seen


def test_without_script_it_is_a_list_of_links(published, posts_browser):
    browser = posts_browser
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(published.links["block paragraph"])
    links = browser.find_all(".buttond-bar")[0].find_elements(By.TAG_NAME, "a")
    assert [link.is_displayed() for link in links] == [True] * 6
    assert links[0].get_attribute("href").startswith(published.server.url + "/add?url=")
    assert links[0].size["width"] >= 55 and links[0].size["height"] >= 16
    assert [link.get_attribute("href").split("?")[0] for link in links[2:4]] == ["https://bsky.app/intent/compose", "https://wa.me/"]


HEADER = """<?php
add_action( 'send_headers', function () {
	header( "Content-Security-Policy: default-src 'self'; img-src 'self' data:; script-src 'self' %(server)s; "
		. "style-src 'self' %(server)s; connect-src %(server)s" );
} );
"""


def test_a_strict_content_security_policy_lets_it_work(published, posts_browser):
    """'unsafe-inline' is not in it; the two sources that the plugin's help names are."""
    browser, blog = posts_browser, published.blog
    file = blog.site / "wp-content/mu-plugins/header.php"
    count = """addEventListener('securitypolicyviolation', (event) =>
        (window.blocked ??= []).push(event.blockedURI + ' ' + event.effectiveDirective + ' ' + event.sample));"""
    added = browser.command("Page.addScriptToEvaluateOnNewDocument", source=count)["identifier"]
    try:
        file.write_text(HEADER % {"server": published.server.url})
        browser.open(published.links["block paragraph"])
        browser.wait_buttons(3)
        with_bar = browser.script("return window.blocked ?? []")
        boxes = browser.script("return [...document.querySelectorAll('.buttond-bar li a')].map(e => e.getBoundingClientRect().height)")
        blog.php("update_option( 'active_plugins', array() );")
        browser.open(published.links["block paragraph"])
        bare = browser.script("return window.blocked ?? []")
    finally:
        file.unlink()
        blog.php("update_option( 'active_plugins', array( 'buttond-sharing-bar/buttond-sharing-bar.php' ) );")
        browser.command("Page.removeScriptToEvaluateOnNewDocument", identifier=added)
    assert sorted(with_bar) == sorted(bare)
    assert min(boxes) >= 24


def test_an_amp_page_has_no_script_of_ours(published):
    file = published.blog.site / "wp-content/mu-plugins/amp.php"
    try:
        file.write_text("<?php function amp_is_request() { return true; }\n")
        text = published.blog.get(published.paths["block paragraph"]).text
    finally:
        file.unlink()
    assert "/js/button" not in text and f"{published.server.url}/button.svg" in text
    assert "bsky.app" in text


@pytest.mark.parametrize(("language", "direction", "share"), [("de_DE", "ltr", "Teilen"), ("ar", "rtl", None)])
def test_it_speaks_the_blogs_language(blogs, readers, server, language, direction, share):
    name = f"speaks-{language}"
    blog = blogs(name, version="6.8", host="speaks.example", language=language)
    try:
        blog.set_up(server, positions=["below", "floating"])
        post = blog.post("خبز" if language == "ar" else "Brot", f"<p>{LONG}</p>")
        browser = readers.clean()
        browser.open(blog.permalink(post))
        assert browser.script("return getComputedStyle(document.body).direction") == direction
        browser.wait_buttons(2)
        if share:
            assert share in browser.script("return part(document.querySelector('a.buttond'), 'button').textContent")
        # The button comes first, wherever that is.
        button, place = browser.script(
            "return [...document.querySelectorAll('.buttond-bar')[0].querySelectorAll('.buttond, li')].slice(0, 2)"
            ".map(e => (e.nextElementSibling?.shadowRoot ? e.nextElementSibling : e).getBoundingClientRect().left)"
        )
        assert (button < place) == (direction == "ltr")
    finally:
        blogs.stop(name)
