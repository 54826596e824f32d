"""A damaged code that is typed by hand leads to the page of the label; what is no code says so, and nothing else is asked."""

import pytest

from khcn.trace.views.typed_code import path_of_code
from tests.trace.public_given import NOODLES_GTIN, noodles, page, parties, text, visitor

__all__ = ["parties", "visitor"]  # fixtures

GTIN = NOODLES_GTIN


@pytest.mark.parametrize(
    ("code", "lot", "path"),
    [
        ("9521234000037", "", f"/01/{GTIN}"),
        (" 952 1234 00003 7 ", "MIEN-1", f"/01/{GTIN}/10/MIEN-1"),
        (f"(01) {GTIN} (10) MIEN-1 (21) A1", "", f"/01/{GTIN}/10/MIEN-1/21/A1"),
        (f"(01){GTIN}", "MIEN-1", f"/01/{GTIN}/10/MIEN-1"),
        (f"01{GTIN}10MIEN-1", "", f"/01/{GTIN}/10/MIEN-1"),
        (f"https://example.vn/01/{GTIN}/10/MIEN-1?x=1", "", f"/01/{GTIN}/10/MIEN-1"),
        (f"01/{GTIN}", "", f"/01/{GTIN}"),
        ("(00)095212340000000013", "", "/00/095212340000000013"),
        # the number of a package as its label prints it, of GS1 and the program's own; mistyped, the page says so
        ("095212340000000013", "", "/00/095212340000000013"),
        ("029060 000000 000010", "", "/00/029060000000000010"),
        ("0 9521234 000000001-3", "", "/00/095212340000000013"),
        ("029060 000000 000011", "", "/00/029060000000000011"),
        ("029060 000000 000010", "LO-1", "/00/029060000000000010"),
        ("800309521234000006", "", "/8003/09521234000006"),
        ("]C1029060000000000010", "", ""),
        ("https://example.vn/login/", "", ""),
        ("//example.vn/x", "", ""),
        ("xin chào", "", ""),
        ("123", "", ""),
        ("http://[1/", "", ""),
        (f"01/{GTIN}\0", "", f"/01/{GTIN}"),
        # what scanners send: the separator of elements, the kind of the symbol, a slash in the lot number
        (f"01{GTIN}10EV1\x1d21ABC", "", f"/01/{GTIN}/10/EV1/21/ABC"),
        (f"\x1d01{GTIN}10 EV1\x1d21ABC\r\n", "", f"/01/{GTIN}/10/EV1/21/ABC"),
        (f"]d201{GTIN}10EV1\x1d21ABC", "", f"/01/{GTIN}/10/EV1/21/ABC"),
        (f"]Q301{GTIN}21ABC\x1d10EV1", "", f"/01/{GTIN}/10/EV1/21/ABC"),
        (f"]C101{GTIN}10EV1", "", f"/01/{GTIN}/10/EV1"),
        (f"]Q1https://example.vn/01/{GTIN}/10/EV1", "", f"/01/{GTIN}/10/EV1"),
        (f"]E0{GTIN[1:]}", "MIEN-1", f"/01/{GTIN}/10/MIEN-1"),
        (f"01{GTIN}10a/b\x1d21ABC", "", f"/01/{GTIN}/10/a%2Fb/21/ABC"),
        (f"01{GTIN}10A://B", "", f"/01/{GTIN}/10/A%3A%2F%2FB"),
        (f"(01){GTIN}\x1d(10)a/b", "", f"/01/{GTIN}/10/a%2Fb"),
        ("]d2", "", ""),
    ],
)
def test_where_a_code_leads(code, lot, path):
    assert path_of_code(code, lot) == path


def test_what_is_typed_is_looked_up_without_a_script_or_cookie(parties, visitor):
    noodles(parties)
    form = visitor.get("/public/code/")
    assert '<form action="/public/code/" method="get">' in form.content.decode()
    assert "Gõ mã bằng tay" not in form.content.decode()
    found = visitor.get("/public/code/", {"code": GTIN, "lot": "MIEN-1", "lang": "en"})
    assert (found.status_code, found["Location"]) == (302, f"/01/{GTIN}/10/MIEN-1?lang=en")
    assert '<a href="/public/code/" rel="nofollow">' in page(visitor, f"/01/{GTIN}/10/MIEN-1")
    wrong = visitor.get("/public/code/", {"code": '"><script>'})
    assert wrong.status_code == 422
    assert "Không đọc được mã này" in text(wrong.content.decode())
    assert "<script>" not in wrong.content.decode()
    assert {*form.cookies, *found.cookies, *wrong.cookies} == set()
