"""What authors and themes place by hand: the shortcode, the template function, old Buffer buttons; feeds and AMP."""

import html
import re
import urllib.parse
import xml.dom.minidom

import pytest

from test_bar import FIVE, addresses, bars, has_ours, page_of

MARK = '"buttond-bar"'


@pytest.fixture
def ready(blog, server):
    """A blog that is set up, and adds no bar by itself."""
    blog.set_up(server, places=FIVE, positions=[])
    return blog


# The shortcode.


def test_the_shortcode_draws_the_bar_of_its_post(ready, server):
    post = ready.post("A title", "Before. [buttond] Behind.")
    page = page_of(ready, post)
    (bar,) = bars(page)
    assert f'data-url="{ready.permalink(post)}" data-text="A title"' in bar
    assert page.index("Before.") < page.index(MARK) < page.index("Behind.")
    assert server.url + "/js/button." in page and page.index("assets/bar.css") < page.index(MARK)


def test_the_shortcodes_attributes(ready):
    content = '[buttond url="https://example.com/a?b=1&amp;c=2" text="Words &amp; more" style="vertical" size="large" label="Tell" minimum="5" places="X, email"]'
    (bar,) = bars(page_of(ready, ready.post(content=content)))
    assert 'data-url="https://example.com/a?b=1&#038;c=2" data-text="Words &amp; more" data-count="vertical" data-size="large" data-min="5"' in bar
    assert list(addresses(bar)) == ["Tell", "X", "E-mail"]
    for none in ("", "nowhere"):
        page = page_of(ready, ready.post(content=f'[buttond places="{none}"]'))
        assert page.count(MARK) == 1 and "<ul role" not in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example/", "/relative", "ftp://example.com/", "java&#115;cript:alert(1)",
            "http:", "https:///x"])  # fmt: skip
def test_no_link_but_http_is_shared(ready, url):
    page = page_of(ready, ready.post(content=f'[buttond url="{url}"]'))
    assert MARK not in page and "alert(1)" not in page


def test_a_contributors_attributes_are_escaped_or_left_out(ready):
    author = ready.user("contributor")
    attacks = ['"><script>alert(1)</script>', "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;", '" onclick="alert(1)', "<b onclick=alert(1)>"]
    names = ["text", "label", "style", "size", "minimum", "places", "url"]
    shortcodes = [f"[buttond {name}='{attack}']" for attack in attacks for name in names]
    page = page_of(ready, ready.post("By somebody", "\n\n".join(["[buttond text='good']", *shortcodes]), post_author=author))
    drawn = re.findall(r'<div class="buttond-bar".*?</div>', page, re.DOTALL)
    assert len(drawn) > len(attacks) * 3
    for bar in drawn:
        assert not re.search(r"<(script|b)\b", bar)
        for tag in re.findall(r"<\w+(?:[^>\"]|\"[^\"]*\")*>", bar):
            assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', '""', tag)), tag


# The template function.


def test_a_theme_may_call_the_function(each_blog, server):
    each_blog.set_up(server, positions=[])
    post = each_blog.post("A title")
    theme = each_blog.site / "wp-content/mu-plugins/theme.php"
    theme.write_text(
        """<?php add_action( 'wp_footer', function () {
            buttond_sharing_bar( array( 'post' => get_queried_object_id(), 'places' => array( 'x' ), 'url' => 'https://example.com/late' ) );
            buttond_sharing_bar( array( 'post' => 999999 ) );
        }, 1 );"""
    )
    try:
        page = page_of(each_blog, post)
    finally:
        theme.unlink()
    (bar,) = bars(page)
    assert 'data-url="https://example.com/late"' in bar and list(addresses(bar)) == ["Share", "X"]
    # Late as it is, it comes with its style sheet before it, and with the loader behind it.
    assert page.count("assets/bar.css") == 1 and page.index("assets/bar.css") < page.index(MARK)
    assert page.index(MARK) < page.index(server.url + "/js/button.")


# Buffer buttons in old posts.

LINK = "http://bufferapp.com/add"
SAYS = 'data-url="https://example.com/old" data-text="Old words" data-count="vertical"'
LAZY = (
    "function loadBuffer_7(){ jQuery(document).ready(function($) { $('.dd-buffer-7').remove();"
    "$.getScript('http://static.bufferapp.com/js/button.js'); }); }"
)
FRAMED = "http://widgets.bufferapp.com/button/?url=https%3A%2F%2Fexample.com%2Fold&amp;text=Old%20words&amp;count=vertical"
EMBEDS = {
    "buffer": f'<a href="{LINK}" class="buffer-add-button" {SAYS} data-via="x">Buffer</a>'
    '<script type="text/javascript" src="http://static.bufferapp.com/js/button.js"></script>',
    "later": "<a href='https://buffer.com/add' class='buffer-add-button' data-count='horizontal'></a>"
    "<script type='text/javascript' src='//static.buffer.com/js/button.js'></script>",
    "cloudfront": f'<a data-url="https://example.com/old" href="{LINK}" class="small buffer-add-button">Buffer</a>'
    '<script src="https://d389zggrogs7qo.cloudfront.net/js/button.js?_=1"></script>',
    "malformed": '<a href=//buffer.com/add" class="buffer-add-button" data-count="none" data-url="https://example.com/old"></a>',
    "lazy": f'<div class="dd_outer"><div class="dd_inner"><a href="{LINK}" class="buffer-add-button" {SAYS}></a></div></div>'
    f'<script type="text/javascript">{LAZY}</script>',
    "frame": f'<iframe src="{FRAMED}" width="55" height="62" scrolling="no"></iframe>',
}


@pytest.mark.parametrize("name", EMBEDS)
def test_an_old_buffer_button_becomes_a_button(ready, server, name):
    post = ready.post("A title", f"<!-- wp:html -->\n<p>Before. {EMBEDS[name]} Behind.</p>\n<!-- /wp:html -->")
    page = page_of(ready, post)
    (button,) = re.findall(r'<a class="buttond".*?</a>', page, re.DOTALL)
    own = name == "later"
    assert f'data-url="{ready.permalink(post) if own else "https://example.com/old"}"' in button
    style = {"malformed": "none", "buffer": "vertical", "lazy": "vertical", "frame": "vertical"}.get(name)
    assert re.findall(r'data-count="(\w+)"', button) == ([style] if style else [])
    assert ('data-text="Old words"' in button) == (name in ("buffer", "lazy", "frame"))
    assert not re.search(r"bufferapp|buffer\.com|cloudfront|loadBuffer|buffer-add", page)
    assert server.url + "/js/button." in page
    # The post itself is not touched.
    assert "uffer" in ready.value(f"get_post( {post} )->post_content")


def test_buffer_buttons_count_in_a_browser(ready, server, browser):
    first = ready.post("A title", "".join(f"<p>{EMBEDS[name]}</p>" for name in ("buffer", "malformed", "lazy")))
    browser.open(ready.permalink(first))
    browser.wait_buttons(3)
    browser.wait(f"performance.getEntriesByType('resource').some(r => r.name.startsWith('{server.url}/v1/buttons'))")
    asked = [one["url"] for one in browser.requests() if "buffer" in one["url"]]
    assert asked == []


def test_old_buttons_stay_as_they_are_before_the_setup(blog):
    post = blog.post("A title", EMBEDS["buffer"])
    assert "buffer-add-button" in page_of(blog, post)


def test_words_about_buffer_stay(ready):
    content = '<p>The buffer, <a href="https://buffer.com/">Buffer</a>, <code>&lt;a class="buffer-add-button"&gt;</code>.</p><script>var buffer = 1;</script>'
    page = page_of(ready, ready.post(content=f"<!-- wp:html -->{content}<!-- /wp:html -->"))
    assert '<a href="https://buffer.com/">Buffer</a>' in page and "var buffer = 1;" in page
    assert not has_ours(page)


def test_old_buttons_of_what_is_not_public_are_left_away(ready):
    post = ready.post("A title", EMBEDS["buffer"], post_status="private")
    cookie = "; ".join(f"{name}={value}" for name, value in ready.cookies().items())
    link = ready.get(f"/?p={post}", {"Cookie": cookie}).headers["Location"]
    answer = ready.get(link, {"Cookie": cookie})
    assert answer.status == 200 and "buffer-add-button" not in answer.text and '"buttond"' not in answer.text


# Feeds and AMP.


def test_feeds_have_the_drawing_only_if_it_is_chosen(ready, server):
    ready.set_up(server, positions=["above", "below", "floating"])
    post = ready.post("Fish & chips", "Words of it. [buttond]")
    link = ready.permalink(post)
    ready.post("Off", "Words of it.", meta_input={"_buttond_sharing_bar_off": "1"})
    ready.post("Locked", "Words of it.", post_password="secret")
    assert "buttond" not in ready.get("/feed/").text.replace("[buttond]", "")
    ready.set_up(server, feeds=True)
    for path in ("/feed/", "/feed/atom/", "/feed/rdf/"):
        feed = ready.get(path).text
        xml.dom.minidom.parseString(feed.encode())
        assert MARK not in feed and "<script" not in feed
        images = re.findall(r'<a href="([^"]*)" rel="noreferrer"><img src="([^"]*)" alt="Share" width="110" height="20">', feed)
        mine = [image for image in images if urllib.parse.quote(link, safe="") in image[1]]
        if path == "/feed/rdf/":
            continue  # it has excerpts
        assert len(mine) == 1 and len(images) == 2, path
        dialog, drawing = map(html.unescape, mine[0])
        assert server.get(drawing.removeprefix(server.url)).headers["Content-Type"].startswith("image/svg+xml")
        assert dialog == f"{server.url}/add?url={urllib.parse.quote(link, safe='')}&text=Fish%20%26%20chips"


@pytest.mark.parametrize("function", ["amp_is_request", "is_amp_endpoint"])
def test_an_amp_page_has_the_drawing_and_no_script(ready, server, function):
    ready.set_up(server, positions=["below", "floating"])
    post = ready.post("A title", "Words.")
    amp = ready.site / "wp-content/mu-plugins/amp.php"
    amp.write_text(f"<?php function {function}() {{ return isset( $_GET['amp'] ); }}")
    try:
        link = ready.permalink(post)
        page = ready.get(link + "?amp=1").text
        assert server.url + "/js/" not in page
        assert len(re.findall(rf'<img src="{re.escape(server.url)}/button\.svg\?url=', page)) == 2
        assert "https://bsky.app/" in page and "data-url" not in page
        assert server.url + "/js/" in ready.get(link).text
    finally:
        amp.unlink()
