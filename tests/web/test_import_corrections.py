"""Cells that are corrected in the preview, values for new rows that the file has no column for, and every row on some page."""

import pytest

from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.plans import batch_plans
from khcn.parties.models import Organisation
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import book_of
from tests.web.conftest import confirmed, tree, words
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    FIELDS,
    HEADINGS,
    ROWS,
    TRUTH,
    assign,
    cells,
    own_division,
    send,
    sheet_address,
    workbook,
)

pytestmark = pytest.mark.django_db
CHOSEN = {f"field-{place}": name for place, name in enumerate(FIELDS)} | {"unit-9": "1000000"}


def stored():
    rows = ScienceTask.objects.values_list(
        "code", "title", "task_type", "start_year", "host__name", "budget_total"
    )
    labels = dict(ScienceTask._meta.get_field("task_type").flatchoices)
    return {(code, title, str(labels[kind]), *rest) for code, title, kind, *rest in rows}


def inputs(page):
    """What the inputs of faulty cells hold, by their names."""
    found = tree(page).xpath("//section[@id='errors']//input[starts-with(@name, 'cell-')]")
    return {each.get("name"): each.get("value") for each in found}


def previewed(client):
    return client.get(f"/import/{Batch.objects.latest('pk').pk}/")


def corrected(client, **typed):
    return client.post(f"/import/{Batch.objects.latest('pk').pk}/cells/", typed, follow=True)


def sent_with_faults(division, **changed):
    rows = [cells(1, ROWS[0], **changed), cells(2, ROWS[1]), cells(3, ROWS[2])]
    address = sheet_address(send(division, workbook(HEADINGS, *rows)))
    return assign(division, address, **CHOSEN)


def test_a_faulty_cell_is_corrected_in_the_preview_and_the_file_stays_as_it_was(division):
    page = sent_with_faults(division, c6="20x2", c9="12oo")
    batch = Batch.objects.get()
    assert inputs(page) == {"cell-Danh mục!G2": "20x2", "cell-Danh mục!J2": "12oo"}
    content = batch.content()
    page = corrected(division, **{"cell-Danh mục!G2": "2022", "cell-Danh mục!J2": "12oo"})
    assert (inputs(page), "Đã sửa 1 ô trong bản xem trước." in words(page)) == (
        {"cell-Danh mục!J2": "12oo"},
        True,
    )
    page = words(corrected(division, **{"cell-Danh mục!J2": "1200"}))  # in millions, as the column
    assert "G2 đã sửa trong bản xem trước: tệp ghi “20x2”, đọc là “2022”" in page
    assert "J2 đã sửa trong bản xem trước: tệp ghi “12oo”, đọc là “1200”" in page
    assert confirmed(division, batch.pk).status_code == 303
    assert (stored(), batch.content()) == (TRUTH, content)
    reasons = ChangeEntry.objects.filter(model="kernel_intake.batch", reason__startswith="Sửa ô").order_by(
        "pk"
    )
    assert list(reasons.values_list("reason", flat=True)) == [
        f"Sửa ô của tệp {batch.name} trong bản xem trước: G2: “20x2” → “2022”",
        f"Sửa ô của tệp {batch.name} trong bản xem trước: J2: “12oo” → “1200”",
    ]


def test_a_correction_is_dropped_and_a_wrong_one_is_a_problem_again(division):
    sent_with_faults(division, c6="20x2")
    page = corrected(division, **{"cell-Danh mục!G2": "hai nghìn"})
    assert inputs(page) == {"cell-Danh mục!G2": "hai nghìn"}
    assert "1 ô đã sửa trong bản xem trước: G2, tệp ghi “20x2”." in words(page)
    corrected(division, **{"cell-Danh mục!G2": "2022"})
    page = corrected(division, drop="Danh mục!G2")
    assert inputs(page) == {"cell-Danh mục!G2": "20x2"}


def test_only_cells_that_the_preview_names_can_be_corrected(division):
    sent_with_faults(division, c6="20x2")
    page = words(corrected(division, **{"cell-Danh mục!B2": "24-Q99"}))
    assert "Ô này không có gì phải sửa trong bản xem trước." in page
    assert Batch.objects.get().row_choices == {}
    assert "Chưa sửa ô nào." in words(corrected(division, **{"cell-Danh mục!G2": "20x2"}))


def test_new_rows_get_what_the_file_has_no_column_for_and_known_ones_keep_theirs(division):
    known = ScienceTaskFactory(code=ROWS[0][0], title=ROWS[0][1], start_year=2019, planned_end_on=None)
    headings = [each for place, each in enumerate(HEADINGS) if place != 6]
    rows = [
        [each for place, each in enumerate(cells(number, row)) if place != 6]
        for number, row in enumerate(ROWS, 1)
    ]
    fields = [name for name in FIELDS if name != "start_year"]
    chosen = {f"field-{place}": name for place, name in enumerate(fields)} | {"unit-8": "1000000"}
    page = assign(division, sheet_address(send(division, workbook(headings, *rows))), **chosen)
    labels = tree(page).xpath("//form[contains(@action, 'new-rows')]//label/text()")
    assert labels == ["Thực hiện từ năm"]
    address = f"/import/{Batch.objects.get().pk}/new-rows/"
    wrong = division.post(address, {"sheet": "Danh mục", "new-start_year": "năm nay"}, follow=True)
    assert "“Thực hiện từ năm”:" in words(wrong)
    page = words(division.post(address, {"sheet": "Danh mục", "new-start_year": "2024"}, follow=True))
    assert "Dòng mới của tệp này có: Thực hiện từ năm: 2024, ghi trong bản xem trước." in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 303
    assert sorted(ScienceTask.objects.values_list("code", "start_year")) == [
        (known.code, 2019),
        (ROWS[1][0], 2024),
        (ROWS[2][0], 2024),
    ]


def test_every_row_is_on_some_page_and_turning_pages_plans_nothing_anew(officer, monkeypatch):
    names = [f"Hợp tác xã số {number:03}" for number in range(1, 451)]
    content = book_of(Organisation, [{"name": name, "kind": "Hợp tác xã"} for name in names])
    page = send(officer, content)
    pk = Batch.objects.get().pk

    def refuse(*_given, **_named):
        raise AssertionError("planned anew")

    monkeypatch.setattr(batch_plans, "prepare_import", refuse)
    shown = []
    while page is not None:
        rows = tree(page).xpath("//section[@id='sheet-1']//tr[@class='change']")
        shown += [row.xpath("string(td[3])").strip() for row in rows]
        assert all(row.xpath(".//dd") for row in rows)  # with its values
        (*_others, further) = tree(page).xpath("//section[@id='sheet-1']//a[@rel='next']/@href") or [""]
        page = officer.get(f"/import/{pk}/{further}") if further else None
    assert shown == names
    last = words(officer.get(f"/import/{pk}/", {"sheet": "1", "page": "99"}))
    assert "Dòng 401–450 trong 450 dòng" in last


def test_a_typed_text_is_not_cut(division):
    """Longer than the file's own words, and wrong: it comes back whole, so that it can be corrected."""
    sent_with_faults(division, c6="20x2")
    typed = "hai nghìn " * 300
    assert inputs(corrected(division, **{"cell-Danh mục!G2": typed})) == {"cell-Danh mục!G2": typed.strip()}
