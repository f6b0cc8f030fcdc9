#!/usr/bin/env python3
"""Turns the regular expressions of the public list of robots into C++ data: fixed texts to look for in an agent.

    compile_list.py --list crawler-user-agents.json --readings readings.json --output listed_bots.cpp

The list is what `tests/agents --update VERSION` has written; readings.json says which of its patterns are counted on
purpose or read otherwise, and why. A pattern that is more than texts in some spellings (classes of few characters,
alternatives, ^ and $, and one [\\s\\S]* between two texts) ends the build. Only Python's standard library.
"""

import argparse
import json
import pathlib
import re
import sys

try:
    from re import _constants as kinds
    from re import _parser as parser
except ImportError:  # before Python 3.11
    import sre_constants as kinds
    import sre_parse as parser

MOST_SPELLINGS = 32  # of one pattern
SHORTEST, LONGEST = 3, 200  # bytes of a text, for sign_index.hpp
# A text as long as this is a name that nobody has by chance, in capitals or not.
ANY_CASE_FROM = 8

START, END, GAP = "start", "end", "gap"


class NotATextError(Exception):
    pass


def spellings(parsed):
    """All that `parsed` stands for, each a list of characters, START, END and GAP."""
    found = [[]]
    for kind, value in parsed:
        found = [before + after for before in found for after in spellings_of(kind, value)]
        if len(found) > MOST_SPELLINGS:
            raise NotATextError(f"it has more than {MOST_SPELLINGS} spellings")
    return found


def spellings_of(kind, value):
    if kind is kinds.LITERAL:
        return [[chr(value)]]
    if kind is kinds.IN:
        return [[char] for char in class_of(value)]
    if kind is kinds.AT and value is kinds.AT_BEGINNING:
        return [[START]]
    if kind is kinds.AT and value is kinds.AT_END:
        return [[END]]
    if kind is kinds.SUBPATTERN and not value[1] and not value[2]:
        return spellings(value[3])
    if kind is kinds.BRANCH:
        return [each for branch in value[1] for each in spellings(branch)]
    if kind is kinds.MAX_REPEAT and value[0] == 0 and value[1] is kinds.MAXREPEAT and is_anything(value[2]):
        return [[GAP]]
    raise NotATextError(f"{str(kind).lower()} is no text")


def class_of(members):
    chars = []
    for kind, value in members:
        if kind is kinds.LITERAL:
            chars.append(chr(value))
        elif kind is kinds.RANGE:
            chars += map(chr, range(value[0], value[1] + 1))
        elif kind is kinds.CATEGORY and value is kinds.CATEGORY_DIGIT:
            chars += "0123456789"
        else:
            raise NotATextError(f"{str(kind).lower()} in a class is no text")
    return chars


def is_anything(repeated):
    kind, value = repeated[0]
    return kind is kinds.ANY or (kind is kinds.IN and {each[1] for each in value} == {
        kinds.CATEGORY_SPACE, kinds.CATEGORY_NOT_SPACE})  # fmt: skip


def signs_of(pattern):
    """(text, what stands somewhere before it, in any case, at the start, at the end) of each spelling."""
    try:
        parsed = parser.parse(pattern)
    except re.error as why:
        raise NotATextError(why) from None
    if parsed.state.flags != re.UNICODE.value:
        raise NotATextError("flags are no text")
    for spelling in spellings(parsed):
        at_start, at_end = spelling[:1] == [START], spelling[-1:] == [END]
        middle = spelling[at_start:len(spelling) - at_end]
        parts = "".join("\0" if each is GAP else "\1" if each in (START, END) else each for each in middle).split("\0")
        text, after = parts[-1], parts[0] if len(parts) > 1 else ""
        if "\1" in "".join(parts) or len(parts) > 2 or (after and at_start):
            raise NotATextError("of texts with anything between them there can be two, of ^ and $ one each")
        if not SHORTEST <= len(text) <= LONGEST or not "".join(parts).isascii() or not "".join(parts).isprintable():
            raise NotATextError(f"a text is printable ASCII, {SHORTEST} to {LONGEST} characters of it")
        any_case = len(text) >= ANY_CASE_FROM
        yield text.lower() if any_case else text, after, any_case, at_start, at_end


def fixed_text(pattern):
    """What an agent that is counted on purpose begins with, in lower case."""
    return next(iter(signs_of(pattern)))[0].lower()


def read(name, path, patterns, readings):
    """The signs of the list as it is read here, and the texts of what is counted."""
    otherwise = {each["pattern"]: each["as"] for each in readings["otherwise"]}
    left_out = {pattern for group in readings["counted"] for pattern in group["patterns"]}
    for pattern in [*otherwise, *left_out]:
        if pattern not in patterns:
            sys.exit(f"{path}: {name} has no pattern {pattern!r} any more; take it out")
    signs = {}
    for pattern in patterns:
        if pattern in left_out:
            continue
        for each in otherwise.get(pattern, [pattern]):
            try:
                signs.update(dict.fromkeys(signs_of(each)))
            except NotATextError as why:
                sys.exit(f"{name}: cannot read {each!r}: {why}. {path} can say under \"otherwise\" what to read instead.")
    counted = [fixed_text(pattern) for group in readings["counted"] for pattern in group["patterns"]]
    return list(signs), counted + [name.lower() for group in readings["counted"] for name in group.get("also", [])]


def literal(text):
    # An octal escape ends after three digits; ? would begin a trigraph.
    return '"' + "".join(c if c not in '"\\?' else f"\\{ord(c):03o}" for c in text) + '"'


def flag(value):
    return "true" if value else "false"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--list", type=pathlib.Path, required=True)
    arguments.add_argument("--readings", type=pathlib.Path, required=True)
    arguments.add_argument("--output", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    listed = json.loads(given.list.read_text())
    name = f"{listed['name']} {listed['version']}"
    signs, counted = read(name, given.readings, listed["patterns"], json.loads(given.readings.read_text()))
    rows = [f"  {{{literal(text)}, {literal(after)}, {', '.join(map(flag, flags))}}}," for text, after, *flags in signs]
    given.output.write_text("\n".join([
        '#include "button/handlers/bots/listed_bots.hpp"\n',
        f"// Made by button/handlers/bots/compile_list.py of {name}.\n",
        "namespace buttond {\nnamespace {\n",
        "constexpr listed_bot bots[] = {", *rows, "};\n",
        "constexpr std::string_view counted[] = {", *(f"  {literal(each)}," for each in counted), "};\n",
        "}  // namespace\n",
        "std::span<const listed_bot> listed_bots() noexcept { return bots; }",
        "std::span<const std::string_view> counted_agents() noexcept { return counted; }\n",
        "}  // namespace buttond\n"]))  # fmt: skip


if __name__ == "__main__":
    main()
