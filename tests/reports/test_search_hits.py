"""The search finds reports by what officials call them."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.reports.models import ReportInstance
from tests.web.conftest import tree

pytest_plugins = ["tests.reports.views_given"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def reports(version, regime):
    """By name, of one form: nine months of two years, February, a quarter, one that was cancelled."""
    with acting(SYSTEM):
        version.title = "Kết quả công tác {{ky}}"
        version.save()
        made = {
            "2022": given(version, regime, "nine_months", 2022, 1, number_text="12/BC-SKHCN"),
            "2023": given(version, regime, "nine_months", 2023, 1),
            "feb": given(version, regime, "month", 2023, 2),
            "q4": given(version, regime, "quarter", 2023, 4),
            "cancelled": given(version, regime, "month", 2023, 9, state="cancelled"),
        }
        bulk_insert([*made.values()])
    return made


def given(version, regime, kind, year, number, *, number_text="", state="drafting"):
    return ReportInstance(
        form_version=version, regime=regime, kind=kind, year=year, number=number, start_on=date(year, 1, 1),
        end_on=date(year, 10, 1), doc_number=number_text, state=state,
    )  # fmt: skip


def found(client, text, page="/search/"):
    hits = tree(client.get(page, {"q": text})).xpath("//a[starts-with(@href,'/reports/')]/@href")
    return [each for each in hits if each.removeprefix("/reports/").strip("/").isdigit()]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("báo cáo 9 tháng", ["2023", "2022"]),
        ("bao cao 9 thang nam 2022", ["2022"]),
        ("báo cáo tháng 2", ["feb"]),
        ("báo cáo quý 4", ["q4"]),
        ("báo cáo quý IV", ["q4"]),
        ("12/bc-skhcn", ["2022"]),
        ("báo cáo 202", []),
        ("báo cáo tháng 9", ["2023", "2022"]),
    ],
)
def test_reports_are_found_by_title_period_and_number(sign_in, reports, typed, expected):
    assert found(sign_in("officer"), typed) == [f"/reports/{reports[name].pk}/" for name in expected]


def test_they_are_suggested_too_and_to_nobody_else(sign_in, reports, client):
    assert found(sign_in("reader"), "tháng 2 năm 2023", "/search/suggest/") == [
        f"/reports/{reports['feb'].pk}/"
    ]
    assert client.get("/search/", {"q": "tháng 2"}).status_code == 302  # nobody has signed in
