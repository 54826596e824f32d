import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from khcn.reports import operations as op
from tests.reports.conftest import FORM_TOML, OFFICE, TODAY
from tests.reports.forms_given import with_section

pytestmark = pytest.mark.django_db
FORM = "thu-9-thang"


@pytest.fixture(autouse=True)
def shipped(monkeypatch, figures, regime, seed_data):
    """The small form ships with the program; nothing of it is in the database."""
    monkeypatch.setattr("khcn.reports.composing.lookup.shipped_bodies", lambda: {FORM: FORM_TOML})


@pytest.fixture
def as_sent(version):
    report = op.create_report(form_version=version, year=2023, variant="nhu-da-gui", actor=OFFICE, on=TODAY)
    op.set_override(
        section=report.sections.get(key="C"), code="NV-14", aspect="value", data={"value": 9},
        reason="Theo báo cáo đã gửi", actor=OFFICE, on=TODAY,
    )  # fmt: skip
    op.edit_section(
        section=report.sections.get(key="B"), text="Vì vậy, trong tháng, các nhiệm vụ cơ bản hoàn thành.",
        actor=OFFICE, on=TODAY,
    )  # fmt: skip
    return report


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_figures_as_csv_for_other_programs():
    text = run("figures", FORM, "2023", "--format", "csv")
    assert text.splitlines()[0] == "figure_id,code,label,value,unit,records"
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["figure_id"], row["code"], row["value"], row["records"]) for row in rows[:3]] == [
        ("F008", "NV-02", "31", "31"),
        ("F010", "NV-04", "22", "22"),
        ("F011", "NV-04", "22", "22"),
    ]


def test_figures_as_json_name_their_records_and_as_text_are_readable():
    rows = json.loads(run("figures", FORM, "2023", "--format", "json"))
    assert [len(row["ids"]) for row in rows] == [row["records"] for row in rows]
    assert "NT-06         4 đề tài, dự án" in run("figures", FORM, "2023")


def test_a_stored_variant_shows_what_it_prints(as_sent):
    op.set_override(
        section=as_sent.sections.get(key="C"), code="NT-06", aspect="value", data={"value": "05"}, reason="x",
        actor=OFFICE, on=TODAY,
    )  # fmt: skip
    rows = {
        row["code"]: row
        for row in json.loads(run("figures", FORM, "2023", "--variant", "nhu-da-gui", "--format", "json"))
    }
    assert (rows["NT-06"]["value"], rows["NT-06"]["records"], rows["NV-14"]["value"]) == ("5", 4, "10")


def test_contradictions_of_the_two_variants(as_sent):
    found = json.loads(run("check_report", FORM, "2023", "--variant", "nhu-da-gui", "--format", "json"))
    assert [
        (each["code"], each["place_1"], each["value_1"], each["place_2"], each["value_2"])
        for each in found[:2]
    ] == [
        ("two_values", "Mục A.III.2.a", "10", "Mục C", "09"),
        ("other_period", "Mục B", "trong tháng", "Kỳ báo cáo", "9 tháng đầu năm 2023; 3 tháng cuối năm 2023"),
    ]
    assert all(each["remedy"] for each in found)
    assert json.loads(run("check_report", FORM, "2023", "--format", "json")) == []
    assert run("check_report", FORM, "2023") == "Có 0 điểm cần xem.\n"
    assert "MÂU THUẪN [two_values] Mục A.III.2.a: 10 | Mục C: 09" in run(
        "check_report", FORM, "2023", "--variant", "nhu-da-gui"
    )


@pytest.mark.parametrize(
    ("suffix", "start"), [("docx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!DOCTYPE"), ("json", b"{")]
)
def test_a_report_as_a_file(tmp_path, suffix, start):
    output = tmp_path / f"bao-cao.{suffix}"
    assert run("report", FORM, "2023", "-o", str(output)) == f"Đã ghi {output}\n"
    assert output.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("figures", "khong-co", "2023"), "Không có mẫu báo cáo “khong-co”. Các mẫu có: thu-9-thang"),
        (("figures", FORM, "2023", "--variant", "x"), "bản “x”. Đã có: không có bản nào"),
        (("figures", FORM, "2023", "--number", "3"), "không có kỳ thứ 3"),
        (("figures", FORM, "0"), "của năm 0"),
        (("check_report", FORM, "2023", "--number", "3"), "không có kỳ thứ 3"),
        (("report", FORM, "2023", "-o", "/tmp/a.doc"), "có đuôi chưa biết"),
        (("report", FORM, "2023", "-o", "/khong/co/a.pdf"), "Không có thư mục"),
        (("report", FORM, "2023", "--variant", "x", "-o", "/tmp/a.pdf"), "bản “x”"),
    ],
)
def test_refusals_say_what_is_missing(arguments, match):
    with pytest.raises(CommandError, match=match):
        run(*arguments)


def test_the_form_stored_for_the_period_goes_before_the_file(version, form):
    op.save_form_version(
        code=FORM, form=with_section(form, "B", text="100% đúng hạn."), actor=OFFICE, on=TODAY
    )
    assert [each["code"] for each in json.loads(run("check_report", FORM, "2023", "--format", "json"))] == [
        "rate_without_denominator"
    ]
