"""Whom and what the dashboard says was not counted: robots by their own names, links by their sites."""

import urllib.parse

from buttond import wait_until

ROBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)"


def see(server, *urls, **headers):
    query = urllib.parse.urlencode([("url", url) for url in urls])
    assert server.get(f"/v1/buttons?{query}", headers=headers).status == 200


def not_counted(server, what):
    """`what` ("agents" or "hosts") of /dashboard/now, once there is any; it is a second old at most."""
    def said():
        return server.get("/dashboard/now", base=server.admin_url).json["not_counted"][what]
    return wait_until(said, what="something that was not counted")


def test_a_robot_is_called_as_it_calls_itself(server):
    see(server, "https://a.example/", "https://b.example/", **{"User-Agent": ROBOT})
    see(server, "https://a.example/", **{"User-Agent": "curlbot/1.0"})
    assert not_counted(server, "agents") == [{"word": "GPTBot", "events": 2}, {"word": "curlbot", "events": 1}]


def test_a_link_is_named_by_its_site_with_the_reasons(servers):
    server = servers("--site", "example.com", "--miss-wait", "10s")
    see(server, "https://other.example/a", "https://other.example/b", "https://example.com/")
    see(server, "https://example.com/", **{"User-Agent": ROBOT})
    hosts = {each["host"]: each for each in not_counted(server, "hosts")}
    assert hosts["other.example"]["events"] == 2
    assert hosts["other.example"]["reasons"]["site"] == 2
    assert hosts["example.com"]["events"] == 1
    assert hosts["example.com"]["reasons"]["bot"] == 1


def test_of_a_robot_that_asks_not_to_be_tracked_nothing_is_kept(server):
    for header in ("Sec-GPC", "DNT"):
        see(server, "https://a.example/", **{"User-Agent": "SecretiveBot/1.0", header: "1"})
    assert not_counted(server, "hosts")[0]["events"] == 2
    answer = server.get("/dashboard/now", base=server.admin_url)
    assert answer.json["not_counted"]["agents"] == []
    assert "SecretiveBot" not in answer.text + server.log


def test_a_readers_share_that_is_not_counted_is_noted_too(servers):
    server = servers("--site", "example.com", "--miss-wait", "10s")
    chosen = server.get("/v1/chosen?place=bluesky&url=https://other.example/", method="POST")
    assert chosen.status == 204, chosen.body
    assert not_counted(server, "hosts")[0]["host"] == "other.example"
