"""Good workbooks made bad, in the same way for the same number: what disks, mail, people and attackers do to files."""

import io
import random
import re
import zipfile

from tests.kernel.intake_sample import edited, sheets

SHEET = "xl/worksheets/sheet1.xml"


def mutated(good, number):
    """The ``number``-th bad version of a good file, and how it was made."""
    chance = random.Random(number)
    make = MUTATIONS[number % len(MUTATIONS)]
    return make(good, chance), make.__name__


def flipped_bytes(good, chance):
    data = bytearray(good)
    for _time in range(chance.choice([1, 3, 20, 200])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def cut_off(good, chance):
    return good[: chance.randrange(len(good))]


def with_a_hole(good, chance):
    start = chance.randrange(len(good))
    return good[:start] + good[start + chance.randrange(1, 500) :]


def with_rubbish_inside(good, chance):
    start = chance.randrange(len(good))
    return good[:start] + chance.randbytes(chance.randrange(1, 2000)) + good[start:]


def rubbish(_good, chance):
    return chance.choice(
        [b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", b"<html>"]
    ) + chance.randbytes(chance.randrange(3000))


def _parts(good):
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return stream.getvalue()


def without_a_part(good, chance):
    parts = _parts(good)
    del parts[chance.choice(sorted(parts))]
    return _packed(parts.items())


def with_parts_swapped(good, chance):
    parts = _parts(good)
    one, other = chance.sample(sorted(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return _packed(parts.items())


def with_a_strange_part_name(good, chance):
    name = chance.choice(
        ["../../etc/passwd", "/xl/workbook.xml", "xl\\workbook.xml", "xl/" + "a" * 5000, "xl/é\u202e.xml"]
    )
    return _packed([*_parts(good).items(), (name, b"<x/>")])


def _xml_edit(change):
    def edit(good, chance):
        parts = _parts(good)
        name = chance.choice([each for each in sorted(parts) if each.endswith((".xml", ".rels"))])
        if chance.random() < 0.7:
            name = chance.choice([SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
        return edited(good, {name: lambda xml: change(xml, chance)})

    edit.__name__ = change.__name__
    return edit


def _span(xml, chance):
    start = chance.randrange(len(xml) + 1)
    return start, min(len(xml), start + chance.randrange(1, 400))


@_xml_edit
def xml_without_a_piece(xml, chance):
    start, end = _span(xml, chance)
    return xml[:start] + xml[end:]


@_xml_edit
def xml_with_a_piece_twice(xml, chance):
    start, end = _span(xml, chance)
    return xml[:end] + xml[start:end] + xml[end:]


@_xml_edit
def xml_with_wild_numbers(xml, chance):
    wild = [
        b"-1",
        b"0",
        b"4294967296",
        b"99999999999999999999",
        b"1e308",
        b"NaN",
        b"",
        b"\xf0\x9f\x98\x80",
        b"1048577",
    ]
    numbers = list(re.finditer(rb"\d+", xml))
    for found in reversed(chance.sample(numbers, min(len(numbers), chance.choice([1, 2, 30])))):
        xml = xml[: found.start()] + chance.choice(wild) + xml[found.end() :]
    return xml


@_xml_edit
def xml_with_wild_tags(xml, chance):
    tags = list(re.finditer(rb"</?[a-zA-Z:]+", xml))
    found = chance.choice(tags)
    return (
        xml[: found.start()]
        + chance.choice([b"<", b"</x", b"<!--", b"<![CDATA[", b"<?x "])
        + xml[found.end() :]
    )


@_xml_edit
def xml_of_another_encoding(xml, chance):
    text = xml.decode()
    return chance.choice(
        [
            text.encode("utf-16"),
            xml.replace(b"UTF-8", b"UTF-7"),
            b"\xef\xbb\xbf" + xml,
            xml.replace(b"UTF-8", b"x"),
            text.encode("cp1252", "replace"),
        ]
    )


@_xml_edit
def xml_with_entities(xml, chance):
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(9))
    head = chance.choice([b"<!DOCTYPE x [" + laughs + b"]>", b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'])
    return re.sub(rb"^(<\?xml[^>]*>)?", lambda found: found.group(0) + head, xml, count=1)


@_xml_edit
def xml_very_deep(xml, chance):
    depth = chance.choice([1_000, 200_000])
    return xml.replace(b"</sheetData>", b"<a>" * depth + b"</a>" * depth + b"</sheetData>", 1)


def _rows(rows):
    def add(good, chance):
        return edited(
            good, {SHEET: lambda xml: xml.replace(b"</sheetData>", rows(chance) + b"</sheetData>", 1)}
        )

    add.__name__ = rows.__name__
    return add


@_rows
def cells_far_away(chance):
    cell = chance.choice(["XFD1048576", "ZZZ9999999", "A1048576", "XFD1", "A0", "AAAA1", "A99999999999"])
    return f'<row r="1048576"><c r="{cell}"><v>1</v></c></row>'.encode()


@_rows
def a_million_empty_rows(chance):
    count = chance.choice([1_000, 300_000, 1_000_000])
    return b"".join(b'<row r="%d"/>' % number for number in range(100, count))


@_rows
def formulas(chance):
    return b'<row r="9"><c r="%c9"><f>%s</f><v>1</v></c></row>' % (
        chance.choice(b"ABCDEF"),
        chance.choice([b"1+1", b"WEBSERVICE(&quot;http://x&quot;)", b"cmd|' /c calc'!A0", b"[1]Sheet1!A1"]),
    )


@_rows
def strings_out_of_range(chance):
    return b'<row r="9"><c r="A9" t="s"><v>%d</v></c></row>' % chance.choice([10**6, 2**31, 2**63])


@_rows
def huge_text(chance):
    return (
        b'<row r="9"><c r="A9" t="inlineStr"><is><t>'
        + b"x" * chance.choice([32_768, 10**6])
        + b"</t></is></c></row>"
    )


def a_part(good, chance):
    name, data = chance.choice(
        [
            ("xl/vbaProject.bin", b"x"),
            ("xl/macrosheets/sheet1.xml", b"<x/>"),
            ("xl/externalLinks/externalLink1.xml", b"<x/>"),
            ("xl/media/zeros.bin", bytes(30 * 2**20)),
        ]
    )
    return edited(good, {name: data})


def a_zip_bomb(good, chance):
    return edited(
        good, {"xl/worksheets/sheet9.xml": b"<x>" + b" " * chance.choice([20 * 2**20, 110 * 2**20])}
    )


def many_parts(good, chance):
    return _packed(
        [
            *_parts(good).items(),
            *((f"xl/p{number}.xml", b"") for number in range(chance.choice([1500, 5000]))),
        ]
    )


def another_template(_good, chance):
    words = ["Ngày", "Số tiền", "Món", "Mã", "Họ và tên", "Tên nhiệm vụ", "", None, 1, 2.5]
    rows = [[chance.choice(words) for _place in range(6)] for _row in range(chance.randrange(1, 40))]
    return sheets({chance.choice(["Sheet1", "Tổ chức", "Danh sách"]): rows})


def wild_cells(_good, chance):
    """A good heading over cells of every wrong kind."""
    head = [
        "Mã nhiệm vụ",
        "Tên nhiệm vụ",
        "Loại nhiệm vụ",
        "Cấp quản lý",
        "Bên quản lý",
        "Thực hiện từ năm",
        "Tổ chức chủ trì",
    ]
    wild = [
        "",
        "x",
        -1,
        1e300,
        2**53,
        True,
        "31/2/2023",
        "=1+1",
        "Đề tài/dự án",
        "\u202e",
        "a" * 600,
        "9" * 400,
        "\n\n",
        0.1,
        "NaN",
    ]
    return sheets(
        {"nhiệm vụ KH&CN": [head, *([chance.choice(wild) for _place in head] for _row in range(30))]}
    )


MUTATIONS = [
    flipped_bytes,
    cut_off,
    with_a_hole,
    with_rubbish_inside,
    rubbish,
    without_a_part,
    with_parts_swapped,
    with_a_strange_part_name,
    xml_without_a_piece,
    xml_with_a_piece_twice,
    xml_with_wild_numbers,
    xml_with_wild_tags,
    xml_of_another_encoding,
    xml_with_entities,
    xml_very_deep,
    cells_far_away,
    a_million_empty_rows,
    formulas,
    strings_out_of_range,
    huge_text,
    a_part,
    a_zip_bomb,
    many_parts,
    another_template,
    wild_cells,
]
