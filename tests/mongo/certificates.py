"""A certification authority of a test's own, and what it signs."""

import subprocess
from pathlib import Path

CONFIGURATION = """
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
O = buttond tests
OU = {unit}
CN = {name}
[extensions]
{extensions}
"""
AUTHORITY = "basicConstraints = critical, CA:TRUE\nkeyUsage = keyCertSign, cRLSign"
# A member is its peers' client, too.
SERVER = "subjectAltName = IP:127.0.0.1, DNS:localhost\nextendedKeyUsage = serverAuth, clientAuth"
CLIENT = "extendedKeyUsage = clientAuth"
CLIENT_NAME = "CN=app,OU=client,O=buttond tests"  # as MongoDB writes it


def make_certificates(folder):
    """Writes ca.pem, and server.pem and client.pem with their keys."""
    folder = Path(folder)
    make(folder, "ca", "authority", "authority of the tests", AUTHORITY)
    signed = ["-CA", folder / "ca.pem", "-CAkey", folder / "ca.key"]
    # Not the same OU: MongoDB takes a client whose O and OU are the server's for a member of the set.
    make(folder, "server", "server", "127.0.0.1", SERVER, *signed)
    make(folder, "client", "client", "app", CLIENT, *signed)
    for name in ("server", "client"):
        with open(folder / f"{name}.pem", "a") as certificate:
            certificate.write((folder / f"{name}.key").read_text())


def make(folder, file, unit, name, extensions, *signed):
    configuration = folder / f"{file}.cnf"
    configuration.write_text(CONFIGURATION.format(unit=unit, name=name, extensions=extensions))
    command = ["openssl", "req", "-x509", "-config", configuration, "-newkey", "ec", "-pkeyopt",
               "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7", "-keyout", folder / f"{file}.key",
               "-out", folder / f"{file}.pem", *signed]  # fmt: skip
    subprocess.run([str(word) for word in command], check=True, stderr=subprocess.DEVNULL)
