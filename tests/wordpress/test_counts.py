"""The column "Shares": how its counts are asked for, kept, sorted and shown."""

import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

REFRESH = "do_action( 'buttond_sharing_bar_counts' );"
META = "_buttond_sharing_bar_shares"


class Stub:
    """A server that answers /v1/counts as told, and remembers the links of each request."""

    def __init__(self):
        self.requests = []
        self.lengths = []
        self.counts = lambda links: {"counts": [len(links) for _ in links]}
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                parts = urllib.parse.urlsplit(self.path)
                links = urllib.parse.parse_qs(parts.query).get("url", [])
                answer, status = {}, 200
                if parts.path == "/v1/counts":
                    stub.requests.append(links)
                    stub.lengths.append(len(self.requestline))
                    answer = stub.counts(links)
                    if isinstance(answer, int):
                        answer, status = {"error": {"code": "x", "message": "x"}}, answer
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def asked(self):
        """The links of all requests, in their order; forgets them."""
        links = [link for links in self.requests for link in links]
        self.requests.clear()
        return links

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def stub():
    started = Stub()
    yield started
    started.close()


@pytest.fixture
def pointed(blog, stub):
    """A blog whose server is the stub, without the post that WordPress comes with."""
    blog.php(f"""$settings = Buttond_Sharing_Bar\\Settings::get();
        $settings['server'] = '{stub.url}';
        Buttond_Sharing_Bar\\Settings::save( $settings );
        wp_delete_post( 1, true );""")
    return blog


def publish(blog, number, first="2026-01-01", **fields):
    """Publishes posts a minute apart in one go; returns their ids, the oldest first."""
    extra = "".join(f", '{name}' => '{value}'" for name, value in fields.items())
    return blog.value(f"""( function () {{
        $ids = array();
        wp_defer_term_counting( true );
        for ( $i = 0; $i < {number}; $i++ ) {{
            $ids[] = wp_insert_post( array( 'post_title' => "Post $i", 'post_name' => "p$i", 'post_content' => 'Words.',
                'post_status' => 'publish', 'post_author' => 1,
                'post_date' => gmdate( 'Y-m-d H:i:s', strtotime( '{first}' ) + 60 * $i ){extra} ) );
        }}
        return $ids;
    }} )()""")


def counts(blog):
    """{id: count} of all posts that have one."""
    rows = blog.sql(f"select post_id, meta_value from wp_postmeta where meta_key = '{META}'")
    return {int(post): int(count) for post, count in rows}


def listed(blog, query, type_="post"):
    """The ids of a page of the list of posts, and the text of its column."""
    cookies = "; ".join(f"{name}={value}" for name, value in blog.cookies().items())
    answer = blog.get(f"/wp-admin/edit.php?post_type={type_}&{query}", {"Cookie": cookies})
    assert answer.status == 200
    rows = re.findall(r'<tr id="post-(\d+)".*?</tr>', answer.text, re.DOTALL)
    cells = re.findall(r"<td class=['\"]buttond_sharing_bar_shares[^>]*>(.*?)</td>", answer.text, re.DOTALL)
    return [int(row) for row in rows], cells


# Asking.


def test_the_counts_of_a_real_server_come_into_the_column(blog, server):
    blog.set_up(server)
    posts = publish(blog, 3)
    link = blog.permalink(posts[1])
    assert server.report_shares({"url": link, "id": "a-share-of-the-test", "shares": 1234}).status == 200
    blog.php(REFRESH)
    assert counts(blog)[posts[1]] == 1234
    assert counts(blog)[posts[0]] == 0
    ids, cells = listed(blog, "orderby=buttond_sharing_bar_shares&order=desc")
    assert ids[0] == posts[1] and cells[0] == "1,234"
    assert server.metrics()["buttond_impressions_seen_total"] == 0


def test_fifty_links_a_request_and_the_newest_first(pointed, stub):
    posts = publish(pointed, 120)
    pointed.php(REFRESH)
    assert [len(links) for links in stub.requests] == [50, 50, 20]
    assert stub.asked() == [f"http://blog.example/2026/p{i}/" for i in reversed(range(120))]
    assert len(counts(pointed)) == len(posts)


def test_ten_requests_a_run_and_all_posts_in_time(pointed, stub):
    publish(pointed, 1210)
    everything = {f"http://blog.example/2026/p{i}/" for i in range(1210)}
    newest = [f"http://blog.example/2026/p{i}/" for i in reversed(range(1160, 1210))]
    seen = set()
    for run in range(3):
        pointed.php(REFRESH)
        assert len(stub.requests) <= 10
        assert stub.requests[0] == newest, "each run begins with the newest posts"
        asked = stub.asked()
        assert len(asked) == len(set(asked)), "no link is asked for twice in a run"
        seen |= set(asked)
    assert seen == everything
    pointed.php(REFRESH)
    assert len(stub.asked()) == 500, "and begins anew"


def test_long_links_are_split_by_length_and_those_too_long_are_left_out(pointed, stub):
    publish(pointed, 20)
    pointed.php("""add_filter( 'buttond_sharing_bar_url', function ( $url, $id ) {
            return $url . '?x=' . str_repeat( 'y', 0 === $id % 5 ? 2100 : 1900 );
        }, 10, 2 );""" + REFRESH)
    assert all(length < 8000 for length in stub.lengths), "what nginx takes"
    asked = stub.asked()
    assert len(asked) == 16 and all(len(link) <= 2048 for link in asked)


def test_the_address_of_nothing_unpublished_leaves_the_blog(pointed, stub):
    publish(pointed, 1, post_status="draft")
    for fields in ({"post_status": "private"}, {"post_password": "secret"}, {"post_status": "pending"},
                   {"post_date": "2030-01-01 00:00:00", "post_status": "future"}, {"post_status": "trash"}):  # fmt: skip
        pointed.post("Hidden", **fields)
    pointed.php(REFRESH)
    assert stub.asked() == []
    shown = pointed.post("Shown", post_name="shown")
    pointed.php(REFRESH)
    assert stub.asked() == [pointed.permalink(shown)]


def test_only_the_chosen_types_are_asked_for(pointed, stub):
    pointed.post("A page", post_type="page")
    pointed.php(REFRESH)
    assert stub.asked() == []
    pointed.php("Buttond_Sharing_Bar\\Settings::save( array( 'post_types' => array( 'page' ) ) );" + REFRESH)
    assert "http://blog.example/a-page/" in stub.asked()


def test_an_unknown_count_leaves_the_last_known(pointed, stub):
    posts = publish(pointed, 2)
    stub.counts = lambda links: {"counts": [7, 8]}
    pointed.php(REFRESH)
    stub.counts = lambda links: {"counts": [None, 9]}
    pointed.php(REFRESH)
    assert counts(pointed) == {posts[1]: 7, posts[0]: 9}


@pytest.mark.parametrize("answer", [500, b"no JSON", {"counts": [1]}, {"counts": "x"}, {}, b"[" * 70000])
def test_a_broken_answer_ends_the_run_and_keeps_what_is_known(pointed, stub, answer):
    publish(pointed, 120)
    pointed.php(REFRESH)
    known = counts(pointed)
    stub.asked()
    stub.counts = lambda links: answer
    pointed.php(REFRESH)
    assert len(stub.requests) == 1, "the run ends at the first failure"
    assert counts(pointed) == known
    pointed.php(REFRESH)
    assert len(stub.requests) == 1, "and is not tried again before its time"
    assert "plugins/buttond-sharing-bar" not in pointed.log()


@pytest.mark.parametrize("counts_", [[-1, "5"], [1.5, True], [{}, []]])
def test_what_is_no_count_is_not_taken(pointed, stub, counts_):
    publish(pointed, 2)
    stub.counts = lambda links: {"counts": counts_}
    pointed.php(REFRESH)
    assert counts(pointed) == {}


def test_a_server_that_is_down_is_asked_again_in_an_hour_growing_to_a_day(pointed, stub):
    publish(pointed, 1)
    stub.counts = lambda links: 503
    waits = []
    for _ in range(7):
        before = pointed.value("time()")
        pointed.php(REFRESH)
        state = pointed.option("buttond_sharing_bar_state")
        waits.append(round((state["retry_at"] - before) / 3600))
        state["retry_at"] = 0  # The time has come.
        pointed.option("buttond_sharing_bar_state", state)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    stub.counts = lambda links: {"counts": [3]}
    pointed.php(REFRESH)
    assert list(counts(pointed).values()) == [3]
    assert pointed.option("buttond_sharing_bar_state")["failures"] == 0


def test_the_next_run_is_when_the_server_is_to_be_asked_again(pointed, stub):
    publish(pointed, 1)
    stub.counts = lambda links: 503
    scheduled = "wp_next_scheduled( 'buttond_sharing_bar_counts' )"
    pointed.php("do_action( 'admin_init' );", user=1)
    pointed.php(REFRESH)
    assert pointed.value(scheduled) == pointed.option("buttond_sharing_bar_state")["retry_at"]
    pointed.php("Buttond_Sharing_Bar\\Server::note( array( 'retry_at' => time() + 9 * HOUR_IN_SECONDS ) );" + REFRESH)
    assert pointed.value(f"{scheduled} - time()") > 8 * 3600
    pointed.php("Buttond_Sharing_Bar\\Server::note( array( 'retry_at' => 0 ) ); do_action( 'admin_init' );", user=1)
    assert pointed.value(f"{scheduled} - time()") <= 0, "the server answered a check: no need to wait"
    assert pointed.value("wp_get_schedule( 'buttond_sharing_bar_counts' )") == "hourly"


def test_a_run_that_was_cut_off_goes_on_where_it_was(pointed, stub):
    publish(pointed, 200)
    answers = iter([None, None, 500])
    stub.counts = lambda links: next(answers) or {"counts": [1 for _ in links]}
    pointed.php(REFRESH)
    stub.asked()
    pointed.php("Buttond_Sharing_Bar\\Server::note( array( 'retry_at' => 0 ) );")
    stub.counts = lambda links: {"counts": [2 for _ in links]}
    pointed.php(REFRESH)
    asked = stub.asked()
    assert asked[50] == "http://blog.example/2026/p99/" and asked[-1] == "http://blog.example/2026/p0/"


def test_cron_runs_hourly_once_there_is_a_server(blog, stub):
    scheduled = "wp_get_schedule( 'buttond_sharing_bar_counts' )"
    blog.php("do_action( 'admin_init' );", user=1)
    assert blog.value(scheduled) is False
    blog.php(f"Buttond_Sharing_Bar\\Settings::save( array( 'server' => '{stub.url}' ) ); do_action( 'admin_init' );", user=1)
    assert blog.value(scheduled) == "hourly"
    blog.php("require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins( 'buttond-sharing-bar/buttond-sharing-bar.php' );")
    assert blog.value(scheduled) is False
    assert blog.option("buttond_sharing_bar")["server"] == stub.url


# The list.


def test_each_post_is_in_the_sorted_list_once_and_those_without_a_count_last(each_blog, stub):
    blog = each_blog
    blog.php(f"Buttond_Sharing_Bar\\Settings::save( array( 'server' => '{stub.url}' ) ); wp_delete_post( 1, true );")
    posts = publish(blog, 50)
    values = {post: index % 4 * 10 for index, post in enumerate(posts) if index % 2}
    for post, value in values.items():
        blog.sql(f"insert into wp_postmeta (post_id, meta_key, meta_value) values ({post}, '{META}', '{value}')")
    blog.sql(f"insert into wp_postmeta (post_id, meta_key, meta_value) values ({posts[1]}, '{META}', '10')")  # a second row
    for order in ("asc", "desc"):
        found = []
        for page in (1, 2, 3):
            found += listed(blog, f"orderby=buttond_sharing_bar_shares&order={order}&paged={page}")[0]
        assert sorted(found) == sorted(posts), order
        known = [values[post] for post in found if post in values]
        assert known == sorted(known, reverse=order == "desc")
        assert all(post in values for post in found[: len(values)]), "those without a count are last"


def test_the_column_costs_no_query(pointed):
    posts = publish(pointed, 100)
    for post in posts[::2]:
        pointed.sql(f"insert into wp_postmeta (post_id, meta_key, meta_value) values ({post}, '{META}', '{post}')")
    pointed.php("update_user_meta( 1, 'edit_post_per_page', 100 );")
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in pointed.cookies().items())}
    path = "/wp-admin/edit.php"
    pointed.queries(path, cookies)  # caches of WordPress's own
    with_column = pointed.queries(path, cookies)
    sorted_by_it = pointed.queries(path + "?orderby=buttond_sharing_bar_shares&order=desc", cookies)
    pointed.php("require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins( 'buttond-sharing-bar/buttond-sharing-bar.php' );")
    pointed.queries(path, cookies)
    without = pointed.queries(path, cookies)
    assert len(with_column) <= len(without) + 1, set(with_column) - set(without)
    assert len(sorted_by_it) <= len(without) + 1


def test_a_post_without_a_count_shows_a_dash(pointed):
    publish(pointed, 1)
    ids, cells = listed(pointed, "")
    assert len(ids) == 1 and "No count yet" in cells[0] and "—" in cells[0].replace("&#8212;", "—")


def test_without_a_server_there_is_no_column(blog):
    ids, cells = listed(blog, "")
    assert ids and not cells


def test_sites_of_a_network_keep_their_own_counts(blogs, stub):
    network = blogs.named("network", version="6.8", multisite=True, host="network.example")
    network.add_site("one.network.example")
    network.activate(network=True)
    for host in ("network.example", "one.network.example"):
        network.php(f"Buttond_Sharing_Bar\\Settings::save( array( 'server' => '{stub.url}' ) );", host)
    network.php(REFRESH, "one.network.example")
    asked = stub.asked()
    assert asked and all("one.network.example" in link for link in asked)
    assert network.sql(f"select count(*) from wp_postmeta where meta_key = '{META}'") == [["0"]]
    assert network.sql(f"select count(*) from wp_2_postmeta where meta_key = '{META}'") != [["0"]]
