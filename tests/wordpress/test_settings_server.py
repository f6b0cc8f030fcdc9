"""The server's address: what is taken, what is refused, and what is said."""

import gzip
import json
import time

import pytest

from admin import Settings, notices, status
from blog import php_value
from odd_server import OddServer, answers, drips, is_endless, is_silent, self_signed

def parse(blog, typed, home=None):
    """The origin of each address, or the error's code."""
    return json.loads(
        blog.php(f"""
            $home = {php_value(home)};
            if ( $home ) {{
                add_filter( 'option_home', function () use ( $home ) {{ return $home; }} );
            }}
            echo json_encode( array_map( function ( $one ) {{
                $found = Buttond_Sharing_Bar\\Server::parse_address( $one );
                return is_wp_error( $found ) ? $found->get_error_code() : $found;
            }}, {php_value(typed)} ) );""")
    )


TAKEN = [
    ("https://share.example.com", "https://share.example.com"),
    ("  https://share.example.com/ \n", "https://share.example.com"),
    ("\u00a0https://share.example.com\u200b", "https://share.example.com"),
    ("HTTPS://Share.EXAMPLE.com:443/", "https://share.example.com"),
    ("http://share.example.com:80", "http://share.example.com"),
    ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ("http://[::1]:8080", "http://[::1]:8080"),
    ("http://buttond:8080", "http://buttond:8080"),
    ("https://share.example.com:08443", "https://share.example.com:8443"),
    ("https://share.example.com.", "https://share.example.com"),
    ("https://bücher.example", "https://xn--bcher-kva.example"),
    ("https://BÜCHER.example/", "https://xn--bcher-kva.example"),
    ("https://پخش.example", "https://xn--tgbm4t.example"),
]


def test_an_address_is_taken_as_people_type_it(blog):
    assert list(zip(addresses := [typed for typed, _ in TAKEN], parse(blog, addresses))) == TAKEN


NO_ADDRESSES = [
    ("", "address_empty"),
    (" \t ", "address_empty"),
    ("share.example.com", "address_invalid"),
    ("//share.example.com", "address_invalid"),
    ("share", "address_invalid"),
    ("https://", "address_invalid"),
    ("https://:8080", "address_invalid"),
    ("https://share example.com", "address_invalid"),
    ("https://share..example.com", "address_invalid"),
    ("https://-share.example.com", "address_invalid"),
    ("https://share.example.com:0", "address_invalid"),
    ("https://share.example.com:65536", "address_invalid"),
    ("https://share.example.com:99999999999999999999", "address_invalid"),
    ("https://share.example.com:80a", "address_invalid"),
    ("https://1.2.3.4.5", "address_invalid"),
    ("https://256.1.1.1", "address_invalid"),
    ("https://0x7f.1", "address_invalid"),
    ("https://[::g]", "address_invalid"),
    ("https://share%2eexample.com", "address_invalid"),
    ("https://share.example.com\\", "address_invalid"),
    ("https://" + "a" * 64 + ".example", "address_invalid"),
    ("https://" + "a." * 130 + "example", "address_invalid"),
    ("https://share.example.com\u0000", "address_invalid"),
    ("ftp://share.example.com", "address_scheme"),
    ("javascript://share.example.com", "address_scheme"),
    ("https://ann:secret@share.example.com", "address_password"),
    ("https://ann@share.example.com", "address_password"),
    ("https://@share.example.com", "address_password"),
    ("https://share.example.com/path", "address_path"),
    ("https://share.example.com//", "address_path"),
    ("https://share.example.com?a=b", "address_path"),
    ("https://share.example.com/?", "address_path"),
    ("https://share.example.com#top", "address_path"),
    ("https://share.example.com/#", "address_path"),
]


def test_what_is_no_address_is_refused(blog):
    assert list(zip(addresses := [typed for typed, _ in NO_ADDRESSES], parse(blog, addresses))) == NO_ADDRESSES


def test_http_is_refused_for_a_blog_at_https(blog):
    typed = ["http://share.example.com", "https://share.example.com"]
    assert parse(blog, typed, "https://blog.example") == ["address_insecure", "https://share.example.com"]


def test_a_refused_address_is_said_beside_the_field_and_the_old_one_stays(blog, server):
    settings = Settings(blog)
    before = settings.save(server=server.url)
    answer = settings.send(server="https://ann:secret@share.example.com", label="Other")
    assert answer.status == 200
    mark, words = status(answer.text)
    assert mark == "bad" and "password" in words
    assert 'aria-invalid="true"' in answer.text
    assert "https://ann:secret@share.example.com" in answer.text  # it can be corrected
    assert 'id="buttond-insist" hidden' in answer.text  # no insisting on what is no address
    assert settings.stored() == before


def test_insisting_does_not_help_what_is_no_address(blog):
    settings = Settings(blog)
    assert settings.send(server="ftp://share.example.com", insist="1").status == 200
    assert settings.stored() == []


BROKEN = {
    "timeout": (is_silent, ["did not answer within 3 seconds"]),
    "drip": (drips, ["did not answer within 3 seconds"]),
    "redirect": (answers(301, "", Location="https://elsewhere.example/"), ["on to another address"]),
    "page": (answers(200, "<!DOCTYPE html><title>Welcome to nginx!</title>"), ["not a buttond"]),
    "missing": (answers(404, "<h1>Not Found</h1>"), ["not a buttond"]),
    "other JSON": (answers(200, '{"version":"1","places":[]}'), ["not a buttond"]),
    "list": (answers(200, "[1,2]"), ["not a buttond"]),
    "word": (answers(200, '"buttond"'), ["not a buttond"]),
    "cut off": (answers(200, '{"version":"0.1.0","scr'), ["not a buttond"]),
    "odd types": (answers(200, '{"version":[],"script":{"path":{},"integrity":7},"places":"all"}'), ["not a buttond"]),
    "odd path": (
        answers(200, json.dumps({"version": "1", "script": {"path": "/js/../x.js", "integrity": "sha384-" + "A" * 64}, "places": []})),
        ["not a buttond"],
    ),
    "older buttond": (answers(404, '{"error":{"code":"not_found","message":"there is nothing here"}}'), ["too old"]),
    "500": (answers(500, "{}"), ["the error 500"]),
    "502": (answers(502, "<h1>Bad Gateway</h1>"), ["the error 502"]),
    "too long": (answers(200, '{"version":"' + "1" * 70_000 + '"}'), ["too long"]),
    "bomb": (answers(200, gzip.compress(b'"' + b" " * 10_000_000 + b'"'), Content_Encoding="gzip"), ["too long"]),
    "endless": (is_endless, ["too long", "did not answer within 3 seconds"]),
}


def test_a_server_that_is_not_well_is_not_saved_and_the_sentence_says_why(blog):
    settings = Settings(blog)
    for name, (behave, sentences) in BROKEN.items():
        with OddServer(behave) as odd:
            before = time.monotonic()
            answer = settings.send(server=odd.url)
            assert time.monotonic() - before < 6, name
            assert odd.requests, name
        assert answer.status == 200, name
        mark, words = status(answer.text)
        assert mark == "bad", name
        assert any(part in words for part in sentences), (name, words)
        assert 'id="buttond-insist" hidden' not in answer.text, name
        assert settings.stored() == [], name


def test_nothing_listens(blog, server):
    settings = Settings(blog)
    server.terminate()
    assert "Nothing answers at" in status(settings.send(server=server.url).text)[1]
    assert settings.stored() == []


def test_a_name_that_nobody_has(blog):
    assert "no server of the name nobody.example" in status(Settings(blog).send(server="http://nobody.example").text)[1]


def test_a_host_that_wordpress_may_not_ask(blog):
    words = status(Settings(blog).send(server="http://share.test").text)[1]
    assert "WP_ACCESSIBLE_HOSTS" in words and "share.test" in words


def test_a_certificate_from_nobody_known(blog, tmp_path):
    with OddServer(answers(200, "{}"), self_signed(tmp_path)) as odd:
        blog.names({"share.example:443": odd.port})
        words = status(Settings(blog).send(server="https://share.example").text)[1]
    assert "certificate" in words
    assert Settings(blog).stored() == []


@pytest.mark.parametrize("behave", [is_silent, drips], ids=["silent", "drips"])
def test_without_curl_a_request_ends_as_well(each_blog, behave):
    with OddServer(behave) as odd:
        begin = time.monotonic()
        code = each_blog.value(
            f"""( function () {{
                add_action( 'requests-requests.before_request', function ( $u, $h, $d, $t, &$options ) {{
                    $options['transport'] = class_exists( 'WpOrg\\\\Requests\\\\Transport\\\\Fsockopen' )
                        ? 'WpOrg\\\\Requests\\\\Transport\\\\Fsockopen' : 'Requests_Transport_fsockopen';
                }}, 10, 5 );
                return Buttond_Sharing_Bar\\Server::check( '{odd.url}' )->get_error_code();
            }} )()"""
        )
        assert time.monotonic() - begin < 6
    assert code == "timeout"


def test_a_server_that_is_insisted_on_is_saved_and_taken_up_when_it_is_there(blog, server):
    settings = Settings(blog)
    server.terminate()
    with OddServer(answers(503, "{}")) as odd:
        blog.names({"share.example:80": odd.port})
        stored = settings.save(server="http://share.example", insist="1", label="Pass on")
        assert stored["server"] == "http://share.example"
        assert (stored["script"], stored["integrity"]) == ("", "")
        assert stored["label"] == "Pass on"
        page = settings.page()
        assert any(kind == "warning" and "answers with an error" in words for kind, words in notices(page))
    post = blog.post()
    text = blog.get(blog.permalink(post)).text
    assert 'href="http://share.example/add' in text and "/js/button." not in text
    server.start()
    blog.names({"share.example:80": server.address[1]})
    later(blog, 3700)
    stored = settings.stored()
    assert stored["script"].startswith("/js/button.")
    assert f"http://share.example{stored['script']}" in blog.get(blog.permalink(post)).text
    assert settings.state()["failures"] == 0


def later(blog, seconds):
    """What cron does when so much time went by: what was due before then is due now."""
    blog.php(f"""
        $state = get_option( 'buttond_sharing_bar_state' );
        $state['retry_at'] -= {seconds};
        update_option( 'buttond_sharing_bar_state', $state );
        foreach ( _get_cron_array() as $time => $hooks ) {{
            if ( isset( $hooks['buttond_sharing_bar_daily'] ) && $time <= time() + {seconds} ) {{
                do_action( 'buttond_sharing_bar_daily' );
                break;
            }}
        }}""")


def test_other_settings_can_be_saved_while_the_server_is_down(blog, server):
    settings = Settings(blog)
    before = settings.save(server=server.url)
    server.terminate()
    after = settings.save(label="Pass on")
    assert after == {**before, "label": "Pass on"}  # with the loader that is known
    assert settings.state()["failures"] == 1


def test_a_blog_that_is_not_on_the_list_is_saved_with_the_host_to_add(blog, servers):
    settings = Settings(blog)
    settings.save(server=servers("--site", "example.org").url)
    kinds = notices(settings.page())
    assert any(kind == "warning" and "blog.example is not on its list" in words for kind, words in kinds), kinds
    assert status(settings.page())[0] == "poor"


def test_a_blog_on_a_private_host_is_saved_with_a_warning(blog, tmp_path):
    from buttond import Server

    server = Server(tmp_path, private_hosts=False)
    try:
        blog.php("update_option( 'home', 'http://localhost' );")
        found = blog.value(f"Buttond_Sharing_Bar\\Server::counts_blog( '{server.url}' )->get_error_message()")
        assert "localhost is a private or local address" in found
        assert "--allow-private-hosts" in found
        blog.set_up(server)
        assert blog.option("buttond_sharing_bar_state")["uncounted"] == "private_host"
        assert blog.option("buttond_sharing_bar")["server"] == server.url
    finally:
        server.close()


def test_a_blog_that_was_added_to_the_list_is_found_by_the_daily_check(blog, servers):
    settings = Settings(blog)
    off = servers("--site", "example.org")
    settings.save(server=off.url)
    assert settings.state()["uncounted"] == "not_listed"
    off.terminate()
    off.flags += ["--site", "blog.example"]
    off.flags += ["--listen", off.addresses[0]]
    off.start()
    blog.php("do_action( 'buttond_sharing_bar_daily' );")
    assert settings.state()["uncounted"] == ""


def test_a_server_that_is_down_is_asked_once_an_hour_then_ever_more_seldom(blog, server):
    settings = Settings(blog)
    settings.save(server=server.url)
    server.terminate()
    blog.records("http", empty=True)
    waits = []
    for failures in range(1, 8):
        blog.php("do_action( 'buttond_sharing_bar_daily' ); do_action( 'buttond_sharing_bar_daily' );")
        state = settings.state()
        waits.append(state["retry_at"] - int(time.time()))
        assert state["failures"] == failures
        assert len(blog.records("http")) == failures  # one each, though it was due twice
        scheduled = blog.value("wp_next_scheduled( 'buttond_sharing_bar_daily' )")
        assert scheduled <= state["retry_at"]
        later_state = {**state, "retry_at": int(time.time()) - 1}
        blog.option("buttond_sharing_bar_state", later_state)
    hours = [round(wait / 3600) for wait in waits]
    assert hours == [1, 2, 4, 8, 16, 24, 24]


def test_while_it_is_down_nothing_else_asks_it_either(blog, server):
    settings = Settings(blog)
    settings.save(server=server.url)
    server.terminate()
    blog.php("do_action( 'buttond_sharing_bar_daily' );")
    blog.records("http", empty=True)
    ask = "Buttond_Sharing_Bar\\Server::ask( '/v1/counts', array( 'url' => 'http://blog.example/' ) )->get_error_code()"
    assert blog.value(ask) == "waiting"
    assert blog.records("http") == []


def test_a_list_of_links_is_asked_as_the_server_reads_it(blog, server):
    Settings(blog).save(server=server.url)
    links = ["http://blog.example/a", "http://blog.example/b?c=d&e=f"]
    counts = blog.value(f"Buttond_Sharing_Bar\\Server::ask( '/v1/counts', array( 'url' => {php_value(links)} ) )")
    assert counts == {"counts": [0, 0]}


def test_what_the_server_refuses_does_not_mean_that_it_is_down(blog, server):
    settings = Settings(blog)
    settings.save(server=server.url)
    assert blog.value("Buttond_Sharing_Bar\\Server::ask( '/v1/no-such-route' )->get_error_code()") == "refused"
    assert settings.state()["failures"] == 0


def test_no_notice_outside_the_page_while_the_server_is_down(blog, server):
    settings = Settings(blog)
    settings.save(server=server.url)
    server.terminate()
    blog.php("do_action( 'buttond_sharing_bar_daily' );")
    assert any(kind == "warning" for kind, _ in notices(settings.page()))
    for path in ("/wp-admin/index.php", "/wp-admin/options-general.php", "/wp-admin/plugins.php", "/wp-admin/edit.php"):
        assert server.url not in settings.admin.get(path).text


def test_a_loader_that_changed_is_taken_up_by_the_daily_check(blog, server):
    settings = Settings(blog)
    good = server.get("/v1/server").json
    new = {**good, "script": {"path": "/js/button.0123456789abcdef.js", "integrity": "sha384-" + "B" * 64}, "version": "9.9"}
    with OddServer(answers(200, json.dumps(good))) as odd:
        blog.names({"share.example:80": odd.port})
        old = settings.save(server="http://share.example", label="Mine")
        assert old["script"] == good["script"]["path"]
    with OddServer(answers(200, json.dumps(new))) as odd:
        blog.names({"share.example:80": odd.port})
        blog.php("do_action( 'buttond_sharing_bar_daily' );")
    assert settings.stored() == {**old, "script": new["script"]["path"], "integrity": new["script"]["integrity"]}
    assert settings.state()["server_version"] == "9.9"


def test_the_loaders_of_a_real_upgrade_are_those_that_the_server_serves(blog, server):
    stored = Settings(blog).save(server=server.url)
    assert server.get(stored["script"]).status == 200


def test_places_that_the_server_does_not_offer_are_not_shown_but_stay_chosen(blog, servers):
    settings = Settings(blog)
    few = servers("--place", "x", "--place", "email")
    settings.save(server=few.url, places=["email", "x"])
    page = settings.page()
    assert "Telegram" not in page
    assert settings.stored()["places"][:2] == ["email", "x"]
    assert blog.value("Buttond_Sharing_Bar\\Settings::get()['places']") == ["email", "x"]
    more = servers()
    settings.save(server=more.url)
    assert "Telegram" in settings.page()


def test_a_server_with_a_dialog_of_its_own_offers_no_places(blog, servers):
    settings = Settings(blog)
    settings.save(server=servers("--composer-url", "https://composer.example/?u={url}").url)
    assert "no places to offer" in settings.page()
    assert blog.value("Buttond_Sharing_Bar\\Settings::get()['places']") == []


def test_a_request_says_no_more_than_it_must(blog, server):
    seen = []
    body = server.get("/v1/server").text

    def behave(handler):
        seen.append(dict(handler.headers))
        answers(200, body)(handler)

    with OddServer(behave) as odd:
        Settings(blog).save(server=odd.url)
    for headers in seen:
        assert "blog.example" not in json.dumps(headers)
        assert "Cookie" not in headers
