"""The words of our pages: what is wrong with them stops the build."""

import shutil
import sys

import pytest

from buttond import ROOT

sys.path.insert(0, str(ROOT / "assets"))
from page_words import has_words, read_languages, spoken  # noqa: E402


@pytest.fixture
def words(tmp_path):
    """A copy of the words, to be spoilt."""
    return shutil.copytree(ROOT / "assets/words", tmp_path / "words")


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_english_comes_first_and_every_file_is_a_language(words):
    languages = read_languages(words)
    assert languages[0]["tag"] == "en"
    assert sorted(one["tag"] for one in languages) == sorted(path.stem for path in words.glob("*.toml"))


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ('go_back = "Zurück"\n', "", "de.toml lacks go_back"),
        ('go_back = "Zurück"\n', 'go_back = "Zurück"\nback = "Zurück"\n', "de.toml has back"),
        ('go_back = "Zurück"', 'go_back = ""', "go_back is no text"),
        ('go_back = "Zurück"', "go_back = 1", "go_back is no text"),
        ("Dieser {{place}}-Server", "Dieser Server", "leaving_why has to hold"),
        ('share_page = "Diese Seite teilen"', 'share_page = "{name} teilen"', "share_page has to hold"),
        ('share = "Teilen"', 'share = "Teilen }"', "share has a brace"),
        ('direction = "ltr"', 'direction = "left"', "direction"),
        ('direction = "ltr"', "", "cannot be read"),
        ('direction = "ltr"', 'direction = "ltr', "cannot be read"),
    ],
)
def test_a_language_that_is_not_whole_is_refused(words, old, new, complaint):
    change(words / "de.toml", old, new)
    with pytest.raises(SystemExit, match=complaint):
        read_languages(words)


def test_without_english_there_is_no_table(words):
    (words / "en.toml").unlink()
    with pytest.raises(SystemExit, match="no en.toml"):
        read_languages(words)


def test_a_page_that_asks_for_a_word_that_there_is_not_is_refused(words):
    english = read_languages(words)[0]
    assert has_words("{{words.nothing}}") and not has_words("{{nothing}}")
    with pytest.raises(SystemExit, match="page.html asks for the word nothing"):
        spoken("<p>{{words.nothing}}</p>", english, "page.html")


def test_words_are_text_in_a_page_and_keep_what_is_filled_in(words):
    change(words / "en.toml", 'go_back = "Go back"', "go_back = 'Go & \"back\" <now>'")
    english = read_languages(words)[0]
    page = spoken('<a lang="{{language.tag}}" title="{{words.go_back}}">{{words.leaving_why}}</a>', english, "page.html")
    assert 'lang="en" title="Go &amp; &quot;back&quot; &lt;now&gt;"' in page
    assert "This {{place}} server" in page
