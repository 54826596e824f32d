"""Pictures lose place, time and owner and none of their points; documents and signed files keep every byte."""

import base64
import struct
import zlib
from contextlib import suppress

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.files.content_types import FileRefusedError
from khcn.kernel.files.picture_metadata import JPEG, PNG, without_metadata
from khcn.kernel.registers.attachments import attach
from tests.factories.base import ATTACHED_AT
from tests.factories.reference import LegalDocumentFactory

# 16 × 8 points with a profile of colours, as a browser's canvas writes them.
DRAWN = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAA"
    "ACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0"
    "AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAA"
    "AAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM"
    "ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZG"
    "NywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P"
    "T0//wAARCAAIABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAUG/8QAHxAAAQMDBQAAAAAAAAAAAAAAAAEREwMFYQQSFUFC/8QAFQEBAQAAAAAA"
    "AAAAAAAAAAAAAQT/xAAZEQACAwEAAAAAAAAAAAAAAAABAgADEQb/2gAMAwEAAhEDEQA/ALN9uXIJSSGOPd6d3bGDM6nsAlqYsdMedsa1g7nSZ//Z"
)
START, AFTER_JFIF = DRAWN[:2], DRAWN[20:]
JFIF = DRAWN[2:20]
PLACE = b"22.1470 N, 105.8348 E, Nguyen Van Thu, 0912345678"


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def tiff(order, turned):
    """An Exif block with a place, and how the picture is to be turned."""
    entries = [(0x0112, 3, 1, turned)] if turned else []
    made = struct.pack(f"{order}H", len(entries) + 1)
    for tag, kind, count, value in entries:
        made += struct.pack(f"{order}HHIHH", tag, kind, count, value, 0)
    made += struct.pack(f"{order}HHII", 0x8825, 4, 1, 60) + struct.pack(f"{order}I", 0)
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8) + made + PLACE


def exif(order="<", turned=0):
    return segment(0xE1, b"Exif\0\0" + tiff(order, turned))


def photograph(*parts, behind=b""):
    return START + JFIF + b"".join(parts) + AFTER_JFIF + behind


def test_a_picture_without_anything_beside_it_stays_byte_by_byte():
    assert without_metadata(DRAWN, JPEG, "a.jpg") == DRAWN


HIDDEN = {
    "Exif with a place": exif(),
    "XMP": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PLACE),
    "IPTC": segment(0xED, b"Photoshop 3.0\0" + PLACE),
    "several pictures": segment(0xE2, b"MPF\0" + PLACE),
    "a comment": segment(0xFE, PLACE),
    "of a maker": segment(0xE9, PLACE),
    "filled up before the marker": b"\xff\xff\xff" + exif()[1:],
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_photograph_loses_what_was_written_beside_it_and_none_of_its_points(hidden):
    assert without_metadata(photograph(hidden), JPEG, "a.jpg") == DRAWN


def test_what_follows_the_picture_goes_too():
    """Telephones put a film, and other versions with places of their own, behind the end of the picture."""
    assert without_metadata(photograph(behind=DRAWN + PLACE), JPEG, "a.jpg") == DRAWN


def test_the_small_preview_of_the_picture_goes_too():
    preview = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\2" + b"x" * 12)
    assert without_metadata(START + preview + AFTER_JFIF, JPEG, "a.jpg") == DRAWN


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("turned", range(2, 9))
def test_a_photograph_that_is_taken_upright_stays_upright(order, turned):
    found = without_metadata(photograph(exif(order, turned)), JPEG, "a.jpg")
    expected = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)
    assert found == START + segment(0xE1, expected) + DRAWN[2:]
    assert without_metadata(found, JPEG, "a.jpg") == found


def test_several_scans_of_one_picture_are_copied_whole():
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd3\x56"
    two = DRAWN[:-2] + scan + b"\xff\xd9"
    assert without_metadata(two[:-2] + segment(0xFE, PLACE) + scan + two[-2:] + PLACE, JPEG, "a.jpg") == (
        two[:-2] + scan + two[-2:]
    )


@pytest.mark.parametrize(
    "broken", [b"\xff\xd8\xff", DRAWN[:40], DRAWN[:300], b"\xff\xd8\xff\xd8" + DRAWN, b"\xff\xd8\xff\xe1\0\0" + DRAWN,
               START + b"\xff\xd9"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_words(broken):
    with pytest.raises(FileRefusedError, match=r"Không đọc được ảnh “a\.jpg”"):
        without_metadata(broken, JPEG, "a.jpg")


# ------------------------------------------------------------------------------------------ PNG


def chunk(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0))
POINTS = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0\0\xff\0"))
PLAIN = SIGNATURE + HEADER + chunk(b"gAMA", struct.pack(">I", 45455)) + POINTS + chunk(b"IEND")


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf", b"prVt"])
def test_a_png_loses_what_was_written_beside_it(name):
    data = tiff("<", 0) if name == b"eXIf" else b"Comment\0" + PLACE
    made = PLAIN.replace(POINTS, chunk(name, data) + POINTS) + PLACE
    assert without_metadata(made, PNG, "a.png") == PLAIN


def test_a_png_that_is_taken_upright_stays_upright():
    made = PLAIN.replace(POINTS, chunk(b"eXIf", tiff("<", 6)) + POINTS)
    expected = chunk(b"eXIf", b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0))
    assert without_metadata(made, PNG, "a.png") == PLAIN.replace(HEADER, HEADER + expected)


@pytest.mark.parametrize("broken", [SIGNATURE, PLAIN[:-6], PLAIN[:20], SIGNATURE + POINTS + chunk(b"IEND")])
def test_what_is_no_png_is_refused_in_words(broken):
    with pytest.raises(FileRefusedError, match="Không đọc được ảnh"):
        without_metadata(broken, PNG, "a.png")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault
@given(st.sampled_from([(DRAWN, JPEG), (PLAIN, PNG)]), st.data())
def test_any_damage_is_read_or_refused(picture, data):
    content, kind = bytearray(picture[0]), picture[1]
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileRefusedError):
        assert len(without_metadata(bytes(content), kind, "a")) <= len(content) + 40


def test_a_long_picture_is_read_in_time_that_grows_with_its_length():
    long = DRAWN[:-2] + b"\xff" * (10 * 2**20) + b"\x00" + b"\xff\xd9"
    assert without_metadata(long, JPEG, "a.jpg") == long


MANY = 20_001
OF_NOTHING = {
    "restarts": (START + b"\xff\xd0" * MANY + DRAWN[2:], JPEG),
    "empty tables": (START + segment(0xDB, b"\0") * MANY + DRAWN[2:], JPEG),
    "empty comments": (START + segment(0xFE, b"") * MANY + DRAWN[2:], JPEG),
    "empty scans": (DRAWN[:-2] + segment(0xDA, b"\0") * MANY + b"\xff\xd9", JPEG),
    "empty chunks": (PLAIN.replace(POINTS, chunk(b"tRNS") * MANY + POINTS), PNG),
    "empty private chunks": (PLAIN.replace(POINTS, chunk(b"prVt") * MANY + POINTS), PNG),
}


@pytest.mark.parametrize(("crafted", "kind"), OF_NOTHING.values(), ids=OF_NOTHING)
def test_a_picture_of_very_many_parts_is_refused_in_words(crafted, kind):
    """Each would cost far more memory than it has bytes."""
    with pytest.raises(FileRefusedError, match="Không đọc được ảnh"):
        without_metadata(crafted, kind, "a")


def test_marks_of_a_scan_are_left_out_where_there_is_none():
    assert without_metadata(START + b"\xff\xd0\xff\x01" + DRAWN[2:], JPEG, "a.jpg") == DRAWN


def test_a_picture_of_several_thousand_parts_is_accepted():
    many = PLAIN.replace(POINTS, POINTS + chunk(b"IDAT", b"") * 5_000)
    assert without_metadata(many, PNG, "a.png") == many


# ------------------------------------------------------------------------------------------ the ways in


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_looked_through_before_the_transaction(monkeypatch):
    within = []

    def noted(content, *_arguments):
        within.append(connection.in_atomic_block)
        return content

    monkeypatch.setattr("khcn.kernel.files.operations.without_metadata", noted)
    with acting(SYSTEM):
        attach(record=LegalDocumentFactory(), content=DRAWN, name="a.jpg", actor=SYSTEM, at=ATTACHED_AT)
    assert within == [False]


@pytest.mark.django_db
def test_an_attached_photograph_is_stored_without_its_place():
    with acting(SYSTEM):
        found = attach(
            record=LegalDocumentFactory(),
            content=photograph(exif("<", 6)),
            name="hien truong.jpg",
            actor=SYSTEM,
            at=ATTACHED_AT,
        )
    with found.file.content.open("rb") as stored:
        assert PLACE not in stored.read()
    assert found.is_as_attached()


@pytest.mark.django_db
def test_an_attached_document_keeps_every_byte():
    evidence = b"%PDF-1.7\n" + PLACE
    with acting(SYSTEM):
        found = attach(
            record=LegalDocumentFactory(), content=evidence, name="bien ban.pdf", actor=SYSTEM, at=ATTACHED_AT
        )
    with found.file.content.open("rb") as stored:
        assert stored.read() == evidence
