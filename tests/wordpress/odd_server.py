"""Servers that are no buttond, or not a well one, by real HTTP and TLS."""

import http.server
import ssl
import subprocess
import threading
import time


class OddServer:
    """Answers every request as `behave(handler)` does; `requests` are the paths it was asked for."""

    def __init__(self, behave, certificate=None):
        self.requests = []
        odd = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                odd.requests.append(self.path)
                try:
                    behave(self)
                except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                    pass

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # who refuses a certificate hangs up
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.http.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def answers(status, body, **headers):
    """A behaviour: one answer."""

    def behave(handler):
        content = body.encode() if isinstance(body, str) else body
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def is_silent(handler):
    """A behaviour: no answer."""
    time.sleep(8)


def drips(handler):
    """A behaviour: a byte of a body now and then, each in time."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(16):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.5)


def is_endless(handler):
    """A behaviour: a body that goes on and on."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100_000):
        handler.wfile.write(b" " * 65536)


def self_signed(folder):
    """A certificate and key in one file, from nobody known, for share.example."""
    file = folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=share.example",
         "-addext", "subjectAltName=DNS:share.example", "-keyout", folder / "key.pem", "-out", file],
        check=True, capture_output=True)  # fmt: skip
    file.write_bytes(file.read_bytes() + (folder / "key.pem").read_bytes())
    return file
