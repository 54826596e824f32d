"""Documents in UTF-8 and UTF-16: read as they were written, or refused with the reason; never with other characters."""

import pytest

from khcn.epcis import DocumentError, check, load
from khcn.epcis.codec.text_encoding import xml_in_utf8
from tests.epcis.corpora import GOLDEN

JSON = (GOLDEN / "mien_dong.json").read_text(encoding="utf-8")
WITHOUT = (GOLDEN / "mien_dong.xml").read_text(encoding="utf-8").partition("?>")[2].lstrip()
MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
NAME = "Tên"


def declared(name):
    return f'<?xml version="1.0" encoding="{name}" standalone="yes"?>\n{WITHOUT}'


def in_bytes(text, codec, *, marked=False):
    return (MARKS[codec] if marked else b"") + text.encode(codec)


READ = {
    "utf-16 with mark and declaration": (in_bytes(declared("UTF-16"), "utf-16-le", marked=True), ""),
    "big-endian": (in_bytes(declared("utf-16"), "utf-16-be", marked=True), ""),
    "utf-16 with mark alone": (in_bytes(WITHOUT, "utf-16-be", marked=True), ""),
    "utf-16 by its first zeros": (in_bytes(declared("UTF-16LE"), "utf-16-le"), ""),
    "big-endian by its first zeros": (in_bytes(WITHOUT, "utf-16-be"), ""),
    "by the parameter": (in_bytes(WITHOUT, "utf-16-be"), "utf-16"),
    "little-endian by the parameter": (in_bytes(declared("UTF-16"), "utf-16-le"), "UTF-16LE"),
    "the mark before the parameter": (in_bytes(WITHOUT, "utf-16-le", marked=True), "utf-8"),
    "the mark before the declaration": (in_bytes(declared("ISO-8859-1"), "utf-8", marked=True), ""),
    "the parameter before the declaration": (in_bytes(declared("ISO-8859-1"), "utf-8"), "utf-8"),
    "the parameter before us-ascii": (in_bytes(declared("US-ASCII"), "utf-8"), "UTF-8"),
    "the mark before both": (in_bytes(declared("windows-1258"), "utf-8", marked=True), "utf-16"),
    "utf-8": (in_bytes(declared("utf-8"), "utf-8"), ""),
    "blanks before the declaration": (b" \n" + in_bytes(declared("UTF-8"), "utf-8"), ""),
}
REFUSED = {
    "utf-8 that says utf-16": (in_bytes(declared("utf-16"), "utf-8"), "", "utf-16"),
    "utf-8 with another parameter": (in_bytes(WITHOUT, "utf-8"), "iso-8859-1", "iso-8859-1"),
    "another declaration": (in_bytes(declared("ISO-8859-1"), "utf-8"), "", "ISO-8859-1"),
    "a code page of Vietnamese": (declared("windows-1258").encode("cp1258", "replace"), "", "windows-1258"),
    "utf-7": (
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x [+ADw-!ENTITY a "b"+AD4-]+AD4-<x/>',
        "",
        "UTF-7",
    ),
    "no encoding": (in_bytes(declared("x-khong-co"), "utf-8"), "", "x-khong-co"),
    "utf-32": (declared("UTF-32").encode("utf-32"), "", "UTF-32"),
    "not what the parameter says": (in_bytes(WITHOUT, "utf-8"), "us-ascii", "us-ascii"),
    "half a character": (in_bytes(WITHOUT, "utf-16-le", marked=True)[:-1], "", "utf-16-le"),
    "not utf-8": (WITHOUT.encode("utf-16-le").replace(b"\0", b""), "", "utf-8"),
}


def test_the_example_has_letters_that_differ():
    assert any(not letter.isascii() for letter in WITHOUT)


@pytest.mark.parametrize("name", READ)
def test_xml_is_read_by_mark_parameter_and_declaration_in_this_order(name):
    data, charset = READ[name]
    made = xml_in_utf8(data, charset)
    assert made.decode().lstrip().partition("?>")[2].lstrip() or made.decode() == WITHOUT
    assert load(made).events == load(WITHOUT).events
    assert xml_in_utf8(made) == made  # as it waits for the worker
    if not charset:
        assert load(data).events == load(WITHOUT).events


@pytest.mark.parametrize("name", REFUSED)
def test_other_xml_is_refused_with_its_encoding(name):
    data, charset, shown = REFUSED[name]
    with pytest.raises(DocumentError) as refused:
        xml_in_utf8(data, charset)
    [problem] = refused.value.problems
    assert (problem.code, problem.path, shown in problem.message_vi) == ("ENCODING", "", True)
    if not charset:
        assert [one.code for one in check(data)] == ["ENCODING"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_json_in_another_encoding_is_refused(codec):
    [problem] = check(JSON.encode(codec))
    assert (problem.code, "UTF-8" in problem.message_vi) == ("ENCODING", True)


def test_a_text_is_read_whatever_its_declaration_says():
    for name in ("UTF-16", "ISO-8859-1", "x-khong-co", "utf-8"):
        assert load(declared(name)).events == load(WITHOUT).events
        assert load("\ufeff" + declared(name)).events == load(WITHOUT).events
