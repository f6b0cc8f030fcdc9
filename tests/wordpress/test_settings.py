"""The settings page: what it stores, shows and refuses, with script and without."""

import html
import re
import time

import pytest

from admin import Admin, Form, Settings, ajax, notices
from buttond import wait_until
from odd_server import OddServer, answers

CHOICE = {
    "positions": ["above"], "follow": "floating", "side": "end", "post_types": ["post", "page"], "style": "vertical",
    "size": "large", "label": "Pass it <b>on</b> & on", "minimum": "7", "places": ["x", "email", "bluesky"], "feeds": "1",
}  # fmt: skip


@pytest.fixture
def settings(blog):
    return Settings(blog)


def test_nothing_is_in_the_blog_before_a_server_was_saved(blog, settings):
    post = blog.permalink(blog.post())
    blog.records("http", empty=True)
    settings.page()
    text = blog.get(post).text
    assert "buttond" not in text
    assert "buttond" not in blog.get("/").text
    assert settings.stored() == [] and settings.state() is False
    assert blog.value("wp_next_scheduled( 'buttond_sharing_bar_daily' )") is False
    assert [one for one in blog.records("http") if "wordpress.org" not in one["url"]] == []


def test_the_address_is_the_first_field(settings):
    visible = [name for name, _ in settings.fields() if name.startswith("buttond")]
    assert visible[0] == "buttond_sharing_bar[server]"


def test_each_choice_is_stored_and_shown_again(each_blog, server):
    settings = Settings(each_blog)
    order = {"order][x": "3", "order][email": "1", "order][bluesky": "2"}
    stored = settings.save(server=server.url + "/", **CHOICE, **order)
    assert stored["server"] == server.url
    assert stored["positions"] == ["above", "floating"]
    assert stored["places"] == ["email", "bluesky", "x"]
    assert stored["label"] == "Pass it on & on"
    assert (stored["side"], stored["style"], stored["size"], stored["minimum"]) == ("end", "vertical", "large", 7)
    assert (stored["post_types"], stored["feeds"]) == (["post", "page"], True)
    assert settings.save() == stored  # sent back as it is shown
    assert settings.save(positions=[], follow="", places=[], post_types=[], feeds=None, order=None) == {
        **stored, "positions": [], "places": [], "post_types": [], "feeds": False,
    }  # fmt: skip


def test_what_no_form_sends_is_dropped(settings, server):
    stored = settings.save(
        server=server.url, positions=["inside", "below"], follow="everywhere", side="left", post_types=["post", "secret"],
        style="diagonal", size="huge", minimum="-5", places=["copy", "x", "x", "nowhere"], label="x" * 500,
    )  # fmt: skip
    assert stored["positions"] == ["below"]
    assert (stored["side"], stored["style"], stored["size"]) == ("start", "horizontal", "regular")
    assert (stored["post_types"], stored["places"], stored["minimum"]) == (["post"], ["x"], 5)
    assert len(stored["label"]) == 40


def test_lists_where_words_belong_do_no_harm(blog, settings, server):
    nonce = dict(settings.fields())["_wpnonce"]
    fields = [("_wpnonce", nonce), ("buttond_sharing_bar[server]", server.url)]
    fields += [(f"buttond_sharing_bar[{name}][a][]", "b") for name in ("label", "style", "minimum", "positions", "places", "order", "follow")]
    assert settings.admin.post(settings.PATH, fields).status == 302
    assert settings.admin.post(settings.PATH, [("_wpnonce", nonce), ("buttond_sharing_bar", "x")]).status == 200
    assert settings.admin.post(settings.PATH, [("_wpnonce", nonce), ("buttond_sharing_bar[server][]", "x")]).status == 200
    assert settings.stored()["label"] == ""
    assert "buttond-sharing-bar/" not in blog.log()


def test_a_damaged_option_is_no_trouble(blog, settings, server):
    for damage in ("text", 7, [], {"server": ["a"], "places": "x"}):
        blog.option("buttond_sharing_bar", damage)
        assert blog.get("/").status == 200
        settings.page()
    assert settings.save(server=server.url)["server"] == server.url


def test_autoloaded_options_are_at_most_two_kilobytes(blog, settings, server):
    everything = list(blog.value("array_keys( Buttond_Sharing_Bar\\Settings::places() )"))
    settings.save(server=server.url, positions=["above", "below"], follow="floating", post_types=["post", "page", "attachment"],
                  label="\U0001f680" * 40, places=everything, minimum="1000000000", feeds="1")  # fmt: skip
    rows = blog.sql("select option_name, length(option_value) from wp_options where option_name like '%buttond%'"
                    " and autoload in ('yes', 'on', 'auto', 'auto-on')")  # fmt: skip
    assert [name for name, _ in rows] == ["buttond_sharing_bar"]
    assert int(rows[0][1]) <= 2048


def test_the_button_checks_without_saving(settings, server):
    page = settings.send(check=True, server=server.url, label="Not yet").text
    assert "This is a buttond" in page and "Not yet" in page
    assert settings.stored() == []


def test_the_check_by_script(settings, server):
    nonce = dict(settings.fields())["_wpnonce"]
    ask = lambda address: ajax(settings.admin, "buttond_sharing_bar_check", _wpnonce=nonce, **{"buttond_sharing_bar[server]": address})
    status, answer = ask(server.url)
    assert (status, answer["data"]["state"]) == (200, "good")
    assert ask("ftp://a.example")[1]["data"]["state"] == "bad" and not ask("ftp://a.example")[1]["data"]["insist"]
    with OddServer(answers(500, "")) as odd:
        assert ask(odd.url)[1]["data"]["insist"]
    assert settings.stored() == []


def test_without_a_nonce_nothing_changes(settings, server):
    before = settings.save(server=server.url)
    fields = [(name, value) for name, value in settings.fields() if name != "_wpnonce"] + [("buttond_sharing_bar[label]", "Mine")]
    assert settings.admin.post(settings.PATH, fields).status == 403
    assert settings.admin.post(settings.PATH, [*fields, ("_wpnonce", "0123456789")]).status == 403
    assert ajax(settings.admin, "buttond_sharing_bar_check", **{"buttond_sharing_bar[server]": server.url})[0] == 403
    assert ajax(settings.admin, "buttond_sharing_bar_preview")[0] == 403
    assert settings.stored() == before


@pytest.mark.parametrize("role", ["editor", "subscriber"])
def test_without_the_capability_nothing_changes(blog, settings, server, role):
    before = settings.save(server=server.url)
    fields = settings.fields()
    user = blog.user(role, role)
    nobody = Admin(blog, user)
    assert nobody.get(settings.PATH).status == 403
    nonce = lambda action: blog.value(nonce_of(blog, nobody, action), user=user)
    mine = [(name, value) for name, value in fields if name != "_wpnonce"] + [("_wpnonce", nonce("buttond_sharing_bar_settings"))]
    assert nobody.post(settings.PATH, [*mine, ("buttond_sharing_bar[label]", "Mine")]).status == 403
    check = {"_wpnonce": nonce("buttond_sharing_bar_settings"), "buttond_sharing_bar[server]": server.url}
    blog.records("http", empty=True)
    assert ajax(nobody, "buttond_sharing_bar_check", **check)[0] == 403
    assert ajax(nobody, "buttond_sharing_bar_preview", _wpnonce=nonce("buttond_sharing_bar_preview"))[0] == 403
    assert blog.records("http") == []
    assert settings.stored() == before


def nonce_of(blog, admin, action):
    """An expression for a nonce that WordPress takes from this user's session."""
    cookie = re.search(r"(wordpress_logged_in_\w+)=([^;]+)", admin.headers["Cookie"])
    return f"( $_COOKIE['{cookie[1]}'] = urldecode( '{cookie[2]}' ) ) ? wp_create_nonce( '{action}' ) : ''"


def test_a_visitor_without_login_is_refused(blog, server):
    assert blog.get("/wp-admin/admin-ajax.php?action=buttond_sharing_bar_check").status == 400
    assert blog.get("/wp-admin/admin-ajax.php?action=buttond_sharing_bar_preview").status == 400


@pytest.mark.parametrize("event", ["insert", "update"])
def test_the_page_says_that_the_database_refuses_to_write(blog, settings, server, event):
    before = settings.save(server=server.url) if event == "update" else False
    if event == "insert":
        blog.php("delete_option( 'buttond_sharing_bar' );")
    state = settings.state()
    blog.sql(f"""delimiter //
        create trigger refuse before {event} on wp_options for each row begin
        if new.option_name = 'buttond_sharing_bar' then signal sqlstate '45000' set message_text = 'full'; end if; end//""")
    try:
        answer = settings.send(server=server.url, label="Mine", insist="1")
    finally:
        blog.sql("drop trigger refuse")
    assert answer.status == 200
    assert any(kind == "error" and "database did not take" in words for kind, words in notices(answer.text))
    assert 'value="Mine"' in answer.text
    assert settings.stored() == before and settings.state() == state


def test_saving_what_is_stored_already_is_no_error(settings, server):
    stored = settings.save(server=server.url)
    assert settings.save() == stored
    answer = settings.admin.get(settings.PATH + "&updated=true")
    assert ("success", "Settings saved.") in notices(answer.text)


def test_its_files_and_notices_are_on_its_page_only(settings, server):
    settings.save(server=server.url)
    assert "assets/admin.js" in settings.page()
    for path in ("/wp-admin/options-general.php", "/wp-admin/index.php"):
        assert "assets/admin" not in settings.admin.get(path).text


def test_the_list_of_plugins_leads_to_it(blog, settings):
    text = settings.admin.get("/wp-admin/plugins.php").text
    assert 'options-general.php?page=buttond-sharing-bar">Settings</a>' in text


def test_help_names_the_two_sources_of_a_policy(settings, server):
    settings.save(server=server.url)
    assert html.escape(f"script-src {server.url}/js/; connect-src {server.url}/v1/") in settings.page()


def test_deactivation_ends_the_events_and_keeps_the_settings(blog, settings, server):
    stored = settings.save(server=server.url)
    next_one = "wp_next_scheduled( 'buttond_sharing_bar_daily' )"
    assert blog.value(next_one)
    plugin = "buttond-sharing-bar/buttond-sharing-bar.php"
    blog.php(f"require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins( '{plugin}' );")
    assert blog.value(next_one) is False
    assert blog.value("wp_next_scheduled( 'buttond_sharing_bar_counts' )") is False
    assert settings.stored() == stored
    blog.activate()
    settings.page()
    assert blog.value(next_one)


def test_a_page_makes_no_request(blog, settings, server):
    settings.save(server=server.url)
    post = blog.permalink(blog.post())
    blog.records("http", empty=True)
    for _ in range(2):
        blog.get(post), blog.get("/"), settings.page(), settings.admin.get("/wp-admin/edit.php")
    assert [one for one in blog.records("http") if server.url in one["url"]] == []


# By eye and by script.


@pytest.fixture
def page(blog, browser):
    """Opens the settings page in a browser, as an administrator."""
    blog.login(browser)

    def open(width=1440, height=1000):
        browser.size(width, height)
        browser.open(blog.url(Settings.PATH))
        wait_preview(browser)
        return browser

    return open


def wait_preview(browser):
    """Waits for the frame, and returns the bars in it as HTML."""
    driver = browser.driver

    def bars():
        driver.switch_to.frame(browser.find("#buttond-preview"))
        try:
            return driver.execute_script("return document.readyState == 'complete' && document.querySelector('main') && "
                                         "[...document.querySelectorAll('.buttond-bar')].map(bar => bar.outerHTML)")
        finally:
            driver.switch_to.default_content()

    return browser_wait(bars)


def browser_wait(condition):
    return wait_until(lambda: (found := condition()) is not None and found is not False and (found,), 10, what="the preview")[0]


def wait_bars(browser, condition):
    return browser_wait(lambda: condition(bars := wait_preview(browser)) and bars)


def test_the_preview_follows_each_choice(blog, server, page):
    settings = Settings(blog)
    settings.save(server=server.url)
    browser = page()
    assert len(wait_preview(browser)) == 1
    browser.find("[value=above]").click()
    wait_bars(browser, lambda bars: len(bars) == 2)
    browser.find("[value=floating]").click()
    wait_bars(browser, lambda bars: len(bars) == 3)
    browser.find("[value=vertical]").click()
    wait_bars(browser, lambda bars: all('data-count="vertical"' in bar for bar in bars))
    browser.find("#buttond-label").send_keys("Weiter")
    wait_bars(browser, lambda bars: all(">Weiter<" in bar for bar in bars))
    browser.find('[aria-label="Move Bluesky up"]').click()
    wait_bars(browser, lambda bars: all(bar.index("Bluesky") < bar.index("Mastodon") for bar in bars))
    assert settings.stored()["places"][0] == "mastodon"
    browser.find("#submit").click()
    browser.wait("location.search.includes('updated') || document.querySelector('.notice-success')")
    stored = settings.stored()
    assert stored["places"][:2] == ["bluesky", "mastodon"]
    assert (stored["positions"], stored["style"], stored["label"]) == (["above", "below", "floating"], "vertical", "Weiter")


def test_a_bar_at_the_side_is_beside_the_text_in_the_wide_preview_and_at_the_bottom_in_the_narrow_one(blog, server, page):
    Settings(blog).save(server=server.url, positions=[], follow="floating")
    browser = page()

    def is_beside():
        browser.driver.switch_to.frame(browser.find("#buttond-preview"))
        try:
            return browser.driver.execute_script(
                "const [bar, text] = ['.buttond-floating .buttond-bar', '.lines'].map(name => document.querySelector(name)?.getBoundingClientRect());"
                " return bar && text && bar.right <= text.left && bar.top < text.bottom"
            )
        finally:
            browser.driver.switch_to.default_content()

    wait_until(is_beside, 10, what="a bar beside the text")
    next(button for button in browser.find_all("button") if button.text == "Phone").click()
    wait_until(lambda: is_beside() is False, 10, what="a bar at the bottom")


def test_the_preview_is_what_the_blog_draws(blog, server, page):
    Settings(blog).save(server=server.url, **CHOICE)
    browser = page()
    seen = wait_preview(browser)
    expected = blog.php("echo Buttond_Sharing_Bar\\Bar::html( array( 'url' => home_url( '/' ), 'text' => 'A post of your blog', 'position' => 'above' ) );")
    drawn = browser.script("const box = document.createElement('template'); box.innerHTML = arguments[0];"
                           " return box.content.querySelector('.buttond-bar').outerHTML", expected)  # fmt: skip
    assert seen[0] == drawn


def test_the_preview_asks_the_server_nothing(blog, server, page):
    Settings(blog).save(server=server.url)
    browser = page()
    browser.find("[value=above]").click()
    wait_bars(browser, lambda bars: len(bars) == 2)
    assert [one for one in browser.requests() if one["url"].startswith(server.url)] == []
    assert server.books()["seen"] == 0


def test_the_check_is_said_beside_the_field(blog, server, page):
    browser = page()
    browser.find("#buttond-server").send_keys(server.url)
    browser.find("#buttond-check").click()
    browser.wait("document.querySelector('#buttond-server-status.is-good')")
    browser.find("#buttond-server").send_keys("/x")
    assert browser.find("#buttond-server-status").text == ""
    browser.find("#buttond-check").click()
    browser.wait("document.querySelector('#buttond-server-status.is-bad')")
    assert browser.find("#buttond-server").get_attribute("aria-invalid") == "true"
    assert Settings(blog).stored() == []


def test_the_return_key_saves(blog, server, page):
    settings = Settings(blog)
    settings.save(server=server.url)
    browser = page()
    browser.find("#buttond-label").send_keys("Pass on\n")
    browser.wait("document.querySelector('.notice-success')")
    assert settings.stored()["label"] == "Pass on"


def test_the_order_by_keyboard_keeps_the_focus_and_is_spoken(blog, page):
    browser = page()
    down = browser.find('[aria-label="Move Mastodon down"]')
    down.send_keys("\n")
    assert browser.script("return document.activeElement.getAttribute('aria-label')") == "Move Mastodon down"
    browser.wait("document.getElementById('a11y-speak-polite').textContent.includes('Mastodon is now number 2 of 10')")
    for _ in range(8):
        browser.driver.switch_to.active_element.send_keys("\n")
    assert browser.script("return document.activeElement.getAttribute('aria-label')") == "Move Mastodon up"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_the_page(blog, server, page, language):
    Settings(blog).save(server=server.url)
    plugin = blog.site / "wp-content/mu-plugins/rtl.php"
    if language == "ar":  # what the Arabic translation says of itself; the words do not matter here
        plugin.write_text("""<?php add_filter( 'gettext_with_context', function ( $words, $text, $context ) {
            return 'text direction' === $context ? 'rtl' : $words; }, 10, 3 );""")
    browser = page()
    browser.open(blog.url("/wp-admin/options-reading.php"))
    theirs = browser.violations()
    try:
        for width in (360, 768, 1440):
            browser = page(width)
            assert browser.script("return document.dir || getComputedStyle(document.documentElement).direction") == ("rtl" if language == "ar" else "ltr")
            assert not browser.find(".buttond-places input[type=number]").is_displayed()
            mine = [one for one in browser.violations() if one not in theirs and "wp-admin-bar" not in one]
            assert mine == [], f"{width} px"
            wide = browser.script("return [...document.querySelectorAll('.buttond-sharing-bar *')].filter(e => !e.closest('.screen-reader-text') &&"
                                  " (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)"
                                  " && e.getBoundingClientRect().width && !e.closest('.buttond-frame')).map(e => e.outerHTML.slice(0, 120))")
            assert wide == [], f"{width} px"
    finally:
        plugin.unlink(missing_ok=True)


def test_without_script_the_page_is_complete(blog, server, page):
    settings = Settings(blog)
    settings.save(server=server.url)
    browser = page()
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(blog.url(Settings.PATH))
    assert browser.find(".buttond-places input[type=number]").is_displayed()
    assert not browser.find(".buttond-screens").is_displayed()
    for position in browser.find_all(".buttond-places input[type=number]")[:1]:
        position.clear()
        position.send_keys("9")
    browser.find("#submit").click()
    assert settings.stored()["places"][-1] == "mastodon"
