"""Normal forms of Unicode: as Python has them but for runs of combining marks that no language has, and asked for in one place."""

import ast
import sys
import unicodedata

import pytest

from khcn.kernel.text.normal_forms import MOST_MARKS, normal_form
from tests.conftest import ROOT

FORMS = ["NFC", "NFD", "NFKC", "NFKD"]
# What has no class of a mark itself and is taken apart into marks alone is sorted with them as well.
MARKS = ["\u0301", "\u0327", "\u0344", "\u0f73", "\u0f75", "\u0f81", "\uff9e", "\U0001d165"]


def longest_run(text):
    longest = run = 0
    for sign in unicodedata.normalize("NFKD", text):
        run = run + 1 if unicodedata.combining(sign) else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize("form", FORMS)
def test_texts_of_languages_stay_as_python_has_them(form):
    texts = [
        "Viện Nghiên cứu Ứng dụng, Hà Nội",
        unicodedata.normalize("NFD", "Viện Nghiên cứu Ứng dụng, Hà Nội"),
        "ភាសាខ្មែរ" * 20,
        "ภาษาไทยที่ไม่มีช่องว่าง" * 20,
        "科学技术" * 100,
        "e" + "\u0301" * MOST_MARKS,
        "",
        "plain",
    ]
    for text in texts:
        assert normal_form(form, text) == unicodedata.normalize(form, text)


def test_each_sign_that_begins_with_a_mark_counts_as_one():
    signs = map(chr, range(sys.maxunicode + 1))
    beginning = [each for each in signs if unicodedata.combining(unicodedata.normalize("NFKD", each)[0])]
    assert min(beginning) == "\u0300"  # below it nothing is looked at
    assert set(MARKS) <= set(beginning)
    for each in beginning:
        assert len(unicodedata.normalize("NFKD", each)) <= 2
        assert longest_run(normal_form("NFD", "a" + each * 40)) == MOST_MARKS, hex(ord(each))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", MARKS, ids=ascii)
def test_marks_behind_the_thirtieth_are_left_out(form, mark):
    remaining = normal_form(form, "a" + mark * 5000 + "b")
    assert remaining == unicodedata.normalize(
        form, "a" + mark * (MOST_MARKS // len(unicodedata.normalize("NFKD", mark))) + "b"
    )
    assert normal_form(form, remaining) == remaining


def test_letters_between_marks_begin_anew():
    text = ("ế" + "\u0327" * 20) * 100
    assert normal_form("NFC", text) == unicodedata.normalize("NFC", text)


def test_nothing_else_asks_python_for_a_normal_form():
    asking = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Attribute) and node.attr in {"normalize", "is_normalized"}
            taken = isinstance(node, ast.ImportFrom) and node.module == "unicodedata"
            if taken or (named and getattr(node.value, "id", "") == "unicodedata"):
                asking.append(path.relative_to(ROOT / "src" / "khcn").as_posix())
    assert set(asking) == {"kernel/text/normal_forms.py"}
