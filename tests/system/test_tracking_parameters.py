"""tests/tracking_parameters: what newer public lists would change in our table."""

import json
import subprocess

from buttond import ROOT

# Made up, in the form of each list.
ADGUARD = """! Title: a filter
$removeparam=new_one
$denyallow=a.example,removeparam=fbclid
$removeparam=new_here,domain=a.example
$removeparam=new_but_there,domain=~a.example
$removeparam=/^family_/
$removeparam=__s
||b.example^$removeparam=new_of_b
"""
BRAVE = [
    {"include": ["*://*/*"], "params": ["NEW_one", "new_here", "family_b", "__s", "fbclid"]},
    {"include": ["*://*.a.example/*"], "params": ["new_but_there"]},
]
CLEARURLS = {"providers": {"globalRules": {"rules": ["(?:%3F)?utm(?:_[a-z_]*)?", "(?:%3F)?fb_(?:source|ref)"]}}}
FIREFOX = 'user_pref("privacy.query_stripping.strip_list", "new_but_there oft_c");\n'
STRIP_ON_SHARE = {"global": {"queryParams": ["utm_new"], "topLevelSites": ["*"]},
                  "x": {"queryParams": ["new_here"], "topLevelSites": ["x.com"]}}  # fmt: skip


def run(folder, **lists):
    files = []
    for name, content in lists.items():
        files.append(folder / name)
        files[-1].write_text(content if isinstance(content, str) else json.dumps(content))
    return subprocess.run([ROOT / "tests/tracking_parameters", *files], capture_output=True, text=True, timeout=60)


def test_what_two_lists_strip_on_every_site_is_proposed(tmp_path):
    done = run(tmp_path, a=ADGUARD, b=BRAVE, c=CLEARURLS, f=FIREFOX, s=STRIP_ON_SHARE)
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("add")] == [
        "add     family_b: AdGuard, Brave",
        "add     new_but_there: AdGuard, Firefox",
        "add     new_one: AdGuard, Brave",
    ]


def test_whose_list_has_a_name_no_more_is_said(tmp_path):
    lines = run(tmp_path, a=ADGUARD, b=BRAVE, c=CLEARURLS, f=FIREFOX, s=STRIP_ON_SHARE).stdout.splitlines()
    assert "letters fbclid: AdGuard, Brave, ClearURLs, Firefox before, AdGuard, Brave now" in lines
    assert "letters oft_*: Brave, Firefox before, Firefox now" in lines
    assert "letters wickedid: AdGuard, Brave, ClearURLs, Firefox before, no list now" in lines
    assert not any(line.startswith("letters fb_ref") and "ClearURLs" not in line.partition("before, ")[2] for line in lines)
    assert lines[-1].startswith("6 names that two of AdGuard, Brave, ClearURLs, Firefox have; ours that none has: __hsfp, ")


def test_a_list_of_no_known_form_is_an_error(tmp_path):
    for content in ("nonsense", "{}", "[1]", "[]x"):
        done = run(tmp_path, a=content)
        assert (done.returncode, done.stdout) == (1, "")
        assert "none of the lists that are known" in done.stderr
    assert "No such file" in subprocess.run([ROOT / "tests/tracking_parameters", "/nonexistent"], capture_output=True, text=True).stderr
