"""The fold of a MongoDB store, watched and held back from outside, by the documents that buttond's own nodes go by."""

import threading
import time
from contextlib import contextmanager

from pymongo.errors import DuplicateKeyError
from pymongo.write_concern import WriteConcern

from .processes import wait_until

LEASE_SECONDS = 25  # nodes do not believe in one of more than 30
RENEWAL_SECONDS = 5
MOST_SECONDS = 1200.0  # of a fold, on a machine that is busy


class Folding:
    """The fold in a database, which is pymongo's."""

    def __init__(self, database):
        self._batches = database.batches
        self._folds = database.get_collection("fold", write_concern=WriteConcern(w="majority"))

    def waiting_batches(self):
        return self._batches.estimated_document_count()  # any other count would read all of them

    def waiting_links(self):
        """All links of the batches that wait; one that is in two of them counts twice."""
        found = list(self._batches.aggregate([{"$group": {"_id": None, "links": {"$sum": {"$size": "$links"}}}}]))
        return found[0]["links"] if found else 0

    def wait(self, left=0):
        """Until no more than `left` batches wait; where that is 0, until the last of them is folded whole."""
        def folded():
            return self.waiting_batches() <= left and (left or self._idle())
        wait_until(folded, MOST_SECONDS, every=0.05, what="folding")

    @contextmanager
    def held_back(self):
        """No node folds meanwhile: we have the lease, as a node would that hangs. Those that stop do fold."""
        wait_until(self._hold, MOST_SECONDS, every=0.02, what="the end of the fold")
        done = threading.Event()
        renewal = threading.Thread(target=self._renew_until, args=(done,))
        renewal.start()
        try:
            yield
        finally:
            done.set()
            renewal.join()
            self._give_lease_back()

    def _idle(self):
        fold = self._folds.find_one({"_id": "fold"}, {"take": 1})
        return fold is None or not fold["take"]

    def _hold(self):
        """Whether we have the lease and no fold is under way: whoever is at one needs the lease to end it."""
        if not self._idle():
            return False
        self._take_lease()
        time.sleep(0.2)  # whoever had it may be about to decide
        if self._idle():
            return True
        self._give_lease_back()
        return False

    def _give_lease_back(self):
        self._folds.update_one({"_id": "fold"}, {"$unset": {"lease": 1}})

    def _take_lease(self):
        """Makes the document where no node has come that far yet, as a node does."""
        until = {"$add": ["$$NOW", LEASE_SECONDS * 1000]}
        fresh = {"n": {"$toLong": "$$NOW"}, "take": [], "source": "batches", "retried": "$$NOW",
                 "marks": {"$literal": {}}}
        kept = {field: {"$ifNull": [f"${field}", value]} for field, value in fresh.items()}
        update = [{"$set": {**kept, "lease": {"holder": "bench", "until": until}}}]
        try:
            self._folds.update_one({"_id": "fold"}, update, upsert=True)
        except DuplicateKeyError:  # a node made it in this moment
            self._folds.update_one({"_id": "fold"}, update)

    def _renew_until(self, done):
        while not done.wait(RENEWAL_SECONDS):
            self._take_lease()
