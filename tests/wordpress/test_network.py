"""A provider's blogs: the server fixed by wp-config.php or for a network, and the list of hosts."""

import html
import re

import pytest

from admin import Admin, Form, Settings, notices, status
from buttond import wait_until
from odd_server import OddServer, answers

PAGE = "/wp-admin/network/settings.php?page=buttond-sharing-bar-network"
PLUGIN = "buttond-sharing-bar/buttond-sharing-bar.php"
HOSTS = ["ann.example", "ben.example"]


@pytest.fixture
def network(blogs):
    """A network of three sites on host names of their own, the plugin active on all."""
    if "network" in blogs.started:
        return blogs.named("network")
    network = blogs("network", version="6.8", multisite=True, host="network.example")
    network.php(f"require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins( '{PLUGIN}' );")
    network.activate(network=True)
    for host in HOSTS:
        network.add_site(host)
    network.save()
    return network


@pytest.fixture
def provider(network):
    return Provider(network)


class Provider(Admin):
    """The network's administrator and the network's page."""

    def page(self):
        answer = self.get(PAGE)
        assert answer.status == 200, answer.status
        return answer.text

    def send(self, server, **more):
        fields = dict(Form(self.page(), "_wpnonce").fields)
        return self.post(PAGE, {**fields, "server": server, **more})

    def stored(self):
        return self.blog.value("get_site_option( 'buttond_sharing_bar_network' )")


def shown(blog, host=None):
    """A post of a site as its reader gets it."""
    post = blog.post(host=host)
    return blog.get(blog.permalink(post, host), host=host).text


def test_the_networks_server_is_shown_at_once_by_all_blogs_and_fixed(network, provider, server):
    answer = provider.send(server.url + "/")
    assert answer.status == 302, status(answer.text)
    for host in [None, *HOSTS]:
        text = shown(network, host)
        assert f'href="{server.url}/add' in text and f"{server.url}/js/button." in text
    page = Settings(network, host=HOSTS[0]).page()
    assert 'name="buttond_sharing_bar[server]"' not in page
    assert server.url in page and "Your provider chose this server." in page


def test_a_blog_of_the_network_chooses_its_look_but_not_the_server(network, provider, server, servers):
    provider.send(server.url)
    other = servers()
    settings = Settings(network, host=HOSTS[0])
    stored = settings.save(server=other.url, style="vertical")
    assert (stored["server"], stored["style"]) == (server.url, "vertical")
    assert 'data-count="vertical"' in shown(network, HOSTS[0])
    assert 'data-count="vertical"' not in shown(network, HOSTS[1])


def test_a_blog_with_a_server_of_its_own_follows_the_network(network, provider, server, servers):
    own = servers()
    Settings(network, host=HOSTS[0]).save(server=own.url)
    assert own.url in shown(network, HOSTS[0])
    provider.send(server.url)
    text = shown(network, HOSTS[0])
    assert own.url not in text and f"{server.url}/js/button." in text


def test_without_an_address_each_blog_chooses_its_own(network, provider, server):
    provider.send(server.url)
    assert provider.send("").status == 302
    assert server.url not in shown(network, HOSTS[1])
    assert 'name="buttond_sharing_bar[server]"' in Settings(network, host=HOSTS[0]).page()


def test_a_server_that_is_not_well_is_not_saved_unless_insisted_on(network, provider):
    with OddServer(answers(502, "")) as odd:
        answer = provider.send(odd.url)
        assert answer.status == 200
        assert status(answer.text)[0] == "bad" and "502" in status(answer.text)[1]
        assert provider.stored() is False
        assert provider.send(odd.url, insist="1").status == 302
        assert provider.stored()["server"] == odd.url
        assert f'href="{odd.url}/add' in shown(network, HOSTS[0])


def test_what_is_no_address_is_refused(network, provider, server):
    provider.send(server.url)
    before = provider.stored()
    for typed in ("ftp://a.example", "https://u:p@a.example", "https://a.example/x", "a.example"):
        answer = provider.send(typed, insist="1")
        assert answer.status == 200 and status(answer.text)[0] == "bad"
    assert provider.stored() == before


def test_the_loader_of_a_server_that_is_down_is_not_forgotten(network, provider, server):
    provider.send(server.url)
    before = provider.stored()
    address = server.url
    server.terminate()
    assert provider.send(address).status == 302
    assert provider.stored() == before


def test_a_new_loader_reaches_the_network_and_each_blog_by_their_daily_checks(network, provider, server):
    provider.send(server.url)
    new = server.get("/v1/server").json["script"]
    network.php(f"$o = get_site_option( 'buttond_sharing_bar_network' ); $o['script'] = '/js/button.{'0' * 16}.js';"
                " update_site_option( 'buttond_sharing_bar_network', $o );")  # fmt: skip
    assert "/js/button.0000000000000000.js" in shown(network, HOSTS[0])
    network.php("do_action( 'buttond_sharing_bar_daily' );", HOSTS[0])
    assert new["path"] in shown(network, HOSTS[0])
    assert "/js/button.0000000000000000.js" in shown(network, HOSTS[1])
    network.php("do_action( 'buttond_sharing_bar_daily' );")
    assert new["path"] in shown(network, HOSTS[1])
    assert provider.stored()["script"] == new["path"]


def test_the_list_of_hosts_is_that_of_the_public_addresses(network, provider):
    network.php("update_option( 'home', 'https://Mapped.example:8443/blog' );", HOSTS[1])
    network.add_site("gone.example")
    network.php("update_blog_status( get_blog_id_from_url( 'gone.example' ), 'deleted', 1 );")
    page = provider.page()
    listed = page[page.index("buttond-hosts\"") :].split(">", 1)[1].split("</pre>")[0].split()
    assert listed == ["network.example", "ann.example", "mapped.example"]
    answer = provider.get(html.unescape(re.search(r'href="(http[^"]+download=hosts[^"]+)"', page)[1]))
    assert answer.status == 200
    assert answer.text == "network.example\nann.example\nmapped.example\n"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_list_of_a_large_network_is_complete(network, provider):
    """More than two portions of blogs; rows alone make them, for the list reads each blog's address from its options."""
    network.php("""global $wpdb;
        for ( $i = 0; $i < 230; $i++ ) {
            $wpdb->insert( $wpdb->blogs, array( 'site_id' => 1, 'domain' => "b$i.example", 'path' => '/' ) );
            $id = $wpdb->insert_id;
            $wpdb->query( "create table {$wpdb->base_prefix}{$id}_options like {$wpdb->base_prefix}options" );
            $wpdb->insert( "{$wpdb->base_prefix}{$id}_options", array( 'option_name' => 'home', 'option_value' => "http://b$i.example" ) );
        }""")
    hosts = network.value("Buttond_Sharing_Bar\\Network::hosts()")
    assert hosts == ["network.example", *HOSTS, *(f"b{number}.example" for number in range(230))]
    assert "first 100 blogs" in provider.page()


def test_the_server_takes_the_list_as_its_sites(network, provider, servers, tmp_path):
    sites = tmp_path / "sites"
    sites.write_text("\n".join(network.value("Buttond_Sharing_Bar\\Network::hosts()")) + "\n")
    server = servers("--site-file", sites)
    provider.send(server.url)
    network.php("do_action( 'buttond_sharing_bar_daily' );", HOSTS[0])
    assert network.option("buttond_sharing_bar_state", host=HOSTS[0])["uncounted"] == ""
    network.php("update_option( 'home', 'http://elsewhere.test' ); do_action( 'buttond_sharing_bar_daily' );", HOSTS[1])
    assert network.option("buttond_sharing_bar_state", host=HOSTS[1])["uncounted"] == "not_listed"


def test_only_the_networks_administrator_gets_to_the_page(network, server):
    user = network.user("ann", "administrator")
    nobody = Admin(network, user)
    assert nobody.get(PAGE).status == 403
    assert nobody.post(PAGE, {"server": server.url}).status == 403
    assert nobody.get(PAGE + "&download=hosts").status == 403
    provider = Provider(network)
    assert provider.post(PAGE, {"server": server.url}).status == 403  # no nonce
    assert provider.get(PAGE + "&download=hosts").status == 403
    assert provider.stored() is False


def test_who_manages_one_blog_cannot_reach_into_the_providers_machines(network):
    user = network.user("ben", "subscriber")
    network.php(f"add_user_to_blog( get_blog_id_from_url( '{HOSTS[0]}' ), {user}, 'administrator' );")
    guest = Settings(network, user, host=HOSTS[0])
    with OddServer(answers(200, "{}")) as odd:
        for address in (odd.url, "http://10.0.0.1", f"http://localhost:{odd.port}", f"http://[::1]:{odd.port}"):
            answer = guest.send(server=address, insist="1")
            assert answer.status == 200
            assert "Only the administrator of this network" in status(answer.text)[1]
        assert odd.requests == []
    assert guest.stored() is False


def test_a_guest_may_use_the_networks_server_wherever_it_is(network, provider, server):
    provider.send(server.url)
    user = network.user("cleo", "subscriber")
    network.php(f"add_user_to_blog( get_blog_id_from_url( '{HOSTS[0]}' ), {user}, 'administrator' );")
    assert Settings(network, user, host=HOSTS[0]).save(style="none")["style"] == "none"


def test_the_page_says_that_the_database_refuses_to_write(network, provider, server):
    network.sql("""delimiter //
        create trigger refuse before insert on wp_sitemeta for each row begin
        if new.meta_key = 'buttond_sharing_bar_network' then signal sqlstate '45000' set message_text = 'full'; end if; end//""")
    try:
        answer = provider.send(server.url)
    finally:
        network.sql("drop trigger refuse")
    assert answer.status == 200
    assert any(kind == "error" and "database did not take" in words for kind, words in notices(answer.text))
    assert provider.stored() is False


def test_deactivation_ends_the_events_of_all_blogs(network, provider, server):
    provider.send(server.url)
    event = "wp_next_scheduled( 'buttond_sharing_bar_daily' )"
    for host in [None, *HOSTS]:
        Settings(network, host=host).page()
        assert network.value(event, host)
    network.php(f"require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins( '{PLUGIN}' );")
    assert [network.value(event, host) for host in [None, *HOSTS]] == [False] * 3
    assert provider.stored()["server"] == server.url


def test_cron_finds_the_loader_where_no_administrator_ever_comes(network, provider, server):
    with OddServer(answers(502, "")) as odd:
        network.names({"share.example:80": odd.port})
        provider.send("http://share.example", insist="1")
        assert "/js/button." not in shown(network, HOSTS[1])
    network.names({"share.example:80": server.address[1]})
    network.get("/wp-cron.php", host=HOSTS[1])  # plans the check, and makes it behind its answer
    wait_until(lambda: "http://share.example/js/button." in shown(network, HOSTS[1]), 30, what="the loader")


def test_axe_finds_nothing_in_the_networks_page(network, provider, server, readers):
    provider.send(server.url)
    browser = readers.clean()
    network.login(browser)
    browser.open(network.url("/wp-admin/network/settings.php"))
    theirs = browser.violations()
    for width in (360, 1440):
        browser.size(width, 900)
        browser.open(network.url(PAGE))
        assert [one for one in browser.violations() if one not in theirs and "wp-admin-bar" not in one] == []


# A constant in wp-config.php.


def define(blog, address):
    """Writes the constant into wp-config.php, or takes it out of it."""
    blog.define(f"define( 'BUTTOND_SHARING_BAR_SERVER', '{address}' );\n" if address else "")


@pytest.fixture
def config(blog):
    yield lambda address: define(blog, address)
    blog.define("")


def test_a_constant_fixes_the_server_and_hides_the_field(blog, config, server):
    config(server.url + "/")
    assert f'href="{server.url}/add' in shown(blog)  # the provider agreed; no setup is needed
    settings = Settings(blog)
    page = settings.page()
    assert 'name="buttond_sharing_bar[server]"' not in page and server.url in page
    blog.get("/wp-cron.php")  # which works on behind its answer
    stored = wait_until(settings.stored, 30, what="the settings that the check stores")
    assert stored["server"] == server.url and server.get(stored["script"]).status == 200
    assert f"{server.url}{stored['script']}" in shown(blog)
    assert settings.save(server="https://elsewhere.example", label="Mine")["server"] == server.url


def test_a_constant_stands_above_the_blogs_own_server(blog, config, server, servers):
    own = servers()
    Settings(blog).save(server=own.url)
    config(server.url)
    text = shown(blog)
    assert server.url in text and own.url not in text
    assert own.get(Settings(blog).stored()["script"]).status == 200
    assert f"{server.url}/js/" not in text  # not with the hash of another server's loader
    config(None)
    assert own.url in shown(blog)


def test_a_wrong_constant_shows_nothing_and_is_said(blog, config, server):
    Settings(blog).save(server=server.url)
    config("https://share.example.com/path")
    assert "buttond" not in shown(blog)
    mark, words = status(Settings(blog).page())
    assert mark == "bad" and "BUTTOND_SHARING_BAR_SERVER in wp-config.php is wrong" in words


def test_saving_under_a_wrong_constant_changes_no_server(blog, config, server):
    before = Settings(blog).save(server=server.url)
    config("share.example.com")
    Settings(blog).send(label="Mine")
    assert Settings(blog).stored()["server"] == before["server"]


def test_a_constant_of_a_network_stands_above_its_page(network, provider, server, servers):
    provider.send(servers().url)
    define(network, server.url)
    try:
        assert f'href="{server.url}/add' in shown(network, HOSTS[0])
        page = provider.page()
        assert 'name="server"' not in page and "in wp-config.php chooses" in page
    finally:
        network.define("")
