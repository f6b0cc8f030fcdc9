"""The plugin's files against the rules of WordPress and of its plugin directory, as far as they can be asked here."""

import functools
import json
import os
import re
import shutil
import subprocess
import zipfile

import pytest

from blog import HERE, PLUGIN, SLUG
from buttond import ROOT

PHP_FILES = sorted(PLUGIN.rglob("*.php"))
TEXT_FILES = [path for path in sorted(PLUGIN.rglob("*")) if path.suffix in {".php", ".js", ".css", ".json", ".svg", ".txt"}]
README = PLUGIN / "readme.txt"

TRANSLATED = re.compile(r"(?:esc_html|esc_attr)?_(?:_|e|x|ex|n|nx|n_noop|nx_noop)$")
# What may stand in an echo as it is: it escapes, or makes nothing that needs it.
ESCAPES = re.compile(
    r"\(int\)|absint|esc_\w+|wp_kses\w*|wp_json_encode|number_format_i18n|checked|selected|disabled|sanitize_html_class|"
    r"wp_nonce_field|get_submit_button|get_block_wrapper_attributes"
)

LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"[^\"$]*\"|\d+|PHP_EOL", re.DOTALL)


@functools.cache
def calls(path):
    """(name, arguments, line, comments before it) of each call in a file."""
    return json.loads(subprocess.run(["php", HERE / "calls.php", path], capture_output=True, check=True).stdout)


def printed_parts(expression):
    """What is printed of an expression: the parts that "." joins, and of "?:" either branch."""
    for part in re.split(r"\s+\.\s+", expression):
        chosen = re.fullmatch(r"[^'?]*(?:'[^']*'[^'?]*)*\?(.*?)(?<!:):(?!:)(.*)", part, re.DOTALL)
        if chosen and not ESCAPES.match(part):
            yield from chosen.groups()
        else:
            yield part


def excused_lines(path):
    """Lines of which a comment says, with the reason, why they may print what is not escaped there."""
    lines, off = set(), False
    for number, text in enumerate(path.read_text().splitlines(), start=1):
        if found := re.search(r"phpcs:(ignore|disable) WordPress\.Security\.EscapeOutput\S* -- \S", text):
            off = off or found[1] == "disable"
            lines |= {number, number + 1}
        if "phpcs:enable" in text:
            off = False
        if off:
            lines.add(number)
    return lines


def ids(paths):
    return [str(path.relative_to(PLUGIN)) for path in paths]


def test_php_is_written_as_wordpress_writes_it():
    done = subprocess.run(["phpcs", f"--standard={HERE}/phpcs.xml", "-s", PLUGIN], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_javascript_is_written_as_wordpress_writes_it():
    subprocess.run([ROOT / "tests/web/install", HERE / "eslint"], check=True)
    done = subprocess.run(
        ["node", ROOT / "build/eslint/node_modules/eslint/bin/eslint.js", "--config", HERE / "eslint/eslint.config.cjs",
         "--max-warnings", "0", "."],
        capture_output=True, text=True, cwd=PLUGIN)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", PHP_FILES, ids=ids(PHP_FILES))
def test_a_php_file_does_nothing_when_it_is_asked_for_directly(path):
    code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE).removeprefix("<?php")
    code = re.sub(r"^\s*namespace [\w\\]+;", "", code)
    code = re.sub(r"^(\s*use [^;]+;)*\s*", "", code)
    guard = "WP_UNINSTALL_PLUGIN" if path.name == "uninstall.php" else "ABSPATH"
    assert code.startswith(f"defined( '{guard}' ) || exit;")


@pytest.mark.parametrize("path", PHP_FILES, ids=ids(PHP_FILES))
def test_each_text_is_translatable_in_the_plugins_own_domain(path):
    for name, arguments, line, before in calls(path):
        if TRANSLATED.match(name):
            assert arguments[-1] == f"'{SLUG}'", f"line {line}: {name}( {', '.join(arguments)} )"
            assert re.fullmatch(r"'(?:[^'\\]|\\.)*'", arguments[0], re.DOTALL), f"line {line}: no literal: {arguments[0]}"
            if "%" in arguments[0].replace("%%", ""):
                assert "translators:" in before, f"line {line}: nothing tells translators what % stands for"


@pytest.mark.parametrize("path", PHP_FILES, ids=ids(PHP_FILES))
def test_what_is_printed_is_escaped_where_it_is_printed(path):
    excused = excused_lines(path)
    for name, arguments, line, _ in calls(path):
        if name in {"echo", "print", "printf", "vprintf"} and line not in excused:
            for argument in arguments:
                for part in printed_parts(argument):
                    assert LITERAL.fullmatch(part) or ESCAPES.match(part), f"line {line}: {name} {part}"


def test_names_that_all_plugins_share_begin_with_ours(blog):
    found = blog.value(
        """( function () {
            $inside = static function ( $file ) { return is_string( $file ) && false !== strpos( $file, '/%s/' ); };
            $functions = array();
            foreach ( get_defined_functions()['user'] as $name ) {
                if ( $inside( ( new ReflectionFunction( $name ) )->getFileName() ) ) {
                    $functions[] = $name;
                }
            }
            $classes = array();
            foreach ( get_declared_classes() as $name ) {
                if ( $inside( ( new ReflectionClass( $name ) )->getFileName() ) ) {
                    $classes[] = $name;
                }
            }
            $constants = preg_grep( '/buttond/i', array_keys( get_defined_constants( true )['user'] ) );
            return compact( 'functions', 'classes' ) + array( 'constants' => array_values( $constants ) );
        } )()"""
        % SLUG
    )
    assert found["constants"] and found["classes"]
    for name in found["functions"]:
        assert name.startswith(("buttond_sharing_bar", "buttond_sharing_bar\\")), name
    for name in found["classes"]:
        assert name.startswith("Buttond_Sharing_Bar\\"), name
    for name in found["constants"]:
        assert name.startswith("BUTTOND_SHARING_BAR_"), name


STORED = re.compile(
    r"(?:add|update|get|delete)_(?:site_|network_)?option|(?:set|get|delete)_(?:site_)?transient|do_action|apply_filters|"
    r"wp_schedule_(?:single_)?event|wp_next_scheduled|wp_clear_scheduled_hook|wp_(?:enqueue|register)_(?:script|style)|"
    r"register_setting"
)
# What is WordPress's own, and read or answered by the plugin.
WORDPRESS_OWN = {
    "admin_email", "active_plugins", "active_sitewide_plugins", "blog_public", "blogname", "date_format", "home",
    "permalink_structure", "siteurl", "time_format", "the_content", "the_title", "the_permalink", "show_on_front",
    "page_on_front", "page_for_posts", "template", "stylesheet", "WPLANG", "blog_charset",
}  # fmt: skip


@pytest.mark.parametrize("path", PHP_FILES, ids=ids(PHP_FILES))
def test_what_is_stored_or_offered_is_named_with_our_prefix(path):
    for name, arguments, line, _ in calls(path):
        literal = arguments and re.match(r"'([^']*)'", arguments[0])
        if STORED.fullmatch(name) and literal and literal[1] not in WORDPRESS_OWN and not literal[1].startswith("wp-"):
            assert literal[1].startswith(("buttond_sharing_bar", "buttond-sharing-bar")), f"line {line}: {name}"


@pytest.mark.parametrize("path", TEXT_FILES, ids=ids(TEXT_FILES))
def test_a_file_can_be_read(path):
    text = path.read_text(encoding="utf-8")
    assert "\r" not in text and text.endswith("\n")
    assert max(map(len, text.splitlines())) < 3000, "packed"
    assert not re.search(r"https?://(localhost|127\.0\.0\.1)", text), "an address of this machine"
    if path.suffix in {".php", ".js"}:
        assert not re.search(r"\b(eval|base64_decode|gzinflate|str_rot13)\s*\(", text)


def test_the_readme_has_what_the_directory_asks_for():
    text = README.read_text()
    head, *rest = re.split(r"^== (.+) ==$", text, flags=re.MULTILINE)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    fields = dict(re.findall(r"^([A-Z][\w ]+?): (.+)$", head, flags=re.MULTILINE))
    assert re.match(r"=== .+ ===\n", head)
    tags = [tag.strip() for tag in fields["Tags"].split(",")]
    assert 1 <= len(tags) <= 5 and len(set(tags)) == len(tags)
    for rival in ("shariff", "addtoany", "jetpack", "social warfare", "scriptless", "addthis", "sharethis", "buffer", "digg"):
        assert not any(rival in tag.lower() for tag in tags)
    short = head.strip().splitlines()[-1]
    assert 0 < len(short) <= 150 and ":" not in short[:20]
    for name in ("Description", "Installation", "Frequently Asked Questions", "Changelog", "Upgrade Notice", "Screenshots"):
        if name in ("Description", "Installation", "Changelog"):
            assert sections[name].strip()
    header = dict(re.findall(r"^ \* ([A-Z][\w ]+?):\s+(.+)$", (PLUGIN / f"{SLUG}.php").read_text(), flags=re.MULTILINE))
    assert header["Version"] == fields["Stable tag"]
    assert header["Requires at least"] == fields["Requires at least"] == "6.1"
    assert header["Requires PHP"] == fields["Requires PHP"] == "7.4"
    assert fields["Tested up to"] == "7.1"
    assert header["License"].startswith("GPL") and fields["License"].startswith("GPL")
    assert header["Text Domain"] == SLUG
    about_service = text.lower()
    assert "terms" in about_service and "privacy" in about_service and "button.js" in about_service


def test_the_licence_is_with_it():
    assert "GNU GENERAL PUBLIC LICENSE" in (PLUGIN / "LICENSE").read_text()


def test_no_cookie_and_no_storage_in_a_browser():
    for path in [*PLUGIN.rglob("*.js"), *PHP_FILES]:
        assert not re.search(r"localStorage|sessionStorage|document\.cookie|\bsetcookie\s*\(|indexedDB", path.read_text()), path


# The zip.


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the zip is made of, which a test may spoil."""
    copy = tmp_path / "another place" / "deploy/wordpress"
    shutil.copytree(PLUGIN.parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def package(folder, target, umask=0o022, **environment):
    return subprocess.run(
        [folder / "package", target], capture_output=True, text=True, umask=umask, env={**os.environ, **environment}
    )


def test_the_zip_is_the_same_bytes_wherever_and_whenever_it_is_built(tmp_path, checkout):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    done = package(PLUGIN.parent, first, 0o022, TZ="UTC", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    for path in checkout.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o755)
    done = package(checkout, second, 0o077, TZ="Pacific/Auckland", LC_ALL="C.UTF-8")
    assert done.returncode == 0, done.stderr
    assert first.read_bytes() == second.read_bytes()


def test_the_zip_holds_the_plugin_and_nothing_else(tmp_path):
    target = tmp_path / "plugin.zip"
    assert package(PLUGIN.parent, target).returncode == 0
    assert target.stat().st_size <= 100 * 1024
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        inside = [path for path in PLUGIN.rglob("*") if path.is_file() and path.suffix != ".pot"]  # which is for translators
        assert archive.namelist() == sorted(f"{SLUG}/{path.relative_to(PLUGIN)}" for path in inside)
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}
        for name in archive.namelist():
            assert archive.read(name) == (PLUGIN.parent / name).read_bytes()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"{SLUG}.php", r"( \* Version:\s*)\S+", r"\g<1>9.9.9"),
        (f"{SLUG}.php", r"('BUTTOND_SHARING_BAR_VERSION', ')[^']*", r"\g<1>9.9.9"),
        ("readme.txt", r"(Stable tag:\s*)\S+", r"\g<1>9.9.9"),
        ("readme.txt", r"(== Changelog ==\s+= )\S+", r"\g<1>9.9.9"),
    ],
)
def test_a_version_that_is_not_true_is_not_packed(tmp_path, checkout, file, old, new):
    path = checkout / SLUG / file
    text, number = re.subn(old, new, path.read_text(), count=1)
    assert number == 1
    path.write_text(text)
    done = package(checkout, tmp_path / "plugin.zip")
    assert done.returncode == 1 and "the versions differ" in done.stderr and file in done.stderr
    assert not (tmp_path / "plugin.zip").exists()


@pytest.mark.parametrize("name", [".DS_Store", "includes/class-bar.php~", "assets/bar.css.map", "notes.md"])
def test_a_file_that_is_none_of_a_plugins_is_not_packed(tmp_path, checkout, name):
    (checkout / SLUG / name).write_text("x")
    done = package(checkout, tmp_path / "plugin.zip")
    assert done.returncode == 1 and name in done.stderr


def test_a_zip_that_is_too_large_is_refused(tmp_path, checkout):
    (checkout / SLUG / "assets/large.txt").write_bytes(os.urandom(60_000).hex().encode() * 2)
    done = package(checkout, tmp_path / "plugin.zip")
    assert done.returncode == 1 and "102400 are allowed" in done.stderr
    assert list(tmp_path.glob("plugin.zip*")) == []
