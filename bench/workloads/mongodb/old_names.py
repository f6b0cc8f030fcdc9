"""What a thousand names leave behind, as of nodes that were started a thousand times, each of which counted a link.

The batches are made here, one of each name, and folded by a node.
"""

import os
from datetime import datetime, timezone

from bson.int64 import Int64

from rig.bench import SERVER_CORE
from rig.folding import Folding
from rig.nodes import Node

from .folding_links import require_impressions

CASE = "a link after 1,000 node names"
NAMES = 1000
KEY = "site-0.example.com/2012/09/post-0"


def batch_of_new_name():
    name, now = os.urandom(16).hex(), datetime.now(timezone.utc)
    link = {"k": KEY, "i": Int64(1), "c": Int64(0), "s": Int64(0)}
    return {"_id": f"{name}|1", "node": name, "number": Int64(1), "after": Int64(0),
            "day": now.replace(hour=0, minute=0, second=0, microsecond=0), "at": now, "sum": os.urandom(16).hex(),
            "size": Int64(1), "links": [link]}


def measure(bench, folder, server):
    store = server.new_store()
    store.database.batches.insert_many(batch_of_new_name() for _ in range(NAMES))
    with Node(folder / "old-names", store.uri, "--fold", "100ms", cores={SERVER_CORE}):
        Folding(store.database).wait()
    require_impressions(store, 1, NAMES)
    for name, collection in (("the link", store.database.links), ("`fold`, for 400 days", store.database.fold)):
        size, = collection.aggregate([{"$project": {"bytes": {"$bsonSize": "$$ROOT"}}}])
        bench.figures.add("mongodb", CASE, name, "bytes", size["bytes"])
