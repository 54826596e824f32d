"""The pages that take workbooks in, and who opens them."""

from django.urls import reverse

from khcn.kernel.access.scopes import CHANGE
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.plans.shown_plan import shown_parts as plan_parts
from khcn.kernel.refusals.shown_content import shown_content_text
from khcn.kernel.registers.registry import registers
from tests.kernel.intake_sample import TASK, book_of
from tests.security.route_shape import (
    CLERKS,
    GRANTED,
    GRANTED_IN,
    NOBODY,
    OWN_FILE,
    STAFF,
    WORKING,
    Route,
)
from tests.security.world import DAY, PEOPLE


def intake_routes(world):
    one, asking, done = world.previewed.pk, world.asking.pk, world.committed.pk
    file = book_of(type(world.records["science.sciencetask"]), [{**TASK, "code": "X9"}])
    pasted = "Tên tổ chức\tLoại hình\r\nHợp tác xã Bằng Vân\tHợp tác xã\r\n"
    answer, listing = {f"answer-{world.question}": "create:"}, "?register=science.sciencetask"
    plan = intake.preview(batch=world.previewed, actor=world.actor("officer"), on=DAY)
    preview, row = plan_parts(plan, taken_over=False), {"sheet": "Dữ liệu", "row": "2", "choice": "skip"}
    return [
        Route("import-list", reverse("import-list"), WORKING, NOBODY),
        Route("import-template", reverse("import-template"), WORKING, NOBODY, query=listing),
        Route("import-upload", reverse("import-upload"), NOBODY, CLERKS | GRANTED, {"file": ("mới.xlsx", file)}, writes=True),
        Route("import-paste", reverse("import-paste"), NOBODY, CLERKS | GRANTED, {"pasted": pasted}, writes=True),
        *_changes(world),
        Route("import-decisions", reverse("import-decisions"), STAFF, NOBODY),
        Route("import-forget", reverse("import-forget", args=[world.decision.pk]), NOBODY, CLERKS, writes=True),
        Route("import-layouts", reverse("import-layouts"), STAFF, NOBODY),
        Route("import-layout", reverse("import-layout", args=[world.layout.pk]), OWN_FILE, OWN_FILE),  # refused in words
        Route("import-layout-forget", reverse("import-layout-forget", args=[world.layout.pk]), NOBODY, OWN_FILE, writes=True),
        Route("import-sheet", reverse("import-sheet", args=[asking, 1]), OWN_FILE, OWN_FILE),  # the same
        Route("import-row", reverse("import-row", args=[asking]), NOBODY, OWN_FILE, row, writes=True),
        Route("import-faulty-rows", reverse("import-faulty-rows", args=[asking]), NOBODY, OWN_FILE),
        Route("import-batch", reverse("import-batch", args=[one]), STAFF, NOBODY),
        Route("import-file", reverse("import-file", args=[one]), STAFF, NOBODY),
        Route("import-problems", reverse("import-problems", args=[asking]), {"officer", "head"}, NOBODY),  # see its plan
        Route("import-cells", reverse("import-cells", args=[asking]), NOBODY, OWN_FILE, {"drop": "Dữ liệu!B2"}),
        Route("import-new-rows", reverse("import-new-rows", args=[asking]), NOBODY, OWN_FILE, {"sheet": "Dữ liệu", "new-x": "1"}),
        Route("import-plan", reverse("import-plan", args=[asking]), NOBODY, {"officer", "head"}),
        Route("import-decide", reverse("import-decide", args=[asking]), NOBODY, OWN_FILE, answer),
        Route("import-values", reverse("import-values", args=[asking]), NOBODY, OWN_FILE, {"key": "0" * 16, "reason": "x"}),
        Route("import-ask-again", reverse("import-ask-again", args=[asking]), NOBODY, OWN_FILE, {"key": world.question}),
        Route("import-confirm", reverse("import-confirm", args=[one]), NOBODY, OWN_FILE, {"shown": shown_content_text(preview)},
              writes={"officer", "head"}),  # the others may write no tasks
        Route("import-reject", reverse("import-reject", args=[one]), NOBODY, OWN_FILE, writes=True),
        Route("import-undo", reverse("import-undo", args=[done]), NOBODY, OWN_FILE, writes=True),
    ]  # fmt: skip


def _changes(world):
    """Changes of many records, of every register that declares any; an empty form is refused."""
    found = []
    for register in registers():
        who = {name for name in PEOPLE if register.may(CHANGE, world.actor(name))} & CLERKS
        who |= GRANTED if register.name == GRANTED_IN else NOBODY
        if register.bulk_fields:
            address = reverse("import-change-many", args=[register.area, register.slug])
            found.append(Route("import-change-many", address, who, who, {}))
        if register.grid_fields:
            address = reverse("import-change-grid", args=[register.area, register.slug])
            found.append(Route("import-change-grid", address, who, who, {}))
    return found
