"""Our own pages in a browser, with script and without, and the button that needs none in somebody's page."""

import base64
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from buttond import wait_until
from test_dear_requests import AMPERSANDS_IN_URL

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
        browser.wait("document.querySelector('[data-place=copy]').textContent == 'Copied'")
        assert browser.find("[role=status]").get_attribute("textContent") == "Copied"
    assert browser.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])") == "https://example.com/a"
    wait_until(lambda: shares(server) == 1, what="the share")
    assert urlsplit(browser.driver.current_url).path == "/add"


def test_without_script_copying_shows_the_address_and_counts(server, browser):
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{server.url}/add?{SHARED}")
    browser.find("[data-place=copy]").click()
    wait_until(lambda: "/add/to" in browser.driver.current_url, what="the page to copy from")
    assert browser.find("#link-status").text == "Select the link and copy it."
    assert browser.script("return document.activeElement.id") == "link"
    browser.find("#link").click()
    assert browser.script("return getSelection().toString()") == "https://example.com/a"
    wait_until(lambda: shares(server) == 1, what="the share")


LANGUAGES = {"de": "Link kopieren", "fr": "Copier le lien", "es": "Copiar enlace", "pt-BR": "Copiar link", "ja": "リンクをコピー",
             "ar": "نسخ الرابط"}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/add?" + SHARED + "&server=mastodon.social", "/add?url=javascript:x",
                                  "/add/to?place=mastodon&server=mastodon.social&" + SHARED])  # fmt: skip
def test_the_share_page_is_sound_in_every_language(server, browser, language, path):
    browser.size(360, 740, mobile=True)
    browser.speak(language)
    browser.open(server.url + path)
    assert browser.violations() == []
    assert browser.script("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.script("return document.documentElement.lang") == language
    assert browser.script("return getComputedStyle(document.body).direction") == ("rtl" if language == "ar" else "ltr")
    if path.startswith("/add?" + SHARED):
        assert browser.find(".copy").text == LANGUAGES[language]
        box, copy = (browser.find(selector).rect for selector in ("#link", ".copy"))
        assert (copy["x"] < box["x"]) == (language == "ar")
        assert browser.find("#link").text.replace("\n", "") == "https://example.com/a"


def boxes(browser, selector):
    return browser.script("return [...document.querySelectorAll(arguments[0])].map(e => e.getBoundingClientRect().toJSON())", selector)


def test_the_link_and_what_copies_it_are_one_field_at_the_top(server, browser):
    for width in (360, 850):
        browser.size(width, 740, mobile=width < 500)
        browser.open(f"{server.url}/add?{SHARED}")
        field, link, copy, words = (boxes(browser, one)[0] for one in (".link", "#link", ".copy", "#text"))
        for inner in (link, copy):
            assert field["left"] < inner["left"] and inner["right"] < field["right"]
            assert field["top"] < inner["top"] and inner["bottom"] < field["bottom"]
        assert link["right"] <= copy["left"] and abs(link["top"] - copy["top"]) < 3
        assert field["bottom"] < words["top"]
    weight = "return [...document.querySelectorAll('#link > *')].map(e => [e.textContent, getComputedStyle(e).fontWeight])"
    assert [one for one in browser.script(weight) if one[1] == "700"] == [["example.com", "700"]]


@pytest.mark.parametrize("places", [[], ["x"], ["mastodon", "x", "email"], ["x", "bluesky", "mastodon", "reddit"], ["x", "reddit", "mastodon"]])
@pytest.mark.parametrize("opened", [False, True])
def test_the_rows_of_places_are_even_on_a_phone(servers, browser, places, opened):
    server = servers(*(flag for place in places for flag in ("--place", place)))
    browser.size(360, 740, mobile=True)
    browser.open(f"{server.url}/add?{SHARED}" + ("&server=mastodon.social" if opened else ""))
    around = boxes(browser, ".places")[0]
    rows = {}
    for tile in boxes(browser, ".places > li"):
        rows.setdefault(round(tile["top"]), []).append(tile)
    for row in rows.values():
        assert len({round(tile["height"]) for tile in row}) == 1
        assert min(tile["left"] for tile in row) == pytest.approx(around["left"], abs=1)
        assert max(tile["right"] for tile in row) == pytest.approx(around["right"], abs=1), "a tile stands alone"
    if not opened:
        assert len({round(row[0]["height"]) for row in rows.values()}) == 1


def luminance(colour):
    channels = [int(one) / 255 for one in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_icon_of_every_place_stands_out_from_its_tile(server, browser, scheme):
    browser.media(prefers_color_scheme=scheme)
    browser.open(f"{server.url}/add?{SHARED}")
    look = """return [...document.querySelectorAll('.places svg')].map(one => {
        const icon = getComputedStyle(one);
        return [icon.borderTopColor, icon.backgroundColor, getComputedStyle(one.closest('li')).backgroundColor];
    })"""
    for edge, ground, tile in browser.script(look):
        seen = edge if not edge.startswith("rgba") else ground
        assert contrast(seen, tile) >= 3, (edge, ground, tile)


@pytest.mark.parametrize("path, field, error", [
    ("/add?url=javascript:x", "#url", "cannot be shared"),
    ("/add?url=" + AMPERSANDS_IN_URL, "#url", "too long"),
    ("/add/to?place=mastodon&server=not+a+host&" + SHARED, "#server-mastodon", "not the name of a server"),
], ids=["bad", "long", "server"])  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_error_is_shown_in_red_at_its_field(server, browser, path, field, error, scheme):
    browser.media(prefers_color_scheme=scheme)
    browser.open(server.url + path)
    wrong = browser.find(field)
    assert wrong.get_attribute("aria-invalid") == "true"
    said = browser.find("#" + wrong.get_attribute("aria-describedby"))
    assert error in said.text
    assert 0 <= said.rect["y"] - (wrong.rect["y"] + wrong.rect["height"]) < 12
    red, green, blue = (int(one) for one in re.findall(r"\d+", said.value_of_css_property("color"))[:3])
    assert red > 1.5 * max(green, blue)
    assert browser.script("return document.activeElement") == wrong
    assert len([one for one in browser.find_all(".error") if one.is_displayed()]) == 1


def test_mastodons_server_is_asked_for_within_its_card(server, browser):
    browser.open(f"{server.url}/add?{SHARED}")
    browser.find("summary").click()
    card = boxes(browser, ".places li:has(details)")[0]
    for inner in boxes(browser, ".server input:not([type=hidden]), .server button, .server label"):
        assert card["left"] < inner["left"] and inner["right"] < card["right"]
        assert card["top"] < inner["top"] and inner["bottom"] < card["bottom"]


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


def test_the_snippet_wraps_and_is_copied_from_its_top(server, browser):
    browser.command("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    for width in (360, 1180):
        browser.size(width, 740, mobile=width < 500)
        browser.open(f"{server.url}/?url=https%3A%2F%2Fexample.com%2F" + "a" * 300)
        assert browser.script("const pre = document.querySelector('pre'); return pre.scrollWidth <= pre.clientWidth")
        code, copy, pre = (boxes(browser, one)[0] for one in (".code", ".copy", "pre"))
        assert copy["bottom"] <= pre["top"] and code["top"] < copy["top"] < code["top"] + 20
        assert code["right"] - copy["right"] < 20
    browser.find(".copy").click()
    browser.wait("document.querySelector('.copy').textContent == 'Copied'")
    copied = browser.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied == browser.find("pre").get_attribute("textContent")


@pytest.mark.parametrize("count", ["horizontal", "vertical", "none"])
def test_the_button_stays_in_sight_on_a_phone_while_it_is_changed(server, browser, count):
    browser.size(360, 740, mobile=True)
    browser.open(f"{server.url}/?count={count}")
    browser.wait("document.querySelectorAll('.stage a.buttond + span').length == 2")
    for choice in ("count", "size", "label", "form"):
        browser.script("document.querySelector(`[name=${arguments[0]}]`).closest('fieldset, .field').scrollIntoView({block: 'end'})", choice)
        [stage] = boxes(browser, ".stage")
        assert 0 <= stage["top"] and stage["bottom"] <= 740 and stage["height"] < 320
        for button in browser.script("return [...document.querySelectorAll('.stage a.buttond')].map(e => host(e).getBoundingClientRect().toJSON())"):
            assert 0 <= button["left"] and button["right"] <= 360
            assert stage["top"] <= button["top"] and button["bottom"] <= stage["bottom"]


def test_the_buttons_preview_stands_in_a_line_of_an_article(server, browser):
    browser.size(1180, 900)
    browser.open(server.url + "/?count=none&size=regular")
    browser.wait("document.querySelectorAll('.stage a.buttond + span').length == 2")
    around = """return [...document.querySelectorAll('.stage p')].map(p => {
        const button = host(p.querySelector('a.buttond'));
        const text = [...p.childNodes].filter(n => n.nodeType == 3).map(n => n.data.trim().length);
        return [text.length >= 2 && text.every(n => n > 10), getComputedStyle(button).display];
    })"""
    assert browser.script(around) == [[True, "inline-block"]] * 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_halves_of_the_preview_have_an_edge(server, browser, scheme):
    browser.media(prefers_color_scheme=scheme)
    browser.open(server.url + "/")
    look = "return [...document.querySelectorAll('.stage p')].map(p => [getComputedStyle(p).borderTopColor, getComputedStyle(p).backgroundColor])"
    paper = browser.script("return getComputedStyle(document.body).backgroundColor")
    for edge, ground in browser.script(look):
        assert contrast(edge, ground) >= 3 and contrast(edge, paper) >= 3


def picture(browser, selector):
    return base64.b64decode(browser.find(selector).screenshot_as_base64)


def test_what_is_chosen_is_told_in_forced_colours(server, browser):
    browser.media(forced_colors="active")
    browser.size(1180, 900)
    for name in ("count", "size", "form"):
        browser.open(server.url + "/")
        browser.script(f"document.querySelector('[name={name}]:not(:checked)').closest('label').id = 'other'")
        before = picture(browser, "#other")
        browser.script("document.querySelector('#other input').checked = true")
        after = picture(browser, "#other")
        assert before != after, name


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


@pytest.mark.parametrize("language", ["en", "pt", *LANGUAGES])
@pytest.mark.parametrize("count, width, height", [("horizontal", 110, 20), ("vertical", 55, 62), ("none", 55, 20)])
def test_the_iframe_fits_its_box_in_every_language(server, browser, site, language, count, width, height):
    browser.speak(language)
    for shares in (0, 1234, 999_499):
        server.report_shares([{"url": f"https://example.com/{shares}", "id": "1", "shares": shares}] if shares else [])
        for size, scale in (("regular", 1), ("large", 1.5)):
            address = f"{server.url}/button/?url=https%3A%2F%2Fexample.com%2F{shares}&count={count}&size={size}"
            browser.open(site.html("/", f'<iframe src="{address}" width="{width * scale}" height="{height * scale}" frameborder="0"></iframe>'))
            browser.driver.switch_to.frame(browser.find("iframe"))
            assert browser.script("return document.documentElement.lang") == language
            [button] = boxes(browser, "a")
            assert button["left"] >= 0 and button["right"] <= width * scale + 0.5, (shares, size)
            assert browser.find("a").text or language != "en"
            browser.driver.switch_to.default_content()


def test_the_frame_has_no_ground_of_its_own_where_only_the_system_is_dark(server, browser, site):
    """A frame whose color-scheme is not its page's is drawn on an opaque ground."""
    browser.media(prefers_color_scheme="dark")
    frame = f'<iframe src="{server.url}/button/?url=https%3A%2F%2Fexample.com%2Fa" width="300" height="20" frameborder="0"></iframe>'
    browser.open(site.html("/", frame))
    browser.driver.switch_to.frame(0)
    schemes = "const s = getComputedStyle(document.documentElement); return [s.colorScheme, s.backgroundColor, getComputedStyle(document.body).backgroundColor]"
    assert browser.driver.execute_script(schemes) == ["normal", "rgba(0, 0, 0, 0)", "rgba(0, 0, 0, 0)"]
    browser.driver.switch_to.default_content()


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
