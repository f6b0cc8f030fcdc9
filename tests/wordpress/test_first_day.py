"""A blogger's first day with the bar: from the zip to counts that are true."""

import collections
import subprocess

import pytest
from selenium.webdriver.common.by import By

from blog import PASSWORD, PLUGIN, SLUG, USER
from buttond import wait_until

HOST = "day.example"


@pytest.fixture(params=["6.8", "6.1"])
def bare_blog(blogs, request):
    """A WordPress that has never heard of the plugin, behind a page cache."""
    name = f"day-{request.param}"
    yield blogs(name, version=request.param, plugin=False, host=HOST, page_cache=True)
    blogs.stop(name)


@pytest.fixture
def zip_file(tmp_path):
    target = tmp_path / f"{SLUG}.zip"
    subprocess.run([PLUGIN.parent / "package", target], check=True, capture_output=True)
    return target


def fill(browser, selector, text):
    field = browser.find(selector)
    field.clear()
    field.send_keys(text)


def log_in(browser, blog):
    browser.open(blog.url("/wp-login.php"))
    browser.wait("document.activeElement?.id == 'user_login' || document.readyState == 'complete'")
    fill(browser, "#user_login", USER)
    fill(browser, "#user_pass", PASSWORD)
    browser.find("#wp-submit").click()
    browser.wait("location.pathname.startsWith('/wp-admin/') && document.readyState == 'complete'", 30)


def install(browser, blog, file):
    browser.open(blog.url("/wp-admin/plugin-install.php?tab=upload"))
    browser.find("#pluginzip").send_keys(str(file))
    browser.wait("!document.querySelector('#install-plugin-submit').disabled")
    browser.find("#install-plugin-submit").click()
    browser.wait("location.search.includes('upload-plugin') && document.readyState == 'complete'", 60)
    assert "successfully" in browser.script("return document.body.textContent")
    browser.find("a[href*='action=activate']").click()
    browser.wait("location.pathname.endsWith('/plugins.php') && document.readyState == 'complete'", 30)
    assert blog.value(f"in_array( '{SLUG}/{SLUG}.php', get_option( 'active_plugins' ), true )")


def set_up(browser, blog, server):
    browser.open(blog.url(f"/wp-admin/options-general.php?page={SLUG}"))
    fill(browser, "[name='buttond_sharing_bar[server]']", server.url)
    browser.find("#submit, form [type=submit][name=submit]").click()
    browser.wait("document.querySelector('.notice-success, .updated')?.textContent.includes('saved')", 30)
    assert blog.option("buttond_sharing_bar")["server"] == server.url


def write(browser, blog, title, words):
    """A post, published in the editor."""
    browser.open(blog.url("/wp-admin/post-new.php"))
    browser.wait("window.wp?.data?.select('core/editor')?.getCurrentPostId()", 30)
    browser.driver.execute_async_script(
        """const [title, words, done] = arguments;
        const block = wp.blocks.createBlock('core/paragraph', {content: words});
        wp.data.dispatch('core/block-editor').resetBlocks([block]);
        wp.data.dispatch('core/editor').editPost({title, status: 'publish'});
        wp.data.dispatch('core/editor').savePost().then(done);""",
        title,
        words,
    )
    return browser.wait("wp.data.select('core/editor').isCurrentPostPublished() && wp.data.select('core/editor').getPermalink()", 30)


def read(browser, address):
    """A reader's view of a page, a new reader each time: returns the links that it shows a button of."""
    browser.command("Network.clearBrowserCookies")
    browser.open("about:blank")
    browser.open(address)
    links = browser.script("return [...document.querySelectorAll('a.buttond')].map(e => e.dataset.url)")
    browser.wait_buttons(len(links))
    return links


def test_from_the_zip_to_counts_that_equal_the_views_link_by_link(bare_blog, browser, servers, zip_file):
    blog = bare_blog
    server = servers("--epoch", "50ms", "--miss-wait", "10s", "--site", HOST, private_hosts=False)
    log_in(browser, blog)
    install(browser, blog, zip_file)
    before = blog.get("/").text
    assert "buttond" not in before, "something of the plugin is in the blog before it was set up"
    assert blog.option("buttond_sharing_bar") == []
    set_up(browser, blog, server)
    first = write(browser, blog, "Bread & butter", "How to bake.")
    posts = [first, *(blog.permalink(blog.post(f"Post {number}", post_name=f"post-{number}")) for number in (1, 2))]
    blog.forget_pages()

    browser.command("Network.clearBrowserCookies")  # a blogger's own views are no readers'
    views = collections.Counter()
    for address in [posts[0], posts[1], posts[0], posts[2], posts[0], posts[1], blog.url("/")]:
        links = read(browser, address)
        assert links or address == blog.url("/")
        if address in posts:
            assert set(links) == {address}
        views.update(set(links))
    assert blog.get(posts[0]).headers["X-Page-Cache"] == "HIT"
    expected = {address.removeprefix("http://").rstrip("/"): number for address, number in views.items()}
    keys = {key.rstrip("/"): number for key, number in server.stored().items()}
    assert keys == expected

    # A reader shares. The place's site does not exist here, and that is no matter.
    browser.open(posts[0])
    browser.wait_buttons(1)
    browser.find(".buttond-bar a[data-place=bluesky]").click()
    key = next(key for key in server.stored() if "bread" in key)
    wait_until(lambda: server.export()[key]["shares"] == 1, what="the share")
    for handle in browser.driver.window_handles:
        if handle != browser.main:
            browser.driver.switch_to.window(handle)
            browser.driver.close()
    browser.driver.switch_to.window(browser.main)

    # The next reader of the cached page sees it, and so does the blogger in the list of posts.
    read(browser, posts[0])
    wait_until(lambda: browser.counts()[0] == "1", what="the count in the bar")
    blog.php("do_action( 'buttond_sharing_bar_counts' );")
    blog.login(browser).open(blog.url("/wp-admin/edit.php"))
    row = browser.driver.find_element(By.XPATH, "//tr[contains(., 'Bread')]")
    assert row.find_element(By.CSS_SELECTOR, "td[class*=buttond]").text.strip() == "1"

    said = blog.log()  # WordPress says there that it does not reach wordpress.org
    assert "buttond" not in said, said
