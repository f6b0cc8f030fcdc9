"""`buttond move`: a link goes on under a new address, with its counts, on both stores, also beside servers."""

import json
import random
import subprocess
import threading
import time

from buttond import wait_until
from commands import Commands
from knowing_client import KnowingClient

QUICK = ("--epoch", "50ms", "--fold", "50ms", "--fresh", "100ms", "--miss-wait", "1s")


def import_counts(commands, **shares):
    commands.run("import", "-", text="".join(json.dumps({"key": f"{name}.example/x", "shares": count}) + "\n"
                                             for name, count in shares.items()))  # fmt: skip


def links_of(commands):
    """{key: (impressions, shares, where it has moved)}"""
    rows = [json.loads(line) for line in commands.export().splitlines()]
    return {row["key"]: (row["impressions"], row["shares"], row.get("moved_to")) for row in rows}


def test_a_moved_link_answers_with_the_new_ones_count(servers, commands):
    node = servers(*QUICK, store=commands.store)
    import_counts(commands, old=5, new=50)
    old, new = "https://old.example/x", "https://new.example/x"
    wait_until(lambda: node.buttons(old, new) == [5, 50], what="the counts")
    dry = commands.run("move", "--dry-run", old, new)
    assert dry.stdout.startswith("old.example/x\tnew.example/x\t")
    assert "1 would be moved" in dry.stdout
    assert links_of(commands)["old.example/x"][1:] == (5, None)

    assert "1 moved: " in commands.run("move", old, new).stdout
    wait_until(lambda: node.buttons(old, new) == [55, 55], what="the new count")
    # What is reported and read under the old address counts for the new one.
    reports = [{"url": old, "id": "1", "shares": 2}, {"url": new, "id": "1", "shares": 2}, {"url": old, "id": "2"}]
    assert node.report_shares(reports).json == {"counted": 2, "repeated": 1}
    wait_until(lambda: node.buttons(old, new) == [58, 58], what="the shares of both")
    node.terminate()
    links = links_of(commands)
    assert links["old.example/x"] == (0, 0, "new.example/x")
    assert links["new.example/x"][1] == 58

    commands.run("move", new, old)
    links = links_of(commands)
    assert links["new.example/x"] == (0, 0, "old.example/x")
    assert links["old.example/x"][1:] == (58, None)


def test_what_cannot_move_is_told_and_the_rest_moves(commands):
    import_counts(commands, a=1, b=2, c=4)
    text = "to,from\nhttps://new.example/x,https://a.example/x\nhttps://b.example/x/,http://www.b.example/x\n,x\nhttps://new.example/x,c.example/x\n"
    done = commands.run("move", "--file", "-", text=text, status=1)
    assert "line 3: both are one link already (b.example/x)" in done.stderr
    assert "line 4: " in done.stderr
    assert done.stdout == "2 moved: 0 impressions, 0 clicks, 5 shares; 0 had nothing to move; 2 refused\n"
    assert links_of(commands)["new.example/x"] == (0, 5, None)


def test_a_domain_moves_on_and_back(commands):
    """2,000 links to a second domain, to a third one, and home again."""
    count = 2_000
    domains = ["a.example", "b.example", "c.example", "a.example"]
    commands.run("import", "-", text="".join(f'{{"key":"a.example/{i}","shares":{i}}}\n' for i in range(count)))
    for before, after in zip(domains, domains[1:]):
        file = commands.folder / "moves.csv"
        file.write_text("from,to\n" + "".join(f"https://{before}/{i},https://{after}/{i}\n" for i in range(count)))
        done = commands.run("move", "--file", file)
        assert done.stdout.startswith(f"{count - 1} moved: 0 impressions, 0 clicks, {count * (count - 1) // 2} shares;")
    links = links_of(commands)
    assert len(links) == 3 * count
    assert all(links[f"a.example/{i}"] == (0, i, None) for i in range(count))
    assert all(links[f"c.example/{i}"] == (0, 0, f"a.example/{i}") for i in range(count))


def test_a_wrong_use_is_told_in_one_line(tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    (tmp_path / "moves.csv").write_text("old,new\n")
    for words, status, told in (
        (("move",), 2, "name FROM and TO"),
        (("move", "https://a.example/x"), 2, "name FROM and TO"),
        (("move", "--file", "a.csv", "https://a.example/x", "https://b.example/x"), 2, "excludes"),
        (("move", "--file", tmp_path / "missing"), 2, "missing cannot be read"),
        (("move", "--file", tmp_path / "moves.csv"), 2, "not a CSV header with from and to"),
    ):
        done = commands.run(*words, status=status)
        assert told in done.stderr
        assert len(done.stderr.splitlines()) == 1
    # No store is made for it.
    start = time.monotonic()
    assert "the store cannot be reached" in commands.run("move", "a.example/x", "b.example/x", status=1).stderr
    assert time.monotonic() - start < 5
    assert not (tmp_path / "buttond.db").exists()


LINKS = 2_000


class Mover:
    """Moves the links of a KnowingClient from old.example to new.example, in a process that dies again and again."""

    def __init__(self, commands):
        self.commands = commands
        self.file = commands.folder / "moves.csv"
        self.file.write_text("from,to\n" + "".join(f"https://old.example/{i},https://new.example/{i}\n" for i in range(LINKS)))

    def start(self):
        return subprocess.Popen(self.commands.arguments("move", "--file", self.file), stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def time(self):
        """How long it takes here to look at all of them."""
        start = time.monotonic()
        self.commands.run("move", "--dry-run", "--file", self.file)
        return time.monotonic() - start

    def die_within(self, seconds):
        """Whether it was killed before it was done."""
        process = self.start()
        time.sleep(random.uniform(0, seconds))
        killed = process.poll() is None
        process.kill()
        process.communicate()
        return killed

    def check(self, client, shares):
        """What was answered and acknowledged is at the new links, once, and nothing more."""
        links = links_of(self.commands)
        assert len(links) == 2 * LINKS
        for i in range(LINKS):
            assert links[f"old.example/{i}"] == (0, 0, f"new.example/{i}")
        client.check({f"old.example/{i}": links[f"new.example/{i}"][0] for i in range(LINKS)})
        for i in range(LINKS):
            assert links[f"new.example/{i}"][1] == shares.counted.get(i, 0)


class Shares:
    """Reports shares of old and new addresses until it is stopped, each of them again and again until it is known."""

    def __init__(self, node):
        self.node = node
        self.counted = {}  # {link: shares}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._report)
        self.thread.start()

    def _report(self):
        number = 0
        while not self.stopping.is_set():
            number += 1
            links = random.sample(range(LINKS), 20)
            # Under one address each: before they are one, two links count a share each.
            reports = [{"url": f"https://{random.choice(['old', 'new'])}.example/{i}", "id": f"share-{number}"}
                       for i in links]  # fmt: skip
            while self.node.report_shares(reports).status != 200:
                time.sleep(0.05)
            self.counted.update({i: self.counted.get(i, 0) + 1 for i in links})
            time.sleep(0.01)

    def stop(self):
        self.stopping.set()
        self.thread.join()


def move_under_load(servers, commands, kills, harm=lambda: None):
    """Two thousand links move while two nodes count; `harm` is done after each kill."""
    nodes = [servers(*QUICK, store=commands.store) for _ in range(2)]
    client = KnowingClient(links=LINKS, threads=2, prefix="old.example")
    client.start(nodes[0])
    shares = Shares(nodes[1])
    try:
        mover = Mover(commands)
        seconds = mover.time()
        killed = 0
        for _ in range(kills):
            killed += mover.die_within(seconds)
            harm()
        assert killed > kills // 4
        commands.run("move", "--file", mover.file)
    finally:
        shares.stop()
        client.stop()
    for node in nodes:
        node.wait_stored(60)
    # What came since is at the new links without a move, and a move finds nothing.
    commands.export()
    again = commands.run("move", "--file", mover.file)
    assert again.stdout == f"0 moved: 0 impressions, 0 clicks, 0 shares; {LINKS} had nothing to move; 0 refused\n"
    mover.check(client, shares)
    asked = "/v1/counts?" + "&".join(f"url=https://old.example/{i}" for i in range(40))
    counted = [shares.counted.get(i, 0) for i in range(40)]
    wait_until(lambda: nodes[0].get(asked).json["counts"] == counted, what="the counts of the old links")


def test_a_move_that_is_killed_under_load_moves_once_on_sqlite(servers, tmp_path):
    commands = Commands(tmp_path, f"sqlite:{tmp_path}/buttond.db")
    move_under_load(servers, commands, kills=20)


def test_a_move_that_is_killed_under_load_moves_once_on_mongodb(servers, own_mongo, tmp_path):
    # Who is killed keeps his locks for so long.
    for member in own_mongo.members:
        own_mongo.direct(member).admin.command({"setParameter": 1, "transactionLifetimeLimitSeconds": 2})
    commands = Commands(tmp_path, own_mongo.uri(), own_mongo.database())
    harms = iter([own_mongo.step_down, own_mongo.step_down])
    move_under_load(servers, commands, kills=8, harm=lambda: next(harms, lambda: None)())


def test_a_move_goes_on_over_an_election(own_mongo, tmp_path):
    commands = Commands(tmp_path, own_mongo.uri(), own_mongo.database())
    commands.run("import", "-", text="".join(f'{{"key":"old.example/{i}","shares":1}}\n' for i in range(LINKS)))
    mover = Mover(commands)
    process = mover.start()
    wait_until(lambda: own_mongo.database().links.find_one({"moved_to": {"$exists": True}}), every=0.01, what="a move")
    own_mongo.kill(own_mongo.wait_primary())
    out, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    links = {link["_id"]: link for link in own_mongo.database().links.find()}
    assert all(links[f"new.example/{i}"]["shares"] == 1 for i in range(LINKS))
    assert all(links[f"old.example/{i}"]["shares"] == 0 for i in range(LINKS))
