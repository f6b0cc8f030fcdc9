"""buttond's commands on a store, as an operator runs them."""

import subprocess

from buttond import BINARY


class Commands:
    """buttond's commands on one store."""

    def __init__(self, folder, store, database=None):
        self.folder = folder
        self.store = store
        self.database = database  # of pymongo, where the store is in MongoDB

    def arguments(self, *words):
        return [str(word) for word in (BINARY, *words, "--data", self.folder, "--store", self.store)]

    def run(self, *words, text=None, status=0):
        done = subprocess.run(self.arguments(*words), input=text, capture_output=True, text=True)
        assert done.returncode == status, done.stderr + done.stdout
        return done

    def export(self):
        return self.run("export").stdout

    def has_begun(self):
        """Whether an import has brought something; an export would hold it up, and add what waits in MongoDB."""
        if self.database is not None:
            return self.database.batches.estimated_document_count() > 0
        return subprocess.run(self.arguments("export"), capture_output=True).stdout.count(b"\n") > 0
