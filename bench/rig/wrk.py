"""Closed-loop load by wrk: as many requests as the server takes, on a number of connections."""

import json
import re
import subprocess
from pathlib import Path

from .processes import measured

# What Chromium sends with a script's request to another origin.
BROWSER = {
    "Host": "buttons.example",
    "Connection": "keep-alive",
    "sec-ch-ua": '"Chromium";v="126", "Not.A/Brand";v="24"',
    "sec-ch-ua-mobile": "?0",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
                  "Safari/537.36",
    "sec-ch-ua-platform": '"Linux"',
    "Accept": "*/*",
    "Origin": "https://blog.example",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Dest": "empty",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "en-US,en;q=0.9",
}

POST = """
wrk.method = "POST"
wrk.body = %s
wrk.headers["Content-Type"] = "application/json"
"""

PIPELINED = """
init = function(args)
  local one = wrk.format()
  local all = {}
  for i = 1, tonumber(args[1]) do all[i] = one end
  requests = table.concat(all)
end
request = function() return requests end
"""


def wrk(port, path, seconds, core, folder, connections=64, pipeline=1, headers=None, post=None):
    """Loads 127.0.0.1:`port` and returns how many requests were answered, and in which time. `post`: a JSON body.

    Fails where an answer was no 2xx or 3xx, or a connection broke: figures of errors mean nothing.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    for name, value in {**BROWSER, **(headers or {})}.items():
        command += ["-H", f"{name}: {value}"]
    script = PIPELINED if pipeline > 1 else POST % json.dumps(post) if post else None
    if script:
        file = Path(folder) / "script.lua"
        file.write_text(script)
        command += ["-s", str(file)]
    command.append(f"http://127.0.0.1:{port}{path}")
    if pipeline > 1:
        command += ["--", str(pipeline)]
    with measured({core}):
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if problem := re.search(r"(Non-2xx or 3xx responses: .*|Socket errors: .*)", output):
        raise RuntimeError(f"wrk {path}: {problem[1]}")
    match = re.search(r"(\d+) requests in ([\d.]+)(s|m),", output)
    return int(match[1]), float(match[2]) * (60 if match[3] == "m" else 1)
