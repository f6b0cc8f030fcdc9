"""A provider's server for two blogs, of which one is not on its list yet."""

import signal
from urllib.parse import urlsplit

from buttond import wait_until


def read(browser, address):
    """A reader's view; returns the count that the bar shows."""
    browser.open(address)
    browser.wait_buttons(1)
    return browser.counts()[0]


def test_a_blog_off_the_list_has_links_and_no_counts_until_it_is_on_it(blog, old_blog, browser, servers, tmp_path):
    sites = tmp_path / "sites"
    sites.write_text(f"{blog.host}\n")
    server = servers("--epoch", "50ms", "--miss-wait", "10s", "--site-file", sites, private_hosts=False)
    links = []
    for tenant in (blog, old_blog):
        tenant.set_up(server, positions=["below"], minimum=0)
        links.append(tenant.permalink(tenant.post("Bread", "Words.")))
    listed, unlisted = links

    for _ in range(2):
        read(browser, listed)
        browser.wait_counts(["0"])
        read(browser, unlisted)
    assert browser.counts() == [None], "a number where none is counted"
    assert len(browser.find_all(".buttond-bar a[data-place]")) >= 4
    assert server.stored() == {urlsplit(listed).netloc + urlsplit(listed).path.rstrip("/"): 2}

    # Neither does the blog keep a number, and its settings page names the host to add.
    for tenant in (blog, old_blog):
        tenant.php("do_action( 'buttond_sharing_bar_counts' );")
    key = "_buttond_sharing_bar_shares"
    assert blog.sql(f"select meta_value from wp_postmeta where meta_key = '{key}'")[0] == ["0"]
    assert old_blog.sql(f"select meta_value from wp_postmeta where meta_key = '{key}'") == []
    old_blog.login(browser).open(old_blog.url("/wp-admin/options-general.php?page=buttond-sharing-bar"))
    assert old_blog.host in browser.script("return document.querySelector('#wpbody-content').innerText")

    # The provider adds it, while the server runs.
    sites.write_text(f"{blog.host}\n{old_blog.host}\n")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: server.get(f"/v1/explain?url={unlisted}").json["counted"], what="the new list")
    browser.command("Network.clearBrowserCookies")
    read(browser, unlisted)
    browser.wait_counts(["0"])
    assert server.stored()[urlsplit(unlisted).netloc + urlsplit(unlisted).path.rstrip("/")] == 1
