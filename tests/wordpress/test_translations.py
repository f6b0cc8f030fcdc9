"""The plugin's translations: made from its strings, whole, and shown."""

import re
import subprocess

from blog import PLUGIN

SCRIPT = PLUGIN.parent / "translations"
GERMAN = PLUGIN.parent / "languages/buttond-sharing-bar-de_DE.po"
# What stands for a value, and words that are typed as they are.
FIXED = re.compile(r"%(?:\d\$)?[sd]|https?://[\w/-]*(?:\.[\w/-]+)*|--[a-z-]+|[A-Z_]{4,}|wp-config\.php")


def entries(file):
    """(msgid, [its translations]) of each entry."""
    text = re.sub(r'"\n"', "", file.read_text())
    for entry in text.split("\n\n")[1:]:
        ids = re.findall(r'^msgid(?:_plural)? "(.*)"$', entry, re.MULTILINE)
        yield ids, re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', entry, re.MULTILINE)


def test_the_files_in_languages_are_those_that_the_script_makes_and_german_is_whole():
    done = subprocess.run([SCRIPT, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_german_keeps_what_stands_for_a_value():
    for ids, translations in entries(GERMAN):
        for translation in translations:
            assert any(sorted(FIXED.findall(translation)) == sorted(FIXED.findall(one)) for one in ids), ids[0]


def test_german_is_informal_and_quotes_as_german_does():
    for ids, translations in entries(GERMAN):
        for translation in translations:
            assert not re.search(r"\b(?:Ihre?[mnrs]?|Ihnen)\b(?! (?:Server|Skript|Ziel))", translation), ids[0]
            assert "“" not in translation or "„" in translation, ids[0]
            assert "”" not in translation, ids[0]


def test_a_german_blog_is_german_throughout(each_blog, server):
    blog = each_blog
    blog.set_up(server)
    blog.option("WPLANG", "de_DE")
    blog.php("update_user_meta( 1, 'locale', 'de_DE' );")
    page = blog.get(blog.permalink(blog.post("Ein Beitrag"))).text
    assert 'aria-label="Teilen"' in page and "Teilen auf" in page
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in blog.cookies().items())}
    tools = blog.get("/wp-admin/tools.php?page=buttond-sharing-bar-tools", cookie).text
    assert "Zahlen eines früheren Plugins" in tools and "Counts of an earlier" not in tools
