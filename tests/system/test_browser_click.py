"""What a click does, and what is left when something fails: a link that works, and a quiet console."""

import signal
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import npm_file
from buttond import wait_until

pytestmark = pytest.mark.release

LINK = '<a class="buttond" href="{server}/add?url={url}" data-url="{url}" data-text="Some words" data-via="someone" data-picture="https://example.com/p.png" {more}>Share</a>'


def page(server, site, more="", before="", after=""):
    link = LINK.format(server=server.url, url="https://example.com/a", more=more)
    return site.html("/", f'{before}{link}<script src="{server.url}/js/button.js"></script>{after}')


def click(browser, *keys):
    """Clicks the button as a reader does, with keys held down."""
    box = browser.script("return part(document.querySelector('a.buttond'), 'label').getBoundingClientRect().toJSON()")
    actions = ActionChains(browser.driver)
    for key in keys:
        actions.key_down(key)
    middle = int(box["x"] + box["width"] / 2), int(box["y"] + box["height"] / 2)
    actions.w3c_actions.pointer_action.move_to_location(*middle)
    actions.click()
    for key in keys:
        actions.key_up(key)
    actions.perform()


def new_window(browser):
    """Waits for a second window and goes there."""
    handles = wait_until(lambda: len(browser.driver.window_handles) == 2 and browser.driver.window_handles, what="a window")
    browser.driver.switch_to.window(next(handle for handle in handles if handle != browser.main))
    browser.wait("document.readyState == 'complete' && location.pathname == '/add'")


def test_a_click_opens_the_dialog_in_a_window_of_the_contracts_size(server, browser, site):
    spy = "<script>const real = open; window.open = (...all) => { window.features = all[2]; return real(...all) }</script>"
    browser.open(page(server, site, before=spy))
    browser.wait_counts(["0"])
    click(browser)
    # A headless browser has no windows to size; what it is asked for is what counts.
    assert browser.script("return window.features") == "width=850,height=600"
    new_window(browser)
    address = urlsplit(browser.driver.current_url)
    assert parse_qs(address.query) == {
        "url": ["https://example.com/a"],
        "text": ["Some words"],
        "via": ["someone"],
        "picture": ["https://example.com/p.png"],
    }
    assert browser.script("return window.opener") is None
    wait_until(lambda: server.books("clicks")["accepted"] == 1, what="the click")
    server.wait_stored()
    assert server.export()["example.com/a"]["clicks"] == 1


def test_the_keyboard_reaches_and_opens_it_and_focus_is_seen(server, browser, site):
    browser.open(page(server, site, before="<button>Before</button>"))
    browser.wait_counts(["0"])
    ActionChains(browser.driver).send_keys(Keys.TAB, Keys.TAB).perform()
    outline = browser.script(
        """const focused = document.activeElement.shadowRoot.activeElement, style = getComputedStyle(focused);
           return [focused.getAttribute('part'), style.outlineStyle, parseFloat(style.outlineWidth)]"""
    )
    # The browser's own ring, which none of the page's styles and none of ours takes away.
    assert outline[:2] == ["button", "auto"] and outline[2] >= 1
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    new_window(browser)


def test_a_click_with_a_key_held_does_what_it_does_on_a_link(server, browser, site):
    browser.open(page(server, site, before="<script>opened = 0; window.open = () => { opened++ }</script>"))
    browser.wait_counts(["0"])
    click(browser, Keys.CONTROL)
    new_window(browser)
    browser.driver.switch_to.window(browser.main)
    assert browser.script("return opened") == 0


def test_a_place_that_is_chosen_is_reported_each_time_and_without_referer(server, browser, site):
    """By a click, with a key held, and by the keyboard; what the page does with the click is no matter."""
    body = f"""<div data-url="https://example.com/a?b=1&amp;c=2"><a data-place="bluesky" href="#to">Bluesky</a></div>
      <script src="{server.url}/js/button.js"></script>
      <script>document.querySelector('a').onclick = (event) => {{ event.preventDefault(); event.stopPropagation() }}</script>"""
    browser.open(site.html("/", body, Referrer_Policy="unsafe-url"))
    browser.wait("typeof buttond == 'function'")
    place = browser.find("a")
    place.click()
    ActionChains(browser.driver).key_down(Keys.CONTROL).click(place).key_up(Keys.CONTROL).perform()
    place.send_keys(Keys.ENTER)
    wait_until(lambda: server.export().get("example.com/a?b=1&c=2", {}).get("shares") == 3, what="three shares")
    sent = [request for request in browser.requests() if "/v1/chosen" in request["url"] and request["method"] == "POST"]
    named = [parse_qs(urlsplit(request["url"]).query, strict_parsing=True) for request in sent]
    assert {name for one in named for name in one} == {"place", "url"}
    assert [(one["place"], one["url"]) for one in named] == [(["bluesky"], ["https://example.com/a?b=1&c=2"])] * 3
    for request in sent:
        assert not set(request["sent"]) & {"referer", "cookie", "content-type"}
    assert browser.console() == []


def test_a_choice_that_cannot_be_reported_leaves_the_page_in_peace(server, browser, site):
    body = f"""<script>trouble = []; onerror = (message) => {{ trouble.push(message) }};
      addEventListener('unhandledrejection', (event) => {{ trouble.push(String(event.reason)) }})</script>
      <div data-url="https://example.com/a"><b data-place="bluesky">Bluesky</b></div><script src="{server.url}/js/button.js"></script>"""
    browser.open(site.html("/", body))
    browser.wait("typeof buttond == 'function'")
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(30)
    browser.find("b").click()
    browser.script("document.dispatchEvent(new Event('click')); dispatchEvent(new Event('click')); document.body.click()")
    browser.driver.execute_async_script("setTimeout(arguments[0], 300)")
    assert browser.script("return trouble") == []


def test_with_a_blocked_window_it_is_a_plain_link(server, browser, site):
    browser.open(page(server, site, before="<script>window.open = () => null</script>"))
    browser.wait_counts(["0"])
    click(browser)
    new_window(browser)
    wait_until(lambda: server.books("clicks")["accepted"] == 1, what="the click")
    server.wait_stored()
    assert server.export()["example.com/a"]["clicks"] == 1


def test_without_script_it_is_a_plain_link(server, browser, site):
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page(server, site))
    browser.find("a.buttond").click()
    wait_until(lambda: urlsplit(browser.driver.current_url).path == "/add", what="the dialog")
    browser.command("Emulation.setScriptExecutionDisabled", value=False)
    wait_until(lambda: server.books("clicks")["accepted"] == 1, what="the click")
    server.wait_stored()
    assert server.export()["example.com/a"] == {"impressions": 0, "clicks": 1, "shares": 0}


def test_the_systems_sheet_is_used_where_it_is_asked_for(server, browser, site):
    shared = "<script>navigator.share = (data) => { window.shared = data; return Promise.resolve() }</script>"
    browser.open(page(server, site, more="data-native", before=shared))
    browser.wait_counts(["0"])
    click(browser)
    assert browser.wait("window.shared") == {"url": "https://example.com/a", "title": "Some words"}
    assert len(browser.driver.window_handles) == 1


def test_the_systems_sheet_gets_the_words_of_the_moment_of_the_click(server, browser, site):
    shared = "<script>navigator.share = (data) => { window.shared = data; return Promise.resolve() }</script>"
    browser.open(page(server, site, more="data-native", before=shared))
    browser.wait_counts(["0"])
    browser.script(
        """const link = document.querySelector('a.buttond');
           Object.assign(link.dataset, { url: 'https://example.com/b', text: 'Other words' });
           part(link, 'button').click()"""
    )
    assert browser.wait("window.shared") == {"url": "https://example.com/b", "title": "Other words"}


def test_where_there_is_no_sheet_the_dialog_opens(server, browser, site):
    browser.open(page(server, site, more="data-native", before="<script>navigator.share = undefined</script>"))
    browser.wait_counts(["0"])
    click(browser)
    new_window(browser)


def test_a_reader_who_thinks_better_of_it_sees_no_error(server, browser, site):
    shared = "<script>navigator.share = () => { window.asked = true; return Promise.reject(new DOMException('', 'AbortError')) }</script>"
    browser.open(page(server, site, more="data-native", before=shared))
    browser.wait_counts(["0"])
    click(browser)
    browser.wait("window.asked")
    assert browser.console() == []


def of_scripts(console):
    """Whatever a console got from scripts; a browser itself notes every failed request, whoever made it."""
    return [entry for entry in console if entry["source"] != "network"]


def test_a_server_that_is_down_leaves_links_and_is_asked_once(server, browser, site):
    browser.open(page(server, site))
    browser.wait_counts(["0"])
    server.terminate()
    browser.console()
    browser.requests()
    browser.script(
        "document.body.insertAdjacentHTML('beforeend', arguments[0])",
        LINK.format(server=server.url, url="https://example.com/b", more=""),
    )
    browser.wait_buttons(2)
    wait_until(lambda: browser.script("return performance.getEntriesByName(arguments[0]).length", server.url + "/v1/buttons?url=https%3A%2F%2Fexample.com%2Fb"), what="the failed request")
    assert browser.counts() == ["0", None]
    href = "return part(document.querySelectorAll('a.buttond')[1], 'button').href"
    assert browser.script(href).startswith(server.url + "/add?url=https%3A%2F%2Fexample.com%2Fb")
    asked = [request for request in browser.requests() if "/v1/buttons" in request["url"]]
    assert len(asked) == 1
    assert of_scripts(browser.console()) == []


def test_a_server_that_is_down_while_the_page_loads_leaves_links(server, browser, site):
    address = page(server, site, after="<script>window.done = true</script>")
    server.terminate()
    browser.open(address)
    browser.wait("document.readyState == 'complete' && window.done")
    link = browser.find("a.buttond")
    assert link.is_displayed()
    assert link.get_attribute("href") == f"{server.url}/add?url=https://example.com/a"
    assert len([request for request in browser.requests() if request["url"].startswith(server.url)]) == 1
    assert of_scripts(browser.console()) == []


def test_a_server_that_hangs_while_the_page_loads_leaves_links(server, browser, site):
    browser.open(site.html("/", LINK.format(server=server.url, url="https://example.com/a", more="")))
    server.process.send_signal(signal.SIGSTOP)
    try:
        script = "document.body.append(Object.assign(document.createElement('script'), {src: arguments[0]}))"
        browser.script(script, server.url + "/js/button.js")
        browser.driver.execute_async_script("setTimeout(arguments[0], 500)")
        assert browser.find("a.buttond").is_displayed()
        assert browser.console() == []
    finally:
        server.process.send_signal(signal.SIGCONT)
    browser.wait_counts(["0"])


def test_a_server_that_never_answers_leaves_links(server, browser, site):
    browser.open(page(server, site))
    browser.wait_counts(["0"])
    server.process.send_signal(signal.SIGSTOP)
    try:
        browser.script(
            "document.body.insertAdjacentHTML('beforeend', arguments[0])",
            LINK.format(server=server.url, url="https://example.com/b", more=""),
        )
        browser.wait_buttons(2)
        assert browser.counts() == ["0", None]
        assert browser.console() == []
    finally:
        server.process.send_signal(signal.SIGCONT)
    browser.wait_counts(["0", "0"])


@pytest.mark.parametrize(
    "answer",
    [
        "new Response('<html>')",
        "new Response('null')",
        "new Response('{}')",
        """new Response('{"counts":null}')""",
        """new Response('{"counts":["<b>1</b>"]}')""",
        """new Response('{"counts":[-1]}')""",
        """new Response('{"counts":[]}')""",
        """new Response('{"error":{}}', {status: 503})""",
        "Promise.reject(new TypeError('Failed to fetch'))",
    ],
)
def test_an_answer_that_is_garbage_shows_no_count(server, browser, site, answer):
    """As a proxy or an extension between page and server may answer."""
    stub = f"<script>window.fetch = (...all) => {{ window.asked = (window.asked || 0) + 1; return Promise.resolve().then(() => {answer}) }}</script>"
    browser.open(page(server, site, before=stub))
    browser.wait_buttons(1)
    browser.wait("window.asked")
    browser.driver.execute_async_script("setTimeout(arguments[0], 0)")
    assert browser.counts() == [None]
    assert browser.script("return window.asked") == 1
    assert browser.console() == []


def test_a_blocked_script_leaves_the_link(server, browser, site):
    browser.command("Network.enable")
    browser.command("Network.setBlockedURLs", urls=["*/js/button.js*"])
    try:
        browser.open(page(server, site))
        assert browser.find("a.buttond").is_displayed()
        assert of_scripts(browser.console()) == []
    finally:
        browser.command("Network.setBlockedURLs", urls=[])


def test_a_blocked_count_leaves_the_button(server, browser, site):
    browser.command("Network.enable")
    browser.command("Network.setBlockedURLs", urls=["*/v1/buttons*"])
    try:
        browser.open(page(server, site))
        browser.wait_buttons(1)
        assert browser.counts() == [None]
        assert of_scripts(browser.console()) == []
    finally:
        browser.command("Network.setBlockedURLs", urls=[])


def test_a_browser_without_constructed_style_sheets_keeps_its_links(server, browser, site):
    old = "<script>window.CSSStyleSheet = undefined</script>"
    browser.open(page(server, site, before=old, after="<script>window.done = true</script>"))
    browser.wait("window.done")
    assert browser.find("a.buttond").is_displayed()
    assert browser.console() == []


def test_jquerys_get_script_loads_it(server, browser, site):
    body = f"""{LINK.format(server=server.url, url="https://example.com/a", more="")}
      <script src="/jquery.js"></script><script>jQuery.getScript('{server.url}/js/button.js')</script>"""
    site.page("/jquery.js", npm_file("jquery/dist/jquery.min.js"), Content_Type="text/javascript")
    browser.open(site.html("/", body))
    browser.wait_counts(["0"])
