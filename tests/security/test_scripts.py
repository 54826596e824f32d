"""Scripts of ours change no prototypes, and merge no objects by names that somebody sends (V15.3.6)."""

import re

import pytest
from django.conf import settings

SCRIPTS = sorted(settings.PACKAGE.glob("**/static/**/*.js"))
# By these an object gets properties whose names stand nowhere in the script, or a prototype gets new ones.
FORBIDDEN = {
    "prototype": r"__proto__|\.prototype\b|setPrototypeOf|Reflect\.set",
    "merge": r"Object\.(?:assign|fromEntries|defineProperty|defineProperties)\(|structuredClone\(|\{\s*\.\.\.",
    "computed": r"""[\w\])]\[(?!\d+\]|"[\w-]+"\])[^\]]*\](?:\[[^\]]*\])*\s*[-+*/|&?]{0,2}=(?![=>])|\{\s*\[[^\]]+\]\s*:""",
    "code": r"\beval\(|\bFunction\(|\.constructor\b",
}
# With the reason why each name in it stands in the script.
ALLOWED = {
    # `element(name, {…})`: each caller writes the object out, as the test below sees.
    ("markup.js", "merge"): ("Object.assign(document.createElement(name), properties)",),
    # What it assigns to the fields of a draft is written out there.
    ("phone-diary.js", "merge"): (
        "Object.assign(document.createElement(name), properties)",
        "Object.assign(draft.fields, {",
    ),
    # Options that the functions of this script write out.
    ("phone-send.js", "merge"): ("fetch(address, { ...options,",),
    # Copies of what these scripts have stored on the device: `{...}` makes properties of the copy's own.
    ("phone-store.js", "merge"): ("put({ ...draft,", "put({ ...there,", "put({ ...photo,"),
}


def lines_without_comments(text):
    return [re.sub(r"(?:^|\s)//.*$", "", line) for line in text.splitlines()]


def found_in(text):
    return [
        (kind, line.strip())
        for line in lines_without_comments(text)
        for kind, pattern in FORBIDDEN.items()
        if re.search(pattern, line)
    ]


def test_no_script_writes_to_prototypes_or_by_unknown_names():
    assert len(SCRIPTS) > 3
    left = [
        (script.name, kind, line)
        for script in SCRIPTS
        for kind, line in found_in(script.read_text("utf-8"))
        if not any(allowed in line for allowed in ALLOWED.get((script.name, kind), ()))
    ]
    assert left == []


def test_elements_get_properties_that_are_written_out():
    calls = [
        call
        for script in SCRIPTS
        for call in re.findall(r"\belement\([^()]*", script.read_text("utf-8"))
        if not call.startswith("element(name")  # its own definition, and one that copies a name from the page
    ]
    assert len(calls) > 5
    odd = [
        call for call in calls if not re.match(r'element\((?:"\w+"|number \? "td" : "th")(?:$|, \{)', call)
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Object.prototype.x = 1", "prototype"),
        ('made["__proto__"].x = 1', "prototype"),
        ("Object.assign(options, JSON.parse(text))", "merge"),
        ("const all = {...options, ...sent}", "merge"),
        ("options[name] = value", "computed"),
        ("tree[a][b] = value", "computed"),
        ("found[name] ||= []", "computed"),
        ("const one = {[name]: value}", "computed"),
        ('new Function("x")', "code"),
    ],
)
def test_the_rule_sees_each_way(line, kind):
    assert kind in [each for each, _line in found_in(line)]


@pytest.mark.parametrize(
    "line", ["if (a[name] === 1) return", "const x = list[0]", "rows[0] = 1", "// a[b] = c"]
)
def test_the_rule_leaves_reading_alone(line):
    assert found_in(line) == []
