"""HTTP in raw bytes: a hit as a browser asks for it, and the answers of a connection one by one."""

import re

HIT = (
    b"GET /v1/buttons?url=https%3A%2F%2Fexample.com%2Fpost HTTP/1.1\r\nHost: a\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    b"Accept: */*\r\nAccept-Encoding: gzip, deflate, br\r\nReferer: https://example.com/post\r\n\r\n"
)


class Reader:
    """Reads answers one by one from a connection."""

    def __init__(self, connection):
        self.connection = connection
        self.pending = b""

    def answer(self, head=False):
        """(status, header, body) of the next answer; None at the end of the connection."""
        while b"\r\n\r\n" not in self.pending:
            if not self._more():
                return None
        header, self.pending = self.pending.split(b"\r\n\r\n", 1)
        length = re.search(rb"(?i)content-length: (\d+)", header)
        size = int(length[1]) if length and not head else 0
        while len(self.pending) < size:
            assert self._more(), "the connection ended inside a body"
        body, self.pending = self.pending[:size], self.pending[size:]
        return int(header[9:12]), header, body

    def _more(self):
        chunk = self.connection.recv(65536)
        self.pending += chunk
        return bool(chunk)


def open_connections(server):
    return server.metrics()["buttond_connections"]
