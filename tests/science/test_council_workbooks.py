"""A workbook of a council, its meeting, the tasks on its agenda and their milestones."""

from datetime import date

import pytest

from khcn.councils.models import Council, CouncilMeeting
from khcn.kernel.actors import Role
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake import rule_checks
from khcn.kernel.intake.rule_checks import _referred_to as referred
from khcn.reference.models import LegalDocument
from khcn.science.models import MeetingItem, TaskMilestone
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import rows_of, sheets

pytestmark = pytest.mark.django_db
WORDS = {"actor": an_actor(Role.OFFICER, "QLKH"), "on": date(2026, 1, 5)}
CHAIN = 12


@pytest.mark.parametrize(
    ("sheet", "cell", "reported"),
    [
        ("meeting", {"kind": "Nghiệm"}, "Nghiệm"),
        ("meeting", {"held_on": "31/02/2023"}, "31/02/2023"),
        ("council", {"kind": "Nghiệm"}, "Nghiệm"),
        ("council", {"established_on": "31/02/2023"}, "31/02/2023"),
    ],
)
def test_a_cell_that_was_not_understood_is_named_and_what_refers_to_its_row_is_not_judged(
    sheet, cell, reported
):
    task = ScienceTaskFactory(code="NV-1")
    rows = {
        "council": {
            "code": "HD1",
            "name": "Hội đồng thử",
            "kind": "Nghiệm thu",
            "established_on": date(2023, 1, 1),
        },
        "meeting": {"code": "H1", "kind": "Nghiệm thu", "council": "HD1", "subject": "Họp thử"},
    }
    rows["meeting"]["held_on"] = date(2023, 6, 1)
    rows[sheet] |= cell
    content = sheets(
        {
            "Hội đồng": rows_of(Council, [rows["council"]]),
            "Họp": rows_of(CouncilMeeting, [rows["meeting"]]),
            "Việc": rows_of(MeetingItem, [{"meeting": "H1", "task": task.code, "passed": "Có"}]),
            "Mốc": rows_of(
                TaskMilestone, [{"task": task.code, "kind": "Nghiệm thu cấp tỉnh", "on": date(2023, 6, 1)}]
            ),
        }
    )
    batch = intake.upload(content=content, name="họp.xlsx", **WORDS)
    errors = intake.preview(batch=batch, **WORDS).errors
    assert [each.message for each in errors if reported in each.message] != []


def test_the_rows_that_refer_to_a_faulty_one_are_looked_at_once(monkeypatch):
    looked_at = []
    monkeypatch.setattr(
        rule_checks, "_referred_to", lambda record: looked_at.append(record) or referred(record)
    )
    rows = [
        {"number": f"{place}/QĐ", "kind": "Quyết định", "issuer": "UBND", "subject": "Thử", "issued_on": date(2020, 1, 1)}
        | ({"replaces": f"{place + 1}/QĐ"} if place < CHAIN else {"issued_on": "31/02/2023"})
        for place in range(1, CHAIN + 1)
    ]  # fmt: skip
    content = sheets({"Văn bản": rows_of(LegalDocument, rows)})
    office = WORDS | {"actor": an_actor(Role.OFFICE, "VP")}
    batch = intake.upload(content=content, name="chuỗi.xlsx", **office)
    (error,) = intake.preview(batch=batch, **office).errors
    assert ("31/02/2023" in error.message, len(looked_at)) == (True, CHAIN)
