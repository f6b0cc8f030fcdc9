"""The loader in somebody's page: it finds every button, asks once, and counts each display once."""

from urllib.parse import parse_qs, urlsplit

import pytest

from buttond import wait_until

pytestmark = pytest.mark.release

BUFFER = '<a href="http://bufferapp.com/add" class="buffer-add-button" data-url="{url}" data-text="A title" data-via="someone" data-picture="https://example.com/p.png" data-count="{count}">Buffer</a>'
MALFORMED = '<a href=//buffer.com/add" class="buffer-add-button" data-url="{url}" data-count="vertical"></a>'
LINK = '<a class="buttond" href="{server}/add?url={url}" data-url="{url}">Share</a>'


def loader(server, attributes=""):
    return f'<script {attributes} src="{server.url}/js/button.js"></script>'


def asked(server, requests):
    """The links of each /v1/buttons request, in order."""
    return [
        parse_qs(urlsplit(request["url"]).query)["url"]
        for request in requests
        if request["url"].startswith(server.url + "/v1/buttons")
    ]


def test_every_form_of_the_embed_becomes_a_button_with_one_request(server, browser, site):
    server.report_shares([{"url": "https://example.com/b", "id": "1", "shares": 12}])
    body = (
        LINK.format(server=server.url, url="https://example.com/a")
        + BUFFER.format(url="https://example.com/b", count="vertical")
        + BUFFER.format(url="https://example.com/c", count="horizontal")
        + BUFFER.format(url="https://example.com/d", count="none")
        + MALFORMED.format(url="https://example.com/e")
        + '<share-button data-url="https://example.com/f"><a href="/">Share</a></share-button>'
    )
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["0", "12", "0", None, "0", "0"])
    links = [f"https://example.com/{name}" for name in "abcdef"]
    assert asked(server, browser.requests()) == [links]
    assert server.stored() == {link.removeprefix("https://"): 1 for link in links}
    assert browser.console() == []


def test_a_script_after_each_anchor_still_asks_once(server, browser, site):
    body = "".join(BUFFER.format(url=f"https://example.com/{i}", count="vertical") + loader(server) for i in range(7))
    browser.open(site.html("/", body))
    browser.wait_counts(["0"] * 7)
    assert [len(links) for links in asked(server, browser.requests())] == [7]
    assert server.stored() == {f"example.com/{i}": 1 for i in range(7)}


@pytest.mark.parametrize("attributes", ["", "async", "defer", 'type="module"', 'type="module" async'])
@pytest.mark.parametrize("in_head", [True, False])
def test_the_script_may_be_included_in_any_way(server, browser, site, attributes, in_head):
    link = LINK.format(server=server.url, url="https://example.com/a")
    script = loader(server, attributes)
    browser.open(site.html("/", link + ("" if in_head else script), head=script if in_head else ""))
    browser.wait_counts(["0"])
    assert server.stored() == {"example.com/a": 1}


def test_the_script_may_be_imported(server, browser, site):
    body = LINK.format(server=server.url, url="https://example.com/a")
    browser.open(site.html("/", f'{body}<script type="module">import("{server.url}/js/button.js")</script>'))
    browser.wait_counts(["0"])
    assert server.stored() == {"example.com/a": 1}


def test_the_script_may_come_by_a_script_element_that_goes_again(server, browser, site):
    """As jQuery's getScript does it, with its cache-buster."""
    inline = f"""<script>addEventListener('load', () => {{
      const script = document.createElement('script');
      script.async = true;
      script.src = '{server.url}/js/button.js?_=1700000000000';
      script.onload = () => script.remove();
      document.head.appendChild(script);
    }})</script>"""
    browser.open(site.html("/", LINK.format(server=server.url, url="https://example.com/a") + inline))
    browser.wait_counts(["0"])
    assert server.stored() == {"example.com/a": 1}


def test_two_servers_make_one_button(servers, browser, site):
    first, second = (servers("--epoch", "50ms", "--miss-wait", "10s") for _ in range(2))
    body = LINK.format(server=first.url, url="https://example.com/a")
    browser.open(site.html("/", body + loader(first) + loader(second) + loader(first)))
    browser.wait_counts(["0"])
    browser.wait_buttons(1)
    assert first.stored() == {"example.com/a": 1}
    assert second.stored() == {}


def test_buttons_added_later_are_asked_for_together(server, browser, site):
    browser.open(site.html("/", LINK.format(server=server.url, url="https://example.com/a") + loader(server)))
    browser.wait_counts(["0"])
    browser.requests()
    more = "".join(LINK.format(server=server.url, url=f"https://example.com/{i}") for i in range(3))
    browser.script("document.body.insertAdjacentHTML('beforeend', arguments[0])", f"<main><p>{more}</p></main>")
    browser.wait_counts(["0"] * 4)
    assert asked(server, browser.requests()) == [[f"https://example.com/{i}" for i in range(3)]]
    assert server.stored() == {"example.com/a": 1, **{f"example.com/{i}": 1 for i in range(3)}}


def test_two_hundred_buttons_take_four_requests(server, browser, site):
    body = "".join(LINK.format(server=server.url, url=f"https://example.com/{i}") for i in range(200))
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["0"] * 200)
    assert [len(links) for links in asked(server, browser.requests())] == [50] * 4
    assert server.stored() == {f"example.com/{i}": 1 for i in range(200)}


def test_long_addresses_are_split_before_the_request_line_is_too_long(server, browser, site):
    links = [f"https://example.com/{i}/" + "x-" * 900 for i in range(20)]
    body = "".join(LINK.format(server=server.url, url=link) for link in links)
    browser.open(site.html("/", body + loader(server)))
    browser.wait_buttons(20)
    browser.wait_counts(["0"] * 20)
    assert sum(server.stored().values()) == 20
    assert browser.console() == []


def test_a_link_that_is_too_long_is_not_asked_for_and_takes_no_other_with_it(server, browser, site):
    """It would be refused, and several of them would make a request line too long for the links beside them too."""
    start = "https://example.com/"
    longest = start + "a" * (2048 - len(start))
    links = [longest + "a", start + "1", *(longest[:-4] + "%C3%A4" + str(i) for i in range(9)), longest, start + "2"]
    body = "".join(LINK.format(server=server.url, url=link) for link in links)
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["0" if len(link) <= 2048 else None for link in links])
    assert [link for request in asked(server, browser.requests()) for link in request] == [start + "1", longest, start + "2"]
    assert sum(server.stored().values()) == 3
    assert browser.console() == []


def test_a_link_that_is_too_long_alone_is_a_plain_button_that_asks_nothing(server, browser, site):
    link = LINK.format(server=server.url, url="https://example.com/" + "a" * 2048)
    browser.open(site.html("/", link + loader(server)))
    browser.wait_buttons(1)
    browser.driver.execute_async_script("setTimeout(arguments[0], 300)")
    assert asked(server, browser.requests()) == []
    assert not any('route="buttons",code="400"' in name and number for name, number in server.metrics().items())
    assert browser.console() == []


def test_a_scan_leaves_a_button_alone_that_did_not_change(server, browser, site):
    body = "".join(LINK.format(server=server.url, url=f"https://example.com/{i}") for i in range(20))
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["0"] * 20)
    browser.script(
        """window.written = 0;
           const native = Number.prototype.toLocaleString;
           Number.prototype.toLocaleString = function (...all) { written++; return native.apply(this, all) };
           for (const link of document.querySelectorAll('a.buttond')) {
             new MutationObserver(() => { window.touched = true })
               .observe(part(link, 'button'), { attributes: true, childList: true, characterData: true, subtree: true });
           }
           document.body.append('more')"""
    )
    browser.driver.execute_async_script("setTimeout(arguments[0], 300)")
    assert browser.script("return [written, window.touched]") == [0, None]
    browser.script("document.querySelector('a.buttond').lang = 'de'")
    browser.wait("written == 2")
    browser.driver.execute_async_script("setTimeout(arguments[0], 300)")
    assert browser.script("return written") == 2


def test_two_buttons_of_a_link_are_one_impression_and_both_show_its_count(server, browser, site):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 12}])
    body = LINK.format(server=server.url, url="https://example.com/a") * 2
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["12", "12"])
    assert asked(server, browser.requests()) == [["https://example.com/a"]]
    browser.script("document.body.insertAdjacentHTML('beforeend', arguments[0])", body)
    browser.wait_counts(["12"] * 4)
    assert asked(server, browser.requests()) == []
    assert server.stored() == {"example.com/a": 1}


def test_a_link_stays_in_view_while_one_of_its_buttons_does(server, browser, site):
    link = LINK.format(server=server.url, url="https://example.com/a")
    browser.open(site.html("/", link * 2 + loader(server)))
    browser.wait_counts(["0", "0"])
    browser.script("document.querySelector('a.buttond').remove()")
    browser.wait_buttons(1)
    browser.script("document.body.insertAdjacentHTML('beforeend', arguments[0])", link)
    browser.wait_counts(["0", "0"])
    assert server.stored() == {"example.com/a": 1}


def test_another_page_without_a_reload_counts_a_link_anew(server, browser, site):
    """As Turbo shows one: the old elements go, others come in the same moment."""
    main = f"<main>{LINK.format(server=server.url, url='https://example.com/a') * 2}</main>"
    browser.open(site.html("/", main + loader(server)))
    browser.wait_counts(["0", "0"])
    browser.script("document.querySelector('main').remove(); document.body.insertAdjacentHTML('afterbegin', arguments[0])", main)
    wait_until(lambda: server.stored() == {"example.com/a": 2}, what="a second impression")
    browser.wait_counts(["0", "0"])


def test_a_bar_that_goes_over_to_a_link_in_view_counts_nothing(server, browser, site):
    """As a floating one does while its reader scrolls from post to post, each with a bar of its own."""
    links = [LINK.format(server=server.url, url=f"https://example.com/{name}") for name in "aab"]
    browser.open(site.html("/", "".join(links) + loader(server)))
    browser.wait_counts(["0"] * 3)
    for name in "bab":
        browser.script("document.querySelector('a.buttond').dataset.url = arguments[0]", f"https://example.com/{name}")
        wait_until(
            lambda: f"%2F{name}&" in browser.script("return part(document.querySelector('a.buttond'), 'button').href"),
            what="the other link",
        )
    assert server.stored() == {"example.com/a": 1, "example.com/b": 1}


def test_a_teaser_that_becomes_the_page_counts_anew(server, browser, site):
    """The button that stays stands before the one that goes."""
    links = [LINK.format(server=server.url, url=f"https://example.com/{name}") for name in ("list", "a")]
    browser.open(site.html("/", "".join(links) + loader(server)))
    browser.wait_counts(["0", "0"])
    browser.script("const [stays, goes] = document.querySelectorAll('a.buttond'); goes.remove(); stays.dataset.url = 'https://example.com/a'")
    wait_until(lambda: server.stored() == {"example.com/list": 1, "example.com/a": 2}, what="a second impression")
    browser.script("document.querySelector('a.buttond').dataset.url = 'https://example.com/list'")
    wait_until(lambda: server.stored() == {"example.com/list": 2, "example.com/a": 2}, what="the list again")


def test_the_address_is_data_url_then_canonical_then_location(server, browser, site):
    button = '<a class="buttond" href="#">Share</a>'
    relative = '<a class="buttond" href="#" data-url="../other?x=1">Share</a>'
    canonical = '<link rel="canonical" href="/canonical/">'
    name = site.origin.removeprefix("http://")
    browser.open(site.html("/deep/page", button + relative + loader(server), head=canonical))
    browser.wait_counts(["0", "0"])
    browser.open(site.html("/plain/page", button + loader(server)))
    browser.wait_counts(["0"])
    assert server.stored() == {f"{name}/canonical": 1, f"{name}/other?x=1": 1, f"{name}/plain/page": 1}


def test_moving_and_removing_an_anchor_takes_its_button_along(server, browser, site):
    body = '<div id="from">' + LINK.format(server=server.url, url="https://example.com/a") + '</div><div id="to"></div>'
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["0"])
    browser.script("document.getElementById('to').append(document.querySelector('a.buttond'))")
    browser.wait("document.querySelector('#to > a.buttond + span')")
    assert browser.script("return document.querySelectorAll('#from *').length") == 0
    browser.script("document.querySelector('a.buttond').remove()")
    browser.wait("document.querySelectorAll('#to *').length == 0")
    assert server.stored() == {"example.com/a": 1}


def test_an_element_that_leaves_and_returns_has_one_button(server, browser, site):
    body = '<share-button data-url="https://example.com/a">Share</share-button>' + loader(server)
    browser.open(site.html("/", body))
    browser.wait_counts(["0"])
    browser.script("window.kept = document.querySelector('share-button'); kept.remove(); buttond()")
    browser.driver.execute_async_script("setTimeout(arguments[0], 100)")
    browser.script("document.body.append(kept)")
    wait_until(lambda: server.books()["seen"] == 2, what="a second display")
    assert browser.script("return kept.shadowRoot.children.length") == 1


def test_one_name_is_left_in_window_and_nothing_is_stored(server, browser, site):
    button = LINK.format(server=server.url, url="https://example.com/a")
    before = "<script>window.before = Object.getOwnPropertyNames(window)</script>"
    after = "<script>window.after = Object.getOwnPropertyNames(window)</script>"
    browser.open(site.html("/", button + before + loader(server) + after))
    browser.wait_counts(["0"])
    assert browser.script("return after.filter(name => !before.includes(name))") == ["before", "buttond"]
    assert browser.script("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert browser.command("Network.getAllCookies")["cookies"] == []


def test_requests_say_nothing_about_the_reader(server, browser, site):
    """A site of another origin asks our server only, without cookie and Referer."""
    browser.open(site.html("/", LINK.format(server=server.url, url="https://example.com/a") + loader(server)))
    browser.wait_counts(["0"])
    requests = browser.requests()
    assert {urlsplit(request["url"]).netloc for request in requests} == {
        urlsplit(server.url).netloc,
        urlsplit(site.origin).netloc,
    }
    counted = [request for request in requests if "/v1/buttons" in request["url"]]
    assert len(counted) == 1
    assert counted[0]["sent"]["sec-fetch-mode"] == "cors"
    assert not set(counted[0]["sent"]) & {"referer", "cookie", "authorization"}
    assert counted[0]["referrerPolicy"] == "no-referrer"


def test_an_element_called_buttond_does_not_get_in_the_way(server, browser, site):
    body = '<p id="buttond"></p>' + LINK.format(server=server.url, url="https://example.com/a")
    browser.open(site.html("/", body + loader(server)))
    browser.wait_counts(["0"])


@pytest.mark.parametrize("clobber", [
    '<img name="currentScript" src="{site}/js/button.js">',
    '<form name="currentScript"><input name="src" value="{site}/js/button.js"></form>',
])
def test_an_element_called_currentscript_sends_nothing_elsewhere(server, browser, site, clobber):
    link = LINK.format(server=server.url, url="https://example.com/a")
    browser.open(site.html("/", clobber.format(site=site.origin) + link + loader(server)))
    browser.wait_counts(["0"])
    assert server.stored() == {"example.com/a": 1}


def test_a_page_restored_from_the_cache_counts_again(server, browser, site):
    button = LINK.format(server=server.url, url="https://example.com/a") * 2
    address = site.html("/", button + loader(server) + "<script>onpageshow = e => window.restored = e.persisted</script>")
    other = site.html("/other", "<p>Elsewhere</p>")
    browser.open(address)
    browser.wait_counts(["0", "0"])
    browser.script("location.href = arguments[0]", other)
    browser.wait("document.body.textContent == 'Elsewhere'")
    browser.script("history.back()")
    browser.wait("window.restored === true", what="a page restored from the back-forward cache")
    wait_until(lambda: server.stored() == {"example.com/a": 2}, what="a second impression")


def test_a_prerendered_page_counts_when_it_is_shown(server, browser, site):
    site.html("/shown", LINK.format(server=server.url, url="https://example.com/a") + loader(server))
    rules = '<script type="speculationrules">{"prerender":[{"urls":["/shown"],"eagerness":"immediate"}]}</script>'
    browser.open(site.html("/", f'<a id="go" href="/shown">Go</a>{rules}'))
    wait_until(lambda: any(path == "/shown" for path, _ in site.requests), what="the prerender")
    wait_until(lambda: server.metrics().get('buttond_requests_total{route="loader",code="200"}'), what="the loader's request")
    assert server.books()["seen"] == 0
    browser.find("#go").click()
    browser.wait_counts(["0"])
    assert browser.script("return performance.getEntriesByType('navigation')[0].activationStart > 0")
    assert server.stored() == {"example.com/a": 1}
    assert sum(path == "/shown" for path, _ in site.requests) == 1

