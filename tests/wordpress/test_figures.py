"""What the bar costs, against the same page without the plugin: WordPress 6.8, a cold cache, floating and below, five places."""

import re
import subprocess
import urllib.parse

import pytest

from blog import PLUGIN, SLUG
from network import view

SETTINGS = {
    "positions": ["below", "floating"],
    "places": ["mastodon", "bluesky", "whatsapp", "linkedin", "email"],
    "post_types": ["post"],
}
TITLE = "How to bake bread without an oven"
CONTENT = "\n\n".join(
    f"<!-- wp:paragraph -->\n<p>{'Flour, water, salt and time. ' * 20}</p>\n<!-- /wp:paragraph -->" for _ in range(6)
)


@pytest.fixture
def posts(blog, server):
    """Twelve posts of a blog that is set up; the newest first."""
    blog.set_up(server, **SETTINGS)
    return [
        blog.post(TITLE if number == 11 else f"Post {number}", CONTENT, post_date=f"2026-01-{number + 1:02} 10:00:00")
        for number in range(12)
    ][::-1]


def without(blog):
    """The same blog, and the plugin as if it were not installed."""
    blog.php("update_option( 'active_plugins', array() );")


def with_plugin(blog):
    blog.php(f"update_option( 'active_plugins', array( '{SLUG}/{SLUG}.php' ) );")


def test_three_requests_and_6144_bytes_then_one_request(blog, browser, server, posts):
    page = blog.permalink(posts[0])
    without(blog)
    bare, bare_again = view(browser, page), view(browser, page, cold=False)
    with_plugin(blog)
    first, second = view(browser, page), view(browser, page, cold=False)
    assert browser.script("return document.querySelectorAll('.buttond-bar').length") == 2
    more = set(first.addresses) - set(bare.addresses)
    assert len(first.requests) - len(bare.requests) == 3, more
    assert len(second.requests) - len(bare_again.requests) == 1, set(second.addresses)
    assert first.transferred - bare.transferred <= 6144, (first.transferred, bare.transferred)
    scripts = {address for address in more if urllib.parse.urlsplit(address).path.endswith(".js")}
    assert all(address.startswith(server.url) for address in scripts), "a script of the plugin's own"
    assert not [address for address in more if "/wp-includes/" in address], "a library of WordPress's that the bar brings along"


def test_no_other_host_no_cookie_and_no_storage(blog, browser, server, posts):
    stored = "return [...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
    without(blog)
    view(browser, blog.permalink(posts[0]))
    wordpress_own = browser.script(stored)
    with_plugin(blog)
    first = view(browser, blog.permalink(posts[0]))
    hosts = {urllib.parse.urlsplit(address).netloc for address in first.addresses}
    assert hosts == {blog.host, urllib.parse.urlsplit(server.url).netloc}
    assert browser.command("Network.getAllCookies")["cookies"] == []
    assert browser.script(stored) == wordpress_own
    for origin in (blog.url("").rstrip("/"), server.url):
        usage = browser.command("Storage.getUsageAndQuota", origin=origin)["usageBreakdown"]
        assert not [kind for kind in usage if kind["usage"]], usage


def test_the_style_sheet_has_2048_bytes_brotli():
    packed = subprocess.run(["brotli", "--quality=11", "--stdout", PLUGIN / "assets/bar.css"], capture_output=True, check=True)
    assert 0 < len(packed.stdout) <= 2048


def test_a_bar_is_2048_bytes_of_html(blog, posts):
    text = blog.get(urllib.parse.urlsplit(blog.permalink(posts[0])).path).text
    bars = re.findall(r'<div class="buttond-bar".*?</div>', text, flags=re.DOTALL)
    assert len(bars) == 2
    for bar in bars:
        assert bar.count("<li>") == 5 and TITLE in bar
        assert len(bar.encode()) <= 2048, len(bar.encode())


# Which boxes of the page moved after they were drawn: those of the bar, and those that stand behind it in the page.
SHIFTS = """
window.shifts = [];
const ours = '.buttond-bar, .buttond-floating';
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    for (const { node, previousRect, currentRect } of entry.sources) {
      const element = node?.nodeType == 1 ? node : node?.parentElement ?? node?.getRootNode?.()?.host;
      const bars = [...document.querySelectorAll(ours)];
      const own = !element || element.closest(ours) || element.querySelector?.(ours);
      const behind = bars.some((bar) => bar.compareDocumentPosition(element ?? bar) & Node.DOCUMENT_POSITION_FOLLOWING);
      shifts.push({ own: !!own, behind, what: element?.outerHTML?.slice(0, 120), previousRect, currentRect });
    }
}).observe({ type: 'layout-shift', buffered: true });
"""


@pytest.mark.parametrize("theme", ["twentytwentyone", "twentytwentyfive"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_moves_when_the_counts_come(blog, browser, server, posts, theme, width):
    blog.php(f"switch_theme( '{theme}' );")
    added = browser.command("Page.addScriptToEvaluateOnNewDocument", source=SHIFTS)["identifier"]
    try:
        browser.size(width, 800, mobile=width < 500)
        browser.command("Network.setBlockedURLs", urls=["*.woff2"])  # a font that comes late moves all of a page, bar or not
        # The page is drawn long before the loader and the counts are there.
        browser.command("Network.emulateNetworkConditions", offline=False, latency=300, downloadThroughput=-1, uploadThroughput=-1)
        browser.open(blog.permalink(posts[0]))
        browser.wait_buttons(2)
        browser.script("scrollTo(0, document.documentElement.scrollHeight)")
        browser.wait("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
        shifts = browser.script("return shifts")
    finally:
        browser.command("Page.removeScriptToEvaluateOnNewDocument", identifier=added)
        browser.command("Network.setBlockedURLs", urls=[])
        browser.command("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    assert not [shift for shift in shifts if shift["own"] or shift["behind"]], shifts


@pytest.mark.parametrize("place", ["post", "archive"])
def test_a_page_asks_the_database_nothing_more(blog, posts, place):
    path = urllib.parse.urlsplit(blog.permalink(posts[0])).path if place == "post" else "/2026/"
    blog.get(path)
    assert "buttond-bar" in blog.get(path).text or place == "archive"
    with_bar = blog.queries(path)
    without(blog)
    blog.get(path)
    assert len(with_bar) - len(blog.queries(path)) <= 0, with_bar


@pytest.mark.parametrize("theme", ["twentytwentyone", "twentytwentyfive"])
def test_an_archive_of_ten_that_shows_bars_asks_the_database_nothing_more(blog, posts, theme):
    blog.php(f"switch_theme( '{theme}' ); set_theme_mod( 'display_excerpt_or_full_post', 'full' );")
    blog.get("/")
    with_bar = blog.queries("/")
    assert blog.get("/").text.count("<article") + blog.get("/").text.count("wp-block-post ") >= 10
    without(blog)
    blog.get("/")
    assert len(with_bar) - len(blog.queries("/")) <= 0, with_bar


def test_a_list_of_100_posts_asks_the_database_once_more(blog, posts):
    blog.php("""for ( $i = 0; $i < 100; $i++ ) {
        $id = wp_insert_post( array( 'post_title' => "Bulk $i", 'post_content' => 'x', 'post_status' => 'publish', 'post_author' => 1 ) );
        if ( $i % 2 ) { update_post_meta( $id, '_buttond_sharing_bar_shares', $i ); }
    }
    update_user_meta( 1, 'edit_post_per_page', 100 );""")
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in blog.cookies().items())}
    for path in ("/wp-admin/edit.php", "/wp-admin/edit.php?orderby=buttond_sharing_bar_shares&order=desc"):
        with_plugin(blog)
        blog.get(path, cookie)
        with_column = blog.queries(path, cookie)
        assert "column-buttond" in blog.get(path, cookie).text
        without(blog)
        blog.get(path, cookie)
        assert len(with_column) - len(blog.queries(path, cookie)) <= 1, with_column


def test_no_http_request_while_a_page_is_made(blog, server, posts):
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in blog.cookies().items())}
    post = urllib.parse.urlsplit(blog.permalink(posts[0])).path
    blog.records("http", empty=True)
    for path in ("/", post, "/2026/", "/feed/", "/?s=bread", "/no-such-page/", f"/wp-json/wp/v2/posts/{posts[0]}"):
        blog.get(path)
    assert blog.records("http") == []
    for path in (
        "/wp-admin/", "/wp-admin/edit.php", "/wp-admin/plugins.php", f"/wp-admin/post.php?post={posts[0]}&action=edit",
        f"/wp-admin/options-general.php?page={SLUG}", "/wp-admin/tools.php", "/wp-admin/options-privacy.php",
    ):  # fmt: skip
        assert blog.get(path, cookie).status == 200, path
    asked = [record for record in blog.records("http") if record["url"].startswith(server.url)]
    assert asked == [], asked


@pytest.mark.parametrize("theme", ["twentytwentyone", "twentytwentyfive"])
def test_a_page_without_a_bar_has_not_one_byte_more(blog, server, theme):
    blog.set_up(server, **SETTINGS)
    blog.php(f"switch_theme( '{theme}' );")
    page = blog.post("A page", CONTENT, post_type="page")
    off = blog.post("Off", CONTENT, meta_input={"_buttond_sharing_bar_off": "1"})
    locked = blog.post("Locked", CONTENT, post_password="secret")
    paths = [urllib.parse.urlsplit(blog.permalink(one)).path for one in (page, off, locked)]
    paths += ["/no-such-page/", "/?s=nothing-like-that", "/feed/", "/comments/feed/", "/wp-login.php", f"/wp-json/wp/v2/posts/{off}"]
    with_plugin(blog)
    [blog.get(path) for path in paths]  # what WordPress does once, it has done
    had = [blog.get(path) for path in paths]
    without(blog)
    for path, answer in zip(paths, had, strict=True):
        bare = blog.get(path)
        assert (answer.status, answer.body) == (bare.status, bare.body), path
        for volatile in ("Date", "Last-Modified", "ETag"):
            del answer.headers[volatile], bare.headers[volatile]
        assert answer.headers.items() == bare.headers.items(), path


def test_what_every_page_loads_is_at_most_2048_bytes(blog, posts):
    loaded = blog.sql(
        "select sum(length(option_name) + length(option_value)) from wp_options"
        " where option_name like '%buttond%' and autoload not in ('no', 'off', 'auto-off')"
    )
    assert 0 < int(loaded[0][0]) <= 2048


def test_the_zip_has_at_most_100_kilobytes(tmp_path):
    subprocess.run([PLUGIN.parent / "package", tmp_path / "plugin.zip"], check=True, capture_output=True)
    assert (tmp_path / "plugin.zip").stat().st_size <= 100 * 1024
