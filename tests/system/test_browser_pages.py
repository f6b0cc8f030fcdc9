"""Our own pages in a browser, with script and without, and the button that needs none in somebody's page."""

from urllib.parse import parse_qs, urlsplit

import pytest

from buttond import wait_until

pytestmark = pytest.mark.release

SHARED = "url=https%3A%2F%2Fexample.com%2Fa&text=Some+words"
PAGES = [
    "/",
    "/?url=https%3A%2F%2Fwww.example.com%2Fa%3Futm_source%3Dx&count=vertical&size=large&form=wordpress",
    "/?url=nonsense%3A%2F%2F",
    "/add",
    "/add?" + SHARED,
    "/add?" + SHARED + "&server=mastodon.social",
    "/add?url=javascript:x",
    "/add/to?place=copy&" + SHARED,
    "/add/to?place=mastodon&server=mastodon.social&" + SHARED,
    "/add/to?place=mastodon&server=m%D0%B0stodon.social:8443&" + SHARED,
    "/button/?url=https%3A%2F%2Fexample.com%2Fa&count=vertical",
]


def shares(server, key="example.com/a"):
    return server.export().get(key, {"shares": 0})["shares"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme, width", [("light", 1000), ("dark", 360)])
def test_every_page_of_ours_has_no_violation(server, browser, path, scheme, width):
    browser.media(prefers_color_scheme=scheme)
    browser.size(width, 800, mobile=width < 500)
    browser.open(server.url + path)
    browser.wait("document.readyState == 'complete'")
    # A page in a frame has its headings and landmarks around it.
    accepted = ("landmark-one-main", "page-has-heading-one", "region") if path.startswith("/button/") else ()
    assert [one for one in browser.violations() if not one.startswith(accepted or "\0")] == []
    assert browser.script("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.console() == []


def test_every_place_has_its_colour_under_a_white_icon(server, browser):
    browser.open(f"{server.url}/add?{SHARED}")
    look = "return [...document.querySelectorAll('.places svg')].map(one => [one.getAttribute('color'), %s])"
    for colour, ground, icon in browser.script(look % "getComputedStyle(one).backgroundColor, getComputedStyle(one).fill"):
        assert ground == "rgb({}, {}, {})".format(*bytes.fromhex(colour.removeprefix("#")))
        assert icon == "rgb(255, 255, 255)"


def test_words_that_are_edited_go_along_to_the_place(server, browser):
    browser.open(f"{server.url}/add?{SHARED}")
    field = browser.find("#text")
    field.clear()
    field.send_keys("Other & words")
    links = {a.get_attribute("data-place"): a.get_attribute("href") for a in browser.find_all("a[data-place]")}
    for link in links.values():
        assert parse_qs(urlsplit(link).query)["text"] == ["Other & words"]
    assert links


def test_without_script_words_are_edited_by_a_form(server, browser):
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{server.url}/add?{SHARED}")
    browser.find("#text").send_keys(" and more")
    browser.find("#share button").click()
    wait_until(lambda: "edited" in browser.driver.current_url, what="the page with the new words")
    link = browser.find("[data-place=reddit]").get_attribute("href")
    assert parse_qs(urlsplit(link).query)["text"] == ["Some words and more"]
    server.wait_stored()
    assert server.books("clicks")["seen"] == 1, "editing is no second click"


def test_copying_the_link_counts_one_share_however_often(server, browser):
    browser.command("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.open(f"{server.url}/add?{SHARED}")
    for _ in range(2):
        browser.find("[data-place=copy]").click()
        browser.wait("document.querySelector('.notice').textContent == 'Copied.'")
    assert browser.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])") == "https://example.com/a"
    wait_until(lambda: shares(server) == 1, what="the share")
    assert urlsplit(browser.driver.current_url).path == "/add"


def test_without_script_copying_shows_the_address_and_counts(server, browser):
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{server.url}/add?{SHARED}")
    browser.find("[data-place=copy]").click()
    wait_until(lambda: "/add/to" in browser.driver.current_url, what="the page to copy from")
    assert "Copy the address above" in browser.driver.page_source
    wait_until(lambda: shares(server) == 1, what="the share")


def test_the_systems_sheet_is_offered_where_there_is_one(server, browser):
    source = "navigator.share = data => { window.shared = data; return Promise.resolve() }"
    script = browser.command("Page.addScriptToEvaluateOnNewDocument", source=source)
    try:
        browser.open(f"{server.url}/add?{SHARED}")
        browser.find("[data-place=system]").click()
        assert browser.wait("window.shared") == {"url": "https://example.com/a", "text": "Some words"}
        wait_until(lambda: shares(server) == 1, what="the share")
    finally:
        browser.command("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])
    browser.command("Page.addScriptToEvaluateOnNewDocument", source="delete Navigator.prototype.share")
    browser.open(f"{server.url}/add?{SHARED}")
    assert not browser.find("[data-place=system]").is_displayed()


def test_mastodons_server_stays_in_the_address_only(server, browser):
    browser.open(f"{server.url}/add?{SHARED}")
    browser.find("summary").click()
    field = browser.find("form.server [name=server]")
    field.send_keys("mastodon.example")
    browser.find("form.server button").click()
    browser.wait("location.pathname == '/add/to'")
    assert browser.find(".destination").text == "mastodon.example"
    address = browser.find(".way").get_attribute("href")
    assert address.startswith("https://mastodon.example/share?text=Some%20words%20https%3A%2F%2F")
    wait_until(lambda: shares(server) == 1, what="the share")
    browser.driver.back()
    browser.wait("location.pathname == '/add' && location.search.includes('server=mastodon.example')")
    browser.driver.refresh()
    assert browser.find("form.server [name=server]").get_attribute("value") == "mastodon.example"
    assert browser.script("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_the_home_page_follows_every_choice(server, browser):
    browser.open(server.url + "/")
    browser.find("#url").send_keys("https://www.example.com/post/?utm_source=x")
    browser.wait("document.querySelector('.key')?.textContent == 'example.com/post'")
    browser.script("document.querySelector('[name=count][value=vertical]').click()")
    browser.wait("""document.querySelector('pre').textContent.includes('data-count="vertical"')""")
    browser.wait("document.querySelectorAll('.stage a.buttond + span').length == 2")
    for form, mark in (("element", "<buttond-button"), ("iframe", "<iframe"), ("markdown", "[![Share"), ("wordpress", "add_filter")):
        browser.script("document.querySelector(`[name=form][value=${arguments[0]}]`).click()", form)
        browser.wait(f"document.querySelector('pre').textContent.includes('{mark}')")
    assert "form=wordpress" in browser.driver.current_url
    assert browser.console() == []


def test_the_home_page_works_without_script(server, browser):
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(server.url + "/")
    browser.find("#url").send_keys("https://www.example.com/post/")
    browser.find("#choices button").click()
    wait_until(lambda: "url=" in browser.driver.current_url, what="the page with the snippet")
    assert browser.find(".key").text == "example.com/post"
    assert 'data-url="https://www.example.com/post/"' in browser.find("pre").text


def test_the_home_pages_choices_are_reached_by_keyboard(server, browser):
    browser.open(server.url + "/")
    reached = browser.script(
        "return [...document.querySelectorAll('#choices input, #choices button:not([hidden]), .copy, pre')].every(e => e.tabIndex == 0)"
    )
    assert reached


@pytest.mark.parametrize("count, width, height", [("horizontal", 110, 20), ("vertical", 55, 62), ("none", 55, 20)])
def test_the_iframe_fits_its_box_on_somebodys_page(server, browser, site, count, width, height):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 89123456}])
    frame = f'<iframe src="{server.url}/button/?url=https%3A%2F%2Fexample.com%2Fa&count={count}" width="{width}" height="{height}" frameborder="0"></iframe>'
    browser.open(site.html("/", frame))
    browser.driver.switch_to.frame(browser.find("iframe"))
    size = browser.script("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [width, height]
    assert browser.find("a").get_attribute("target") == "_blank"
    if count != "none":
        assert browser.script("return document.querySelector('.count').dataset.shown") == "89M"
    browser.driver.switch_to.default_content()
    assert browser.console() == []
    server.wait_stored()
    assert server.impressions() == {"example.com/a": 1}


def test_the_drawing_and_the_pixel_show_on_somebodys_page(server, browser, site):
    query = "?url=https%3A%2F%2Fexample.com%2Fa"
    body = f'<img src="{server.url}/button.svg{query}" alt="Share"><img src="{server.url}/seen.gif{query}" alt="">'
    browser.open(site.html("/", body))
    sizes = browser.wait("[...document.images].every(i => i.complete) && [...document.images].map(i => [i.naturalWidth, i.naturalHeight])")
    assert sizes[0][1] == 20 and sizes[0][0] > 60
    assert sizes[1] == [1, 1]
    server.wait_stored()
    assert server.impressions() == {"example.com/a": 2}


def test_the_drawings_text_keeps_within_its_boxes(server, browser):
    server.report_shares([{"url": "https://example.com/a", "id": "1", "shares": 123456}])
    for extra in ("", "&count=vertical", "&size=large", "&label=Weitersagen%20bitte", "&label=%E5%85%B1%E6%9C%89"):
        browser.open(f"{server.url}/button.svg?url=https%3A%2F%2Fexample.com%2Fa{extra}")
        outside = browser.driver.execute_script(
            """const boxes = [...document.querySelectorAll('rect')].map(r => r.getBBox());
               return [...document.querySelectorAll('text')].filter(t => {
                 const b = t.getBBox();
                 return !boxes.some(r => b.x >= r.x + 1 && b.x + b.width <= r.x + r.width - 1);
               }).length"""
        )
        assert outside == 0, extra
        assert browser.driver.execute_script("return document.querySelector('title').textContent").endswith("123,456 shares")
