"""Writes the man page: a template, and in it the flags of README's table."""

import argparse
import re
from pathlib import Path


def escaped(text):
    """`text` as roff takes it to the letter; what README has in backticks is bold."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", text)
    return "\\&" + text if text[:1] in (".", "'") else text


def flags(readme):
    """An entry of each flag in README's table: its name, what it is, its default."""
    rows = re.findall(r"^\| `(--[a-z-]+)` \| (.+?) \| (.+) \|$", readme, re.MULTILINE)
    if not rows:
        raise SystemExit("README.md has no table of flags: | `--flag` | default | what |")
    entries = (f".TP\n.B {escaped(flag)}\n{escaped(what[:1].upper() + what[1:])}.\nDefault: {escaped(default)}." for flag, default, what in rows)
    return "\n".join(entries)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("template", "readme", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--version", required=True)
    given = parser.parse_args()
    page = given.template.read_text().replace("@version@", given.version)
    given.output.write_text(page.replace("@flags@", flags(given.readme.read_text())))


if __name__ == "__main__":
    main()
