"""The block: in posts, in templates, and in the editor, which asks the server for nothing."""

import json
import re

import pytest

from buttond import wait_until

BLOCK = "<!-- wp:buttond/sharing-bar /-->"
FIVE = ["mastodon", "bluesky", "whatsapp", "linkedin", "email"]


def block(**attributes):
    return f"<!-- wp:buttond/sharing-bar {json.dumps(attributes)} /-->"


def bars(page):
    """The links that the bars of a page share."""
    return re.findall(r'<div class="buttond-bar" data-url="([^"]*)"', page)


def see(blog, path, **headers):
    answer = blog.get(path, headers)
    assert answer.status == 200, answer.status
    return answer.text


@pytest.fixture
def ready(blog, server):
    """A blog that is set up, with a bar below each post."""
    blog.set_up(server, places=FIVE, positions=["below"])
    return blog


@pytest.fixture
def block_theme(blogs, server):
    """The same with a theme of blocks."""
    blog = blogs.named("blocks", version="6.8", theme="twentytwentyfive", host="blocks.example")
    blog.set_up(server, places=FIVE, positions=[])
    return blog


def template(blog, slug, content):
    """Replaces a template of the theme."""
    blog.php(f"""kses_remove_filters();
        $id = wp_insert_post( wp_slash( array( 'post_type' => 'wp_template', 'post_status' => 'publish', 'post_name' => '{slug}',
            'post_title' => '{slug}', 'post_content' => '{content}' ) ) );
        wp_set_object_terms( $id, get_stylesheet(), 'wp_theme' );""")


# In the blog.


def test_the_block_is_drawn_once_and_the_automatic_bar_stays_away(ready):
    post = ready.post("With a block", f"<!-- wp:paragraph --><p>Words.</p><!-- /wp:paragraph -->\n\n{BLOCK}")
    page = see(ready, ready.permalink(post))
    assert bars(page) == [ready.permalink(post)]
    assert '<div class="wp-block-buttond-sharing-bar"><div class="buttond-bar"' in page


def test_its_attributes_win_over_the_settings(ready):
    post = ready.post("Own", block(style="vertical", size="large", label="Pass on", minimum=7, places=["reddit", "email"]))
    page = see(ready, ready.permalink(post))
    assert 'data-count="vertical"' in page and 'data-size="large"' in page and 'data-min="7"' in page
    assert 'aria-label="Pass on"' in page
    assert re.findall(r'data-place="(\w+)"', page) == ["reddit", "email"]
    post = ready.post("No places", block(places=[]))
    assert "data-place" not in see(ready, ready.permalink(post))


@pytest.mark.parametrize(
    "attributes",
    [
        {"label": "\"><script>alert(1)</script>"},
        {"label": "' onmouseover=alert(1) x='"},
        {"style": "\"><script>alert(1)</script>"},
        {"size": ["large"]},
        {"places": ["javascript:alert(1)", "\"><script>", {"a": 1}, "bluesky"]},
        {"places": "bluesky"},
        {"minimum": "1\"><script>"},
        {"minimum": -5},
        {"url": "javascript:alert(1)", "text": "<script>", "server": "https://evil.example", "position": "floating"},
        {"style": {"spacing": {"margin": {"top": "1px;}</style><script>"}}}},
    ],
)
def test_what_a_contributor_writes_is_escaped_and_from_lists(ready, attributes):
    user = ready.user("guest", "contributor")
    post = ready.post("Guest", block(**attributes), post_author=user)
    page = see(ready, ready.permalink(post))
    start = page.index('<div class="wp-block-buttond-sharing-bar"')
    bar = page[start : page.index("</ul></div>", start)]
    assert bars(bar + "</ul></div>") == [ready.permalink(post)]
    assert "<script" not in bar and "evil.example" not in bar and "javascript:" not in bar
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', bar)), "no handler of an event is an attribute"
    assert "buttond-floating" not in bar
    assert "plugins/buttond-sharing-bar" not in ready.log()


def test_a_draft_a_feed_rest_and_an_excerpt_have_none(ready):
    post = ready.post("Words", BLOCK + "<!-- wp:paragraph --><p>Words.</p><!-- /wp:paragraph -->")
    assert not bars(see(ready, "/feed/"))
    rest = json.loads(see(ready, f"/wp-json/wp/v2/posts/{post}"))
    assert "buttond" not in rest["content"]["rendered"] + rest["excerpt"]["rendered"]
    draft = ready.post("Draft", BLOCK, post_status="draft")
    cookie = "; ".join(f"{name}={value}" for name, value in ready.cookies().items())
    assert not bars(see(ready, f"/?p={draft}&preview=true", Cookie=cookie))
    locked = ready.post("Locked", BLOCK, post_password="secret")
    assert not bars(see(ready, ready.permalink(locked)))


def test_before_the_setup_the_block_is_nothing(blog):
    post = blog.post("Early", BLOCK)
    page = see(blog, blog.permalink(post))
    assert not bars(page) and "wp-block-buttond" not in page


# In templates.


def test_a_template_of_a_post_has_the_bar_of_that_post(block_theme):
    template(block_theme, "single", f"{BLOCK}<!-- wp:post-title /--><!-- wp:post-content /-->")
    post = block_theme.post("In a template")
    block_theme.post("Another one")
    page = see(block_theme, block_theme.permalink(post))
    assert bars(page) == [block_theme.permalink(post)]
    assert page.count("bar.css") == 1


def test_a_template_keeps_the_automatic_bar_away(block_theme):
    template(block_theme, "single", f"{BLOCK}<!-- wp:post-content /-->")
    block_theme.php("Buttond_Sharing_Bar\\Settings::save( array( 'positions' => array( 'above', 'below' ) ) );")
    post = block_theme.post("In a template")
    assert len(bars(see(block_theme, block_theme.permalink(post)))) == 1


def test_each_post_of_a_loop_has_its_own_bar_and_the_list_around_it_none(block_theme):
    loop = (
        '<!-- wp:query {"query":{"inherit":true}} --><div class="wp-block-query"><!-- wp:post-template -->'
        f"<!-- wp:post-title /-->{BLOCK}<!-- /wp:post-template --></div><!-- /wp:query -->"
    )
    for slug in ("home", "index", "archive"):
        template(block_theme, slug, f"{BLOCK}{loop}{BLOCK}")
    block_theme.php("wp_delete_post( 1, true );")
    links = [block_theme.permalink(block_theme.post(f"Post {number}")) for number in range(3)]
    assert sorted(bars(see(block_theme, "/"))) == sorted(links)


def test_a_query_within_a_page_shares_its_posts(block_theme):
    block_theme.php("wp_delete_post( 1, true );")
    link = block_theme.permalink(block_theme.post("Listed"))
    query = (
        '<!-- wp:query {"query":{"perPage":3,"postType":"post","inherit":false}} --><div class="wp-block-query">'
        f"<!-- wp:post-template -->{BLOCK}<!-- /wp:post-template --></div><!-- /wp:query -->"
    )
    page = block_theme.post("A page", query + BLOCK, post_type="page")
    assert bars(see(block_theme, block_theme.permalink(page))) == [link, block_theme.permalink(page)]


# In the editor.

CANVAS = "const canvas = document.querySelector('iframe[name=editor-canvas]')?.contentDocument || document;"


def edit(blog, browser, path="/wp-admin/post-new.php"):
    """Opens the editor, without its welcome."""
    blog.login(browser)
    browser.open(blog.url(path))
    browser.wait("window.wp?.data?.select('core/editor')?.getCurrentPostId()", 60)
    browser.script("""const { dispatch } = wp.data;
        dispatch('core/preferences').set('core/edit-post', 'welcomeGuide', false);
        dispatch('core/preferences').set('core', 'welcomeGuide', false);""")
    return browser


def insert(browser, attributes="{}"):
    browser.script(f"""window.ours = wp.blocks.createBlock('buttond/sharing-bar', {attributes});
        wp.data.dispatch('core/block-editor').insertBlocks(window.ours);""")
    in_canvas(browser, "!!canvas.querySelector('.buttond-bar a.buttond')")


def in_canvas(browser, expression, seconds=30):
    return wait_until(lambda: browser.script(f"{CANVAS} return {expression}"), seconds, what=expression)


def test_the_editor_shows_the_bar_and_asks_the_server_for_nothing(each_blog, server, browser):
    each_blog.set_up(server, places=FIVE, positions=["below"])
    edit(each_blog, browser)
    browser.requests()
    insert(browser)
    assert in_canvas(browser, "canvas.querySelectorAll('.buttond-bar li').length") == 5
    in_canvas(browser, "getComputedStyle(canvas.querySelector('.buttond-bar ul')).listStyleType == 'none'")
    assert browser.script(f"{CANVAS} return !canvas.querySelector('.buttond-bar a').matches(':focus') && "
                          "!!canvas.querySelector('.buttond-bar').closest('[inert], .components-disabled')")  # fmt: skip

    browser.script("wp.data.dispatch('core/block-editor').updateBlockAttributes(ours.clientId, {places: ['reddit'], size: 'large'})")
    in_canvas(browser, "canvas.querySelector('[data-place=reddit]') && canvas.querySelectorAll('.buttond-bar li').length == 1")
    in_canvas(browser, "!!canvas.querySelector('.buttond[data-size=large]')")
    asked = [request["url"] for request in browser.requests() if request["url"].startswith(server.url)]
    assert asked == [], "nothing of the editor reaches the server"

    browser.script("""wp.data.dispatch('core/editor').editPost({title: 'Made in the editor', status: 'publish'});
        wp.data.dispatch('core/editor').savePost();""")
    browser.wait("wp.data.select('core/editor').isCurrentPostPublished() && !wp.data.select('core/editor').isSavingPost()", 30)
    link = browser.script("return wp.data.select('core/editor').getPermalink()")
    page = see(each_blog, link)
    assert bars(page) == [link] and re.findall(r'data-place="(\w+)"', page) == ["reddit"]
    browser.open(link).wait_buttons(1)
    server.wait_stored()
    assert server.impressions() == {link.removeprefix("http://").rstrip("/"): 1}
    assert "plugins/buttond-sharing-bar" not in each_blog.log()
    errors = [line["message"] for line in browser.console() if "buttond" in line["message"] and line["level"] == "SEVERE"]
    assert errors == []


def test_the_inspector_changes_what_it_says(ready, browser):
    edit(ready, browser)
    insert(browser)
    browser.script("""wp.data.dispatch('core/block-editor').selectBlock(ours.clientId);
        const { dispatch } = wp.data;
        (dispatch('core/edit-post').openGeneralSidebar || dispatch('core/interface').enableComplementaryArea)('edit-post/block');""")
    browser.wait("document.querySelector('.block-editor-block-inspector select')", 20)
    chosen = "return wp.data.select('core/block-editor').getBlockAttributes(ours.clientId)"

    def fill(label, value):
        browser.script(
            """const label = [...document.querySelectorAll('.block-editor-block-inspector label')].find(l => l.textContent.trim() == arguments[0]);
            const field = document.getElementById(label.htmlFor);
            const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
            own.set.call(field, arguments[1]);
            field.dispatchEvent(new Event(field.localName == 'select' ? 'change' : 'input', { bubbles: true }));""",
            label, value)  # fmt: skip

    fill("Count", "none")
    fill("Size", "large")
    fill("Label", "Pass on")
    fill("Show counts from", "12")
    wait_until(lambda: browser.script(chosen).get("minimum") == 12, what="the number")
    browser.script("""[...document.querySelectorAll('.block-editor-block-inspector label')]
        .find(l => l.textContent.trim() == 'Places as in the settings').click()""")
    wait_until(lambda: browser.script(chosen).get("places") == FIVE, what="places of its own")
    browser.script("""[...document.querySelectorAll('.block-editor-block-inspector label')]
        .find(l => l.textContent.trim() == 'Bluesky').click()""")
    wait_until(lambda: browser.script(chosen).get("places") == ["mastodon", "whatsapp", "linkedin", "email"], what="one less")
    attributes = browser.script(chosen)
    assert (attributes["style"], attributes["size"], attributes["label"]) == ("none", "large", "Pass on")


def test_a_contributor_sees_the_preview_of_a_draft_too(ready, browser):
    user = ready.user("guest", "contributor")
    ready.login(browser, user)
    browser.open(ready.url("/wp-admin/post-new.php"))
    browser.wait("window.wp?.data?.select('core/editor')?.getCurrentPostId()", 60)
    insert(browser)


def test_without_a_server_the_editor_says_what_is_missing(blog, browser):
    edit(blog, browser)
    browser.script("wp.data.dispatch('core/block-editor').insertBlocks(wp.blocks.createBlock('buttond/sharing-bar'));")
    in_canvas(browser, "canvas.body.textContent.includes('needs the address of its server')")


def test_the_editor_speaks_german(ready, browser):
    ready.php("update_user_meta( 1, 'locale', 'de_DE' );")
    edit(ready, browser)
    assert browser.script("return wp.blocks.getBlockType('buttond/sharing-bar').title") == "Teilen-Leiste"
    assert browser.script("return wp.i18n.__( 'Places as in the settings', 'buttond-sharing-bar' )") == "Orte wie in den Einstellungen"
