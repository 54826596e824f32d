"""A block pasted from Excel is an import without a file, and comes back as it was pasted where it cannot be read."""

import pytest

from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.readers.pasted_block import cells_of_block, file_of_block
from khcn.parties.models import Organisation
from tests.web.conftest import confirmed, tree
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    FIELDS,
    HEADINGS,
    ROWS,
    TRUTH,
    assign,
    cells,
    own_division,
    sheet_address,
)
from tests.web.test_import_corrections import corrected, inputs, stored

CHOSEN = {f"field-{place}": name for place, name in enumerate(FIELDS)} | {"unit-9": "1000000"}


def block(*rows):
    """What Excel puts on the clipboard for these cells, of which none has a line break."""
    return "".join("\t".join("" if each is None else str(each) for each in row) + "\r\n" for row in rows)


def pasted(client, text, **more):
    return client.post("/import/paste/", {"pasted": text, **more}, follow=True)


def box(page):
    return tree(page).xpath("string(//textarea[@name='pasted'])")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Tên\tNăm\r\nNấm\t2024\r\n", [["Tên", "Năm"], ["Nấm", "2024"]]),
        ('a\t"hai\ndòng, ""trích"""\tc\n', [["a", 'hai\ndòng, "trích"', "c"]]),
        ('"Nấm Linh chi" và "Vân chi"\t5" ống\n', [['"Nấm Linh chi" và "Vân chi"', '5" ống']]),
        ('"Nấm"\tx', [['"Nấm"', "x"]]),
        ('"mở mà không đóng\tx\ny\tz', [['"mở mà không đóng', "x"], ["y", "z"]]),
        ('"có\ttab"\tx', [["có\ttab", "x"]]),
        ("a\t\t\n\t\tb", [["a", "", ""], ["", "", "b"]]),
        ("một cột\nhai", [["một cột"], ["hai"]]),
        ("", [[""]]),
    ],
)
def test_cells_as_excel_puts_them_on_the_clipboard(text, rows):
    assert cells_of_block(text) == rows


def test_a_block_of_nothing_is_no_file():
    assert (file_of_block(" \t \r\n\t"), file_of_block("")) == (b"", b"")


@pytest.mark.django_db
def test_a_block_is_assigned_previewed_corrected_and_written_like_a_file(division):
    rows = [cells(number, row) for number, row in enumerate(ROWS, 1)]
    rows[0][9], rows[1][9] = "1.2oo", "850,5"  # as Excel shows them
    page = assign(division, sheet_address(pasted(division, block(HEADINGS, *rows))), **CHOSEN)
    assert inputs(page) == {"cell-CSV!J2": "1.2oo"}
    corrected(division, **{"cell-CSV!J2": "1.200"})
    assert confirmed(division, Batch.objects.get().pk).status_code == 303
    assert stored() == TRUTH


@pytest.mark.django_db
def test_a_cell_with_lines_and_quotation_marks_comes_whole(officer):
    text = 'Tên tổ chức\tLoại hình\tĐịa chỉ\r\nHợp tác xã “A”\tHợp tác xã\t"Thôn 1,\nxã ""Bằng Vân"""\r\n'
    pasted(officer, text)
    assert confirmed(officer, Batch.objects.get().pk).status_code == 303
    assert Organisation.objects.values_list("name", "address").get() == (
        "Hợp tác xã “A”",
        'Thôn 1, xã "Bằng Vân"',
    )


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["   ", "chỉ một chữ", "a\tb"], ids=["nothing", "one cell", "no table"])
def test_what_cannot_be_read_comes_back_as_it_was_pasted(officer, text):
    page = pasted(officer, text)
    assert (page.status_code, box(page).strip("\n")) == (422, text)
    assert tree(page).xpath("//div[@class='error-summary']//li")
    assert not Batch.objects.exists()


@pytest.mark.django_db
def test_a_block_that_was_sent_after_the_session_had_ended_is_shown_as_pasted(officer):
    page = pasted(officer, "Tên\tNăm", typed_again="1")
    assert (page.status_code, box(page).strip("\n"), Batch.objects.exists()) == (200, "Tên\tNăm", False)
