"""The three ways in which a person or a program writes a row: form, JSON interface, import."""

from datetime import date
from types import SimpleNamespace

import orjson
import pytest

from khcn.kernel.actions import running
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actors import acting
from khcn.kernel.api import endpoints
from khcn.kernel.api.request_body import ApiProblem
from khcn.kernel.intake.plans import plan_making
from khcn.kernel.intake.readers.workbook_reading import Sheet
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.record_forms import form_class
from tests.kernel.intake_sample import rows_of


def typed(value):
    """A value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()  # so a browser sends what was chosen in a list; a box to tick takes it too
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return f"#{value.pk}" if hasattr(value, "pk") else str(value)


def form_refusals(record, actor, on, **changed):
    """The sentences of the form when a stored record is changed in these fields; [] when it was saved."""
    register = register_of(type(record))
    values = {**{name: getattr(record, name) for name in register.form_fields()}, **changed}
    with acting(actor):
        form = form_class(register)({name: typed(value) for name, value in values.items()}, instance=record)
        try:
            if form.is_valid() and form.save_record(actor=actor, on=on) is not None:
                return []
        except Refused as refused:
            return [str(refused)]
    return [text for texts in form.errors.values() for text in texts]


def api_refusal(record, actor, on, **changed):
    """The refusal of PATCH; "" when the record was changed."""
    body = {name: as_json(value) for name, value in changed.items()}
    request = SimpleNamespace(
        actor=actor,
        today=on,
        GET={},
        headers={"If-Match": "*"},
        body=orjson.dumps(body),
        reporting=SimpleNamespace(work_day=on),
    )
    try:
        with acting(actor):
            endpoints.change_record(register_of(type(record)), request, record.pk, whole=False)
    except Refused as refused:
        return str(refused)
    except ApiProblem as problem:
        return str(problem.body)
    return ""


def as_json(value):
    """A value as a program sends it."""
    if isinstance(value, date):
        return value.isoformat()
    return {"id": value.pk} if hasattr(value, "pk") else value


REPEATED = "Dòng này là lần khác"
"""Behind the words of a rule that allows something once: the preview asks whether the row repeats what is on record."""


def import_problems(model, row, actor, on):
    """The sentences that the preview of an import shows for one row, or for several."""
    cells = rows_of(model, row if isinstance(row, list) else [row])
    numbered = [
        (number, ["" if cell is None else cell for cell in found]) for number, found in enumerate(cells, 1)
    ]
    sheet = Sheet("Dữ liệu", numbered, frozenset(), frozenset(), [])
    with pytest.MonkeyPatch.context() as patch:  # without the guarded process: no file is read here
        patch.setattr(plan_making, "read_workbook", lambda _content, _name: [sheet])
        prepared = plan_making.prepare_import(b"", "tep.xlsx", actor=actor, on=on)
    problems = [
        *(each for sheet in prepared.draft_sheets for each in sheet.problems),
        *(each for sheet in prepared.draft_sheets for draft in sheet.drafts for each in draft.problems),
    ]
    asked = [each.text for each in prepared.plan.questions if REPEATED in each.text]
    return [*(f"{each.message} {each.remedy}" for each in problems), *asked]


def run_action(record, name, actor, on, /, **values):
    """Carry out an action as the button, the JSON interface and the sheet of an import do."""
    register = register_of(type(record))
    return running.run(action_to_run(register, name), register, record.pk, values, actor=actor, on=on)
