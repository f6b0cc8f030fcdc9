"""The plugin in Tools > Site Health."""

import json

from admin import Admin, Settings, ajax

ACTION = "health-check-buttond-sharing-bar-server"
SETUP = "Buttond_Sharing_Bar\\Site_Health::test_setup()"


def live(blog, admin):
    """The test that asks the server, as WordPress's page calls it."""
    page = admin.get("/wp-admin/site-health.php").text
    data = json.loads(page[page.index("var SiteHealth = ") + 17 :].split(";\n")[0])
    tests = [one for one in data["site_status"]["async"] if one["test"] == "buttond_sharing_bar_server"]
    assert len(tests) == 1, data["site_status"]["async"]
    status, answer = ajax(admin, ACTION, _wpnonce=data["nonce"]["site_status"])
    assert status == 200
    return answer["data"]


def test_before_the_setup_it_says_so_and_asks_nobody(blog):
    found = blog.value(SETUP)
    assert (found["status"], found["label"]) == ("recommended", "The sharing bar is not set up")
    assert "buttond_sharing_bar_server" not in Admin(blog).get("/wp-admin/site-health.php").text


def test_a_server_that_is_well(blog, server):
    Settings(blog).save(server=server.url)
    blog.records("http", empty=True)
    assert blog.value(SETUP)["status"] == "good"
    assert blog.records("http") == []
    found = live(blog, Admin(blog))
    assert found["status"] == "good" and server.url in found["description"]


def test_a_server_that_is_down(blog, server):
    Settings(blog).save(server=server.url)
    server.terminate()
    found = live(blog, Admin(blog))
    assert found["status"] == "recommended" and "Nothing answers at" in found["description"]
    stored = blog.value(SETUP)
    assert stored["status"] == "recommended" and "The server is asked again in" in stored["description"]


def test_a_server_that_came_back_is_found_at_once(blog, server):
    Settings(blog).save(server=server.url)
    server.terminate()
    blog.php("do_action( 'buttond_sharing_bar_daily' );")
    server.flags += ["--listen", blog.option("buttond_sharing_bar")["server"].removeprefix("http://")]
    server.start()
    assert live(blog, Admin(blog))["status"] == "good"
    assert blog.value(SETUP)["status"] == "good"


def test_a_blog_that_is_not_counted(blog, servers):
    Settings(blog).save(server=servers("--site", "example.org").url)
    assert "blog.example is not on its list" in blog.value(SETUP)["description"]
    assert "blog.example is not on its list" in live(blog, Admin(blog))["description"]


def test_a_wrong_constant_is_critical(blog):
    blog.define("define( 'BUTTOND_SHARING_BAR_SERVER', 'https://a.example/path' );\n")
    try:
        assert blog.value(SETUP)["status"] == "critical"
    finally:
        blog.define("")


def test_the_live_test_needs_a_nonce_and_the_capability(blog, server):
    Settings(blog).save(server=server.url)
    before = blog.option("buttond_sharing_bar_state")
    assert ajax(Admin(blog), ACTION)[0] == 403
    assert ajax(Admin(blog, blog.user("ed", "editor")), ACTION)[0] == 403
    assert blog.option("buttond_sharing_bar_state") == before


def test_the_information_names_what_helpers_ask_for(each_blog, server):
    Settings(each_blog).save(server=server.url)
    text = Admin(each_blog).get("/wp-admin/site-health.php?tab=debug").text
    section = text[text.index("health-check-accordion-block-buttond-sharing-bar") :]
    for words in (server.url, "/js/button.", "Version of the server"):
        assert words in section
