"""The words of our pages, words/<tag>.toml, put into their templates. link_assets.py uses it."""

import html
import re
import sys
import tomllib

DEFAULT = "en"
NAME_IN_BRACES = re.compile(r"\{+\w+\}+")
WORD_OF_A_PAGE = re.compile(r"\{\{(words|language)\.(\w+)\}\}")


def read_language(path):
    """{tag, direction, words} of a file; words by name."""
    try:
        content = tomllib.loads(path.read_text())
        language = {"tag": path.stem, "direction": content["direction"], "words": content["words"]}
    except (tomllib.TOMLDecodeError, KeyError) as error:
        sys.exit(f"{path} cannot be read: {error}")
    if language["direction"] not in ("ltr", "rtl"):
        sys.exit(f'{path}: the direction is "ltr" or "rtl"')
    for name, word in language["words"].items():
        if not isinstance(word, str) or not word.strip(" \t\n"):
            sys.exit(f"{path}: {name} is no text")
    return language


def check(language, default, path):
    """A language has the words of the default one, and in each what is filled in there."""
    missing = default["words"].keys() - language["words"].keys()
    if missing:
        sys.exit(f"{path} lacks {', '.join(sorted(missing))}, which {DEFAULT}.toml has")
    unknown = language["words"].keys() - default["words"].keys()
    if unknown:
        sys.exit(f"{path} has {', '.join(sorted(unknown))}, which {DEFAULT}.toml has not")
    for name, word in language["words"].items():
        wanted, found = (sorted(NAME_IN_BRACES.findall(text)) for text in (default["words"][name], word))
        if wanted != found:
            sys.exit(f"{path}: {name} has to hold {wanted}, and holds {found}")
        if set("{}") & set(NAME_IN_BRACES.sub("", word)):
            sys.exit(f"{path}: {name} has a brace that is not around a name")


def read_languages(folder):
    """All languages, the default one first, the others by their tags."""
    paths = sorted(folder.glob("*.toml"), key=lambda path: (path.stem != DEFAULT, path.stem))
    languages = [read_language(path) for path in paths]
    if not languages or languages[0]["tag"] != DEFAULT:
        sys.exit(f"{folder} has no {DEFAULT}.toml")
    for language, path in zip(languages, paths):
        check(language, languages[0], path)
    return languages


def spoken(template, language, path):
    """`template` with the words of `language`; what is filled in there stays in braces."""

    def word(match):
        table, name = match.groups()
        if table == "language":
            return language[name]
        if name not in language["words"]:
            sys.exit(f"{path} asks for the word {name}, which {DEFAULT}.toml has not")
        return html.escape(language["words"][name])

    return WORD_OF_A_PAGE.sub(word, template)


def has_words(template):
    return WORD_OF_A_PAGE.search(template) is not None
