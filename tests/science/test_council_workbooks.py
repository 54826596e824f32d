"""A workbook of a council, its meeting, the tasks on its agenda and their milestones."""

from datetime import date

import pytest

from khcn.councils.models import Council, CouncilMeeting
from khcn.kernel.actors import Role
from khcn.kernel.intake import operations as intake
from khcn.science.models import MeetingItem, TaskMilestone
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import rows_of, sheets

pytestmark = pytest.mark.django_db
WORDS = {"actor": an_actor(Role.OFFICER, "QLKH"), "on": date(2026, 1, 5)}


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
