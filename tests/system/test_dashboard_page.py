"""The dashboard as people see it, in real browsers, before a server that counts."""

import re

import pytest
from buttond import wait_until
from dashboard_page import ROBOT, asked, open_page, rows, text, wait_row
from rig.processes import free_port
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from tcp_proxy import Proxy
from test_counting_store import QUICK, TIMEOUTS

pytestmark = pytest.mark.release

LINK = "https://blog.example/one"
LONG = "https://long.example/" + "a-word-" * 250


@pytest.fixture
def counting(server):
    """A server that has counted two sites, one of them by a very long link, and seen a robot."""
    for _ in range(3):
        server.buttons(LINK, LONG)
    server.get("/v1/buttons?url=" + LINK, headers=ROBOT)
    server.wait_stored()
    return server


def test_what_is_counted_appears(counting, browser):
    open_page(browser, counting)
    assert wait_row(browser, "links", "blog.example/one")[2] == "3"
    assert wait_row(browser, "largest", "blog.example")[2] == "3"
    assert wait_row(browser, "agents", "GPTBot")[0] == "1"
    assert wait_row(browser, "hosts", "blog.example") == ["robots", "1"]
    assert text(browser, "fleet") == "1 node, all counting"
    assert text(browser, "words").startswith("OK: ")


def test_it_goes_on_by_itself(counting, browser):
    open_page(browser, counting)
    counting.buttons(LINK)
    browser.wait("[...document.getElementById('links').rows].some(r => r.cells[3].textContent == '4')", 20)


def test_the_minute_is_a_sum_and_stands_in_the_line(counting, browser):
    open_page(browser, counting)
    browser.wait("!document.getElementById('sum').hidden", 180)  # a node's first whole minute ends in its second or third
    seen, counted, turned = (int(text(browser, one)) for one in ("seen", "counted", "not-counted"))
    assert seen == counted + turned
    browser.script("document.getElementById('line-table').open = true")
    browser.wait("document.getElementById('points').rows.length > 1", 90)
    assert "nothing known" in str(rows(browser, "points").values())  # before the server ran


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 700, 360])
def test_it_has_no_violation_in_any_width_and_scheme(counting, browser, width, scheme):
    browser.media(prefers_color_scheme=scheme)
    browser.size(width, 800, mobile=width < 500)
    open_page(browser, counting, "?range=30d")
    wait_row(browser, "largest", "blog.example")
    browser.script("document.getElementById('line-table').open = true")
    browser.find("#url").send_keys(LONG, Keys.ENTER)
    browser.wait("document.querySelector('#found dl')")
    assert browser.violations() == []
    assert browser.script("return document.documentElement.scrollWidth") <= width
    assert browser.console() == []


def test_text_of_twice_the_size_fits_a_phone(counting, browser):
    browser.size(720, 1200)  # 360 at 200 %
    open_page(browser, counting, "?range=30d")
    browser.script("document.documentElement.style.fontSize = '200%'")
    wait_row(browser, "largest", "blog.example")
    assert browser.script("return document.documentElement.scrollWidth") <= 720


def test_it_keeps_its_policy_and_everything_it_loads_is_its_own(counting, browser):
    policy = counting.get("/stats", base=counting.admin_url).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
    open_page(browser, counting, "?range=400d")
    wait_row(browser, "largest", "blog.example")
    drawn = "document.getElementById('drawing').getContext('2d').getImageData(0, 0, 900, 200).data.some(Boolean)"
    browser.wait(drawn)
    assert browser.console() == []
    for path, _ in asked(browser):
        assert path.startswith("/dashboard/"), path


def test_a_text_of_strangers_stays_a_text(counting, browser):
    counting.get("/v1/buttons?url=https%3A%2F%2Fevil.example%2F%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    counting.get("/v1/buttons?url=" + LINK, headers={"User-Agent": "<i>bot</i> crawler spider"})
    open_page(browser, counting)
    browser.wait("document.getElementById('links').textContent.includes('evil.example')", 20)
    browser.find("#url").send_keys("https://evil.example/<script>alert(1)</script>", Keys.ENTER)
    browser.wait("document.querySelector('#found code')")
    assert browser.script("return document.querySelectorAll('main :is(img, i, script)').length") == 0
    for link in browser.find_all("#links a"):
        assert link.get_attribute("href").startswith("https://")
        assert link.get_attribute("rel") == "noreferrer noopener"
    assert browser.console() == []


def test_a_long_link_keeps_its_end_and_its_whole_text_is_at_hand(counting, browser):
    open_page(browser, counting)
    browser.wait("document.getElementById('links').rows.length == 2", 20)
    link = next(one for one in browser.find_all("#links a") if "long.example" in one.text)
    assert 1000 < len(link.get_attribute("href"))
    assert len(link.text) < 140
    assert link.get_attribute("title") == LONG.removeprefix("https://")
    assert link.text.startswith("long.example/") and link.text.endswith("a-word-")
    assert link.size["height"] < 30


def test_the_range_is_in_the_address_and_can_be_kept(counting, browser):
    open_page(browser, counting)
    browser.find("#ranges a:nth-of-type(3)").click()
    browser.wait("document.getElementById('line-note').textContent == 'by day, UTC'")
    assert browser.driver.current_url.endswith("/stats?range=30d")
    assert browser.find("#line .csv").get_attribute("href").endswith("/dashboard/line.csv?range=30d")
    browser.driver.refresh()
    browser.wait("document.getElementById('line-note').textContent == 'by day, UTC'")
    assert browser.find("#ranges [aria-current]").text == "30 d"
    browser.find("#ranges a:nth-of-type(2)").click()
    browser.wait("document.getElementById('line-note').textContent.startsWith('by hour')")
    browser.driver.back()
    browser.wait("document.getElementById('line-note').textContent == 'by day, UTC'")


def test_a_range_that_is_none_is_the_first(counting, browser):
    open_page(browser, counting, "?range=%3Cb%3E")
    assert browser.find("#ranges [aria-current]").text == "24 h"


def test_everything_is_reached_by_the_keyboard_and_shows_where_it_is(counting, browser):
    open_page(browser, counting, "?range=30d")
    wait_row(browser, "largest", "blog.example")
    reached = []
    for _ in range(30):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        at = browser.driver.switch_to.active_element
        if at.tag_name == "body":
            break
        reached.append(at.get_attribute("textContent").strip() or at.get_attribute("id"))
        assert at.value_of_css_property("outline-style") == "solid", reached[-1]
    for name in ["24 h", "400 d", "CSV of the line", "The same as a table", "blog.example/one", "blog.example", "url", "Look up"]:
        assert name in reached, reached
    browser.find("#ranges a").send_keys(Keys.ENTER)
    browser.wait("location.search == '?range=24h'")


def test_the_focus_stays_where_it_is_while_the_numbers_go_on(counting, browser):
    open_page(browser, counting)
    wait_row(browser, "links", "blog.example/one")
    browser.script("[...document.querySelectorAll('#links a')].find(a => a.textContent == 'blog.example/one').focus()")
    counting.buttons(*["https://blog.example/two"] * 30)
    browser.wait("document.getElementById('links').rows[0].textContent.startsWith('blog.example/two')", 20)
    assert browser.script("return document.activeElement.textContent") == "blog.example/one"


def test_a_hidden_tab_asks_nothing_and_goes_on_when_it_is_looked_at(counting, browser):
    open_page(browser, counting)
    browser.script(
        "window.seen = []; document.addEventListener('visibilitychange', () =>"
        " seen.push([document.hidden, performance.now(), document.getElementById('live').textContent]))"
    )
    browser.driver.switch_to.new_window("tab")
    browser.open("about:blank")
    browser.script("window.began = performance.now()")
    browser.wait("performance.now() - began > 7000", 20)  # longer than the page's pause
    browser.driver.close()
    browser.driver.switch_to.window(browser.main)
    browser.wait("seen.length == 2 && document.getElementById('live').textContent == 'live'")
    (hidden, gone, _), (_, back, _) = browser.script("return seen")
    assert hidden and back - gone > 6000
    assert [path for path, start in asked(browser) if gone < start < back - 50] == []


def test_it_says_since_when_nobody_answers_and_recovers(servers, browser):
    server = servers("--epoch", "50ms", "--admin", f"127.0.0.1:{free_port()}")
    server.buttons(LINK)
    open_page(browser, server)
    wait_row(browser, "links", "blog.example/one")
    server.kill()
    browser.wait("document.getElementById('live').textContent.startsWith('no answer since ')", 20)
    assert re.match(r"no answer since \d\d:\d\d:\d\d UTC", text(browser, "live"))
    assert "blog.example/one" in rows(browser, "links")
    server.start()
    browser.wait("document.getElementById('live').textContent == 'live'", 60)


def test_with_the_store_away_it_shows_what_the_node_knows_and_recovers(servers, mongo, database, browser):
    proxy = Proxy(mongo.address)
    try:
        server = servers(*QUICK, store=mongo.uri(database, TIMEOUTS, proxy.address))
        server.buttons(LINK)
        server.wait_stored()
        mongo.wait_folded(database)
        open_page(browser, server)
        wait_row(browser, "largest", "blog.example", seconds=60)
        proxy.behave("refuse")
        server.buttons("https://blog.example/two")
        browser.wait("document.getElementById('nodes-state').textContent.startsWith('The store is ')", 40)
        assert wait_row(browser, "links", "blog.example/two")[2] == "1"
        browser.wait("!document.querySelector('.verdict.ok')", 40)
        assert "blog.example" in rows(browser, "largest")
        proxy.behave("pass")
        browser.wait("document.getElementById('nodes-state').hidden", 40)
        browser.wait("document.querySelector('.verdict.ok')", 40)
    finally:
        proxy.close()


def test_a_first_start_says_what_to_do_next(server, browser):
    open_page(browser, server)
    browser.wait("!document.getElementById('start').hidden")
    assert 'class="buttond"' in text(browser, "snippet") and "/js/button.js" in text(browser, "snippet")
    assert browser.violations() == []
    server.buttons(LINK)
    browser.wait("document.getElementById('start').hidden", 30)


def test_a_link_is_looked_up(counting, browser):
    open_page(browser, counting)
    browser.find("#url").send_keys("http://www.blog.example/one?utm_source=x#y", Keys.ENTER)
    browser.wait("document.querySelector('#found dl')")
    said = text(browser, "found")
    assert "blog.example/one" in said and "3 impressions" in said
    browser.find("#url").clear()
    browser.find("#url").send_keys("no link", Keys.ENTER)
    browser.wait("document.getElementById('found').textContent.startsWith('No button')")


def test_a_site_leads_to_its_page(counting, browser):
    open_page(browser, counting, "?range=30d")
    wait_row(browser, "largest", "blog.example")
    link = browser.find("#largest").find_element(By.LINK_TEXT, "blog.example")
    assert link.get_attribute("href") == counting.admin_url + "/dashboard/site?name=blog.example&range=30d"


def test_it_prints_light_and_without_what_a_sheet_cannot_do(counting, browser):
    open_page(browser, counting, "?range=30d")
    wait_row(browser, "largest", "blog.example")
    browser.media("print", prefers_color_scheme="dark")
    assert browser.script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not browser.find("#find").is_displayed() and not browser.find(".csv").is_displayed()
    assert browser.find("#largest").is_displayed()
    assert len(browser.command("Page.printToPDF", printBackground=False)["data"]) > 10_000


def test_it_says_a_verdict_aloud_once(counting, browser):
    open_page(browser, counting)
    browser.script(
        "window.said = 0; new MutationObserver(() => ++said).observe(document.getElementById('spoken'),"
        " {childList: true, characterData: true, subtree: true})"
    )
    counting.buttons(LINK)
    browser.wait("[...document.getElementById('links').rows].some(r => r.cells[3].textContent == '4')", 20)
    assert browser.script("return said") == 0
    assert browser.script("return document.querySelectorAll('[aria-live], [role=status], [role=alert]').length") == 2


def test_it_shows_in_every_engine(counting, engine):
    open_page(engine, counting, "?range=30d")
    wait_row(engine, "largest", "blog.example")
    engine.wait("document.getElementById('drawing').getContext('2d').getImageData(0, 0, 900, 200).data.some(Boolean)")
    assert text(engine, "fleet") == "1 node, all counting"
