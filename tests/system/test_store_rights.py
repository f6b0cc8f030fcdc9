"""What the server says of a MongoDB that lets it in, or not, and lets it write, or not: `buttond_store_up` is not 1
while nothing is stored, and the log names a cause once a minute."""

import pymongo
import pytest

from buttond import wait_until
from mongo import Mongo
from store_troubles import complaint, complaints, lines_about, scrapes

FLAGS = ("--epoch", "50ms", "--fold", "50ms", "--flush-deadline", "100ms")
QUICK = "serverSelectionTimeoutMS=1000&connectTimeoutMS=500&socketTimeoutMS=2000"
MISTAKEN = "s3cret-of-nobody"
EVERYTHING = ["find", "insert", "update", "remove", "createCollection", "createIndex"]


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A replica set that asks for a password."""
    started = Mongo(tmp_path_factory.mktemp("rights"), auth=True, election_ms=30_000)
    yield started
    started.close()


@pytest.fixture
def database(locked, request):
    """An empty database, whose name is one of a user of its own."""
    name = "rights_" + request.node.name[-30:].strip("_")
    yield name
    locked.client().drop_database(name)
    for user in locked.client().admin.command("usersInfo")["users"]:
        if user["user"] == name:
            locked.client().admin.command("dropUser", name)
            locked.client().admin.command("dropRole", name)


def make_user(mongo, database, actions):
    """A user who may do these `actions` on collections, named like the database. Returns the URI."""
    admin = mongo.client().admin
    admin.command("createRole", database, privileges=privileges(database, actions), roles=[])
    admin.command("createUser", database, pwd=f"{database}:p@ss/word", roles=[database])
    return mongo.uri(database, QUICK, user=database)


def privileges(database, actions):
    return [
        {"resource": {"db": database, "collection": collection}, "actions": granted}
        for collection, granted in actions.items()
    ]


def grant(mongo, database, actions):
    mongo.client().admin.command("updateRole", database, privileges=privileges(database, actions))


def count(node, times):
    for _ in range(times):
        node.buttons("https://example.com/a")


def test_store_up_was_1_while_a_user_who_may_only_read_stored_nothing(servers, locked, database):
    uri = make_user(locked, database, {"": ["find"]})
    node = servers(*FLAGS, store=uri)
    count(node, 3)
    assert set(scrapes(node, 8)) == {0}
    assert node.books()["pending"] == 3
    assert not lines_about(node, "again")
    said = complaint(node)
    for words in (" error store ", "the store does not let this user do that", f'user "{database}"',
                  'authSource "admin"', "readWrite", "counting goes on", "in the journal"):  # fmt: skip
        assert words in said
    assert "p@ss" not in node.log and "p%40ss" not in node.log

    grant(locked, database, {"": EVERYTHING})
    node.wait_stored(30)
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1, 20)
    wait_until(lambda: len(lines_about(node, "it can be written again")) == 1)
    assert locked.wait_folded(database) == {"example.com/a": 3}


def test_a_wrong_password_was_1_6_lines_a_second_of_the_driver(servers, locked):
    right = locked.uri(options=QUICK)
    user, _, rest = right.removeprefix("mongodb://").partition(":")
    node = servers(*FLAGS, store=f"mongodb://{user}:{MISTAKEN}@{rest.partition('@')[2]}")
    count(node, 5)
    wait_until(lambda: complaints(node), 20, what="a word about the password")
    assert set(scrapes(node, 8)) == {0}
    said = complaint(node)
    for words in (" error store ", "does not let this user in", f'user "{user}"', 'authSource "admin"',
                  "see user, password and authSource"):  # fmt: skip
        assert words in said
    assert MISTAKEN not in node.log
    assert node.books()["pending"] == 5


def test_a_user_who_does_not_know_of_a_right_is_named_too(servers, locked):
    """Without any user."""
    uri = locked.uri(options=QUICK)
    bare = "mongodb://" + uri.partition("@")[2].replace("authSource=admin", "")
    node = servers(*FLAGS, store=bare)
    count(node, 1)
    wait_until(lambda: complaints(node), 20)
    assert set(scrapes(node, 2)) == {0}
    said = complaint(node)
    assert "no user is named" in said and "does not let this user do that" in said


def test_who_may_bring_but_not_add_to_links_has_everything_wait_and_nothing_set_aside(servers, locked, database):
    """Folds failed, brings succeeded: it was up and down in turn, and each link of it was set aside as refused."""
    rights = {name: EVERYTHING for name in ("batches", "fold", "refused", "keys", "site_days")}
    node = servers(*FLAGS, store=make_user(locked, database, {**rights, "links": ["find"]}))
    count(node, 4)
    node.wait_stored()
    wait_until(lambda: complaints(node), 20)
    assert set(scrapes(node, 5)) == {0}
    said = complaint(node)
    assert "does not let this user do that" in said and "links" in said
    assert not lines_about(node, "again")
    assert locked.database(database).refused.count_documents({}) == 0

    grant(locked, database, {**rights, "links": EVERYTHING})
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1, 30)
    assert locked.wait_folded(database) == {"example.com/a": 4}
    assert locked.database(database).refused.count_documents({}) == 0


@pytest.mark.parametrize("collection", ["refused", "keys", "site_days"])
def test_a_right_that_is_missing_on_one_collection_is_told_before_it_is_needed(servers, locked, database, collection):
    rights = {name: EVERYTHING for name in ("links", "batches", "fold", "refused", "keys", "site_days")}
    rights[collection] = ["find"]
    node = servers(*FLAGS, store=make_user(locked, database, rights))
    wait_until(lambda: complaints(node), 20)
    assert set(scrapes(node, 2)) == {0}
    said = complaint(node)
    assert collection in said


def test_a_right_that_is_taken_away_while_it_runs(servers, locked, database):
    uri = make_user(locked, database, {"": EVERYTHING})
    node = servers(*FLAGS, store=uri)
    count(node, 2)
    node.wait_stored()
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1)
    grant(locked, database, {"": ["insert", "update", "remove"]})
    wait_until(lambda: node.metrics()["buttond_store_up"] == 0, 20, what="the alarm")
    assert set(scrapes(node, 3)) == {0}
    assert complaint(node)
    grant(locked, database, {"": EVERYTHING})
    wait_until(lambda: node.metrics()["buttond_store_up"] == 1, 20)


def test_who_may_not_write_what_nodes_say_of_themselves_counts_all_the_same_and_is_told_so_once(servers, locked, database):
    rights = {name: EVERYTHING for name in ("batches", "fold", "refused", "keys", "site_days", "links")}
    node = servers(*FLAGS, store=make_user(locked, database, rights))
    count(node, 4)
    node.wait_stored()
    wait_until(lambda: lines_about(node, "dashboard: the store does not take what this node says of itself"), 20)
    said = complaint(node)
    assert " warning " in said
    for words in ("does not let this user do that", "readWrite", "counting is not held up by it"):
        assert words in said
    assert set(scrapes(node, 6)) == {1}
    assert locked.wait_folded(database) == {"example.com/a": 4}
    assert len(complaints(node)) == 1
