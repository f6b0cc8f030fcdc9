#!/usr/bin/env python3
"""Makes one C++ file out of everything a browser gets: minified, hashed, precompressed.

    link_assets.py --source assets --chart chart.min.js LICENCE --work build/assets --output build/assets/assets.cpp

Reads (below --source):
  button.js, button.css     the loader: /js/button.js and /js/button.<hash>.js
  released/button.<hash>.js every loader ever released, byte for byte: /js/button.<hash>.js
  scripts/*.js styles/*.css images/*   what our own pages use: /assets/<name>.<hash>.<ext>
  inline/*.js inline/*.css  small enough to stand in a page; the page's CSP names their hash
  pages/*.html              templates of our pages; never served as they are
  words/*.toml              their words, a file a language; a page that asks for words has a template in each
  public/*                  files with a fixed address: /<name>
  dashboard/*, dashboard/parts/*.js
                            what only the admin listener has: /dashboard/<name>.<hash>.<ext>, and stats.html, which
                            is filled in here, as /stats; there --chart is chart.js, with its licence

Needs esbuild, brotli and zopfli on PATH; of Python only the standard library. assets.hpp says what the
C++ side gets.
"""

import argparse
import base64
import gzip
import hashlib
import json
import pathlib
import subprocess
import sys

from page_words import has_words, read_languages, spoken

CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
}
ESBUILD_TARGET = "es2020"
# Minutes, for an address whose content changes with the version; a year and no question, for one that holds
# the hash of its content.
REVALIDATED = "public, max-age=600, stale-while-revalidate=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
# Who may have an asset: anybody's page, or only the dashboard itself.
EMBEDDED = ["Access-Control-Allow-Origin: *", "Cross-Origin-Resource-Policy: cross-origin",
            "Timing-Allow-Origin: *", "X-Content-Type-Options: nosniff"]
OURS_ALONE = ["Cross-Origin-Resource-Policy: same-origin", "X-Content-Type-Options: nosniff"]
# What the dashboard shows comes from strangers: their links, their agents' names. Nothing of it can become markup or
# script, and nothing leads anywhere by itself.
DASHBOARD = OURS_ALONE + [
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross-Origin-Opener-Policy: same-origin", "Referrer-Policy: no-referrer"]


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def minified(path, work):
    """The content that is served for `path`."""
    if path.suffix == ".css":
        return run("esbuild", "--minify", "--loader=css", stdin=path.read_bytes()).strip()
    if path.suffix == ".js":
        return run("esbuild", "--minify", "--loader=js", f"--target={ESBUILD_TARGET}",
                   stdin=path.read_bytes()).strip()
    return path.read_bytes()


def minified_loader(source, work):
    """button.js with its style sheet inside, as one script that leaves no name behind."""
    staged = work / "loader"
    staged.mkdir(parents=True, exist_ok=True)
    (staged / "button.js").write_bytes((source / "button.js").read_bytes())
    # The style sheet comes in last: its letters would have a say in what the script's variables are called, and
    # both together compress worse then.
    (staged / "button.css").write_text("@@CSS@@")
    script = run("esbuild", str(staged / "button.js"), "--bundle", "--minify", "--format=iife",
                 "--loader:.css=text", "--charset=utf8", f"--target={ESBUILD_TARGET}").strip() + b"\n"
    assert script.count(b'"@@CSS@@"') == 1, script
    return script.replace(b'"@@CSS@@"', json.dumps(minified(source / "button.css", work).decode()).encode())


def with_licence(script, licence):
    """A script of others as it is, behind the text that has to go along with every copy of it."""
    text = "\n".join(" * " + line for line in licence.splitlines()).replace("*/", "* /")
    return f"/*!\n{text}\n */\n".encode() + script


def hash_of(content):
    """The part of an address that names its content."""
    return hashlib.sha384(content).hexdigest()[:16]


def integrity_of(content, algorithm="sha384"):
    return f"{algorithm}-" + base64.b64encode(hashlib.new(algorithm, content).digest()).decode()


def compressed(content, work):
    """(brotli, gzip) forms; empty where compression does not make it smaller."""
    plain = work / ("content-" + hash_of(content))
    plain.write_bytes(content)
    brotli = run("brotli", "--best", "--stdout", str(plain))
    gzipped = run("zopfli", "--i50", "-c", str(plain))
    assert gzip.decompress(gzipped) == content
    plain.unlink()
    return [form if len(form) < len(content) else b"" for form in (brotli, gzipped)]


def literal(content):
    """A C++ string_view of any bytes."""
    if isinstance(content, str):
        content = content.encode()
    lines = []
    for start in range(0, len(content), 90):
        text = "".join(
            chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else f"\\{byte:03o}"
            for byte in content[start:start + 90])
        lines.append(f'"{text}"')
    return "{" + "\n    ".join(lines or ['""']) + f", {len(content)}}}"


def fields(content_type, cache_control, etag, encoding, vary, audience):
    lines = [f"Content-Type: {content_type}"] if content_type else []
    if encoding:
        lines.append(f"Content-Encoding: {encoding}")
    lines.append(f'ETag: "{etag}"')
    lines.append(f"Cache-Control: {cache_control}")
    if vary:
        lines.append("Vary: Accept-Encoding")
    if content_type:
        lines.append("Accept-Ranges: none")
    return "".join(line + "\r\n" for line in lines + audience)


class linker:
    def __init__(self, work):
        self.work = work
        self.assets = {}     # path -> C++ initialiser
        self.dashboard = {}  # the same, of the admin listener
        self.addresses = {}  # name -> (path, integrity)
        self.texts = {}      # name -> (content, csp source)
        self.languages = []  # as page_words reads them
        self.compressed = {}

    def add(self, path, content, suffix, cache_control, audience=EMBEDDED):
        shelf = self.assets if audience is EMBEDDED else self.dashboard
        if path in shelf:
            sys.exit(f"two assets have the address {path}")
        if content not in self.compressed:
            self.compressed[content] = compressed(content, self.work)
        brotli, gzipped = self.compressed[content]
        tag = hash_of(content)
        vary = bool(brotli or gzipped)

        def form(body, encoding, ending):
            if not body:
                return "{}"
            etag = tag + ending
            return "{%s,\n    %s,\n    %s,\n    %s}" % (
                literal(body), literal(f'"{etag}"'),
                literal(fields(CONTENT_TYPES[suffix], cache_control, etag, encoding, vary, audience)),
                literal(fields(None, cache_control, etag, None, vary, audience)))

        shelf[path] = "  {%s, %s,\n    %s,\n    %s,\n    %s}" % (
            literal(path), literal(integrity_of(content)), form(content, None, ""),
            form(brotli, "br", "-br"), form(gzipped, "gzip", "-gz"))

    def add_hashed(self, name, folder, content):
        stem, suffix = name.rsplit(".", 1)
        path = f"{folder}/{stem}.{hash_of(content)}.{suffix}"
        if path not in self.assets:  # the current loader may be a released one
            self.add(path, content, "." + suffix, IMMUTABLE)
        self.addresses[name] = (path, integrity_of(content))

    def add_page(self, path):
        """A template, or one for each language: "de/share.html"."""
        template = path.read_text()
        if not has_words(template):
            self.texts[path.name] = (template, "")
            return
        for language in self.languages:
            self.texts[f"{language['tag']}/{path.name}"] = (spoken(template, language, path), "")

    def add_dashboard(self, folder, chart):
        """The page and its files; it names them by addresses relative to its own, for it may stand behind a prefix."""
        script, licence = chart
        files_of_it = {path.name: minified(path, self.work) for path in files(folder) if path.suffix not in (".html", ".js")}
        files_of_it["screen.js"] = run("esbuild", str(folder / "screen.js"), "--bundle", "--minify", "--format=iife",
                                       "--charset=utf8", "--target=es2021").strip()
        files_of_it["chart.js"] = with_licence(script.read_bytes(), licence.read_text())
        page = (folder / "stats.html").read_text()
        for name, content in files_of_it.items():
            stem, suffix = name.rsplit(".", 1)
            path = f"/dashboard/{stem}.{hash_of(content)}.{suffix}"
            self.add(path, content, "." + suffix, IMMUTABLE, OURS_ALONE)
            if "{{%s}}" % name not in page:
                sys.exit(f"{folder}/stats.html does not name {name}")
            page = page.replace("{{%s}}" % name, path.removeprefix("/"))
        if "{{" in page:
            sys.exit(f"{folder}/stats.html names what is not there: {page[page.index('{{'):][:40]}")
        self.add("/stats", page.encode(), ".html", "no-store", DASHBOARD)

    def write_languages(self):
        text = []
        for number, language in enumerate(self.languages):
            text.append("constexpr language_word words_%d[] = {" % number)
            text.append(",\n".join("  {%s, %s}" % (literal(name), literal(word))
                                   for name, word in sorted(language["words"].items())) + "};\n")
        text.append("constexpr language all_languages[] = {")
        text.append(",\n".join("  {%s, %s, words_%d}" % (literal(language["tag"]), literal(language["direction"]), number)
                               for number, language in enumerate(self.languages)) + "};\n")
        return text

    def write(self, output):
        text = ['#include "assets/assets.hpp"', '#include "assets/languages.hpp"\n',
                "// Made by assets/link_assets.py.\n",
                "namespace buttond {\n", "namespace {\n", "constexpr asset all_assets[] = {"]
        text.append(",\n".join(self.assets[path] for path in sorted(self.assets)) + "};\n")
        text.append("constexpr asset all_dashboard_assets[] = {")
        text.append(",\n".join(self.dashboard[path] for path in sorted(self.dashboard)) + "};\n")
        text.append("constexpr asset_address all_addresses[] = {")
        text.append(",\n".join("  {%s, %s, %s}" % (literal(name), literal(path), literal(integrity))
                               for name, (path, integrity) in sorted(self.addresses.items())) + "};\n")
        text.append("constexpr asset_text all_texts[] = {")
        text.append(",\n".join("  {%s, %s, %s}" % (literal(name), literal(content), literal(source))
                               for name, (content, source) in sorted(self.texts.items())) + "};\n")
        text += self.write_languages()
        text.append("}  // namespace\n")
        text.append("std::span<const asset> assets() noexcept { return all_assets; }")
        text.append("std::span<const asset> dashboard_assets() noexcept { return all_dashboard_assets; }")
        text.append("std::span<const asset_address> asset_addresses() noexcept { return all_addresses; }")
        text.append("std::span<const asset_text> asset_texts() noexcept { return all_texts; }")
        text.append("std::span<const language> languages() noexcept { return all_languages; }\n")
        text.append("}  // namespace buttond\n")
        output.write_text("\n".join(text))


def files(folder):
    return sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--chart", type=pathlib.Path, nargs=2, required=True, help="Chart.js, and its licence")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for intermediate files")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    source, work = arguments.source, arguments.work
    work.mkdir(parents=True, exist_ok=True)
    out = linker(work)

    loader = minified_loader(source, work)
    (work / "button.min.js").write_bytes(loader)
    for path in files(source / "released"):
        if path.suffix == ".js":
            content = path.read_bytes()
            if path.name != f"button.{hash_of(content)}.js":
                sys.exit(f"{path} was changed: its name is not the hash of its content any more. A released "
                         "loader is for ever; restore it from git.")
            out.add(f"/js/{path.name}", content, ".js", IMMUTABLE)
    out.add("/js/button.js", loader, ".js", REVALIDATED)
    out.add_hashed("button.js", "/js", loader)
    for folder in ("scripts", "styles", "images"):
        for path in files(source / folder):
            out.add_hashed(path.name, "/assets", minified(path, work))
    for path in files(source / "public"):
        out.add(f"/{path.name}", minified(path, work), path.suffix, REVALIDATED)
    for path in files(source / "inline"):
        content = minified(path, work)
        out.texts[path.name] = (content, integrity_of(content, "sha256"))
    out.languages = read_languages(source / "words")
    for path in files(source / "pages"):
        out.add_page(path)
    out.add_dashboard(source / "dashboard", arguments.chart)
    out.write(arguments.output)


if __name__ == "__main__":
    main()
