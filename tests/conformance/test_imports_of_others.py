"""A workbook takes over no row of another division or organisation, whatever owner it writes into the row.

Asked for every register whose rows somebody may change only while they are his own: those are found from the registry.
"""

import io
from datetime import date

import factory
import openpyxl
import pytest
from django.db.models import Q

from khcn.kernel.actors import SYSTEM, Actor, ActorKind, Role, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import IntakeRefused, NotReady
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.workbooks.export import export_workbook
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from tests.conformance.given import REGISTERS
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.registry import factory_of

pytestmark = pytest.mark.django_db

DAY = date(2023, 9, 14)
MINE, THEIRS = 1, 2  # any keys: which path a scope asks about does not depend on them


def officer(unit_id):
    return an_actor(Role.OFFICER, "P1", user_id=9, unit_id=unit_id)


def outsider(organisation_id):
    return Actor(77, "Tài khoản ngoài", None, kind=ActorKind.ORGANISATION, organisation_id=organisation_id)


def leaves_of(reach):
    """The comparisons of a condition: whose a row is, and of some registers in which state."""
    for each in reach.children:
        yield from leaves_of(each) if isinstance(each, Q) else [each]


def owning_field(register, actor):
    """The column of the sheet that says whose row it is, for an actor who may change his own rows and no others; else None.

    Where another record says it, which the row names, the row has no such column: tests/goods/test_imports.py asks for these.
    """
    reach = register.reach("change", actor)
    columns = {each.name for each in sheet_columns(register)}
    paths = [path for path, key in leaves_of(reach) if key == MINE] if isinstance(reach, Q) else []
    assert not paths or columns & {path.partition("__")[0] for path in paths}, (register, paths)
    return next((path for path in paths if path in columns), None)


def organisations_of(register):
    """Makes organisations that may own rows of the register, as its factory does: some registers are of those that take part in something."""
    declared = factory_of(register.model)._meta.declarations.get(owning_field(register, outsider(MINE)))
    return declared.get_factory() if isinstance(declared, factory.SubFactory) else OrganisationFactory


DIVISIONS = [each for each in REGISTERS if owning_field(each, officer(MINE))]
ORGANISATIONS = [each for each in REGISTERS if owning_field(each, outsider(MINE))]
EACH_DIVISION = pytest.mark.parametrize("register", DIVISIONS, ids=str)
EACH = pytest.mark.parametrize(
    ("register", "actor_of", "owners"),
    [
        *((each, officer, OrgUnitFactory) for each in DIVISIONS),
        *((each, outsider, organisations_of(each)) for each in ORGANISATIONS),
    ],
    ids=[f"{each}-division" for each in DIVISIONS] + [f"{each}-organisation" for each in ORGANISATIONS],
)


def test_there_are_registers_of_both_kinds():
    assert {"directives.assignedtask", "directives.adviseddocument"} <= {each.name for each in DIVISIONS}
    assert "parties.person" in {each.name for each in ORGANISATIONS}


class Rows:
    """A row of the actor's own and one of somebody else, and workbooks that name them."""

    def __init__(self, register, actor_of, owners):
        self.register, self.field = register, owning_field(register, actor_of(MINE))
        with acting(SYSTEM):
            self.me, self.them = owners(), owners()
        self.actor = actor_of(self.me.pk)
        make = factory_of(register.model)
        self.mine, self.foreign = make(**{self.field: self.me}), make(**{self.field: self.them})

    def owner_of(self, row):
        """The key of the owner, as stored."""
        return self.register.model._base_manager.values_list(f"{self.field}_id", flat=True).get(pk=row.pk)

    def moved(self, row, owner):
        """Somebody who may does it."""
        with acting(SYSTEM):
            row = self.register.model._base_manager.get(pk=row.pk)
            setattr(row, self.field, owner)
            row.save()

    def book(self, *rows, key=True):
        """The rows as they would be exported, each with ``me`` as its owner; without ``key``, they are known by their names alone."""
        shown = sorted({self.mine.pk, *(each.pk for each in rows)})
        content = export_workbook(
            self.register, self.register.model._base_manager.filter(pk__in=shown).order_by("pk")
        )
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.active
        columns = sheet_columns(self.register)
        owner = next(place for place, each in enumerate(columns, start=1) if each.name == self.field)
        own_text = sheet.cell(2 + shown.index(self.mine.pk), owner).value
        assert own_text
        for place in range(2, 2 + len(shown)):
            sheet.cell(place, owner).value = own_text
        if not key:
            sheet.delete_cols(len(columns) + 1)
        if self.mine not in rows:
            sheet.delete_rows(2 + shown.index(self.mine.pk))
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def look(self, content):
        with acting(self.actor):
            return make_plan(content, "a.xlsx", actor=self.actor, on=DAY)


@EACH
@pytest.mark.parametrize("key", [True, False], ids=["by-key", "by-name"])
def test_the_preview_refuses_a_row_of_others_in_which_one_is_the_owner(register, actor_of, owners, key):
    rows = Rows(register, actor_of, owners)
    found = rows.look(rows.book(rows.mine, rows.foreign, key=key))
    assert (found.questions, found.counts.change, found.counts.same) == ([], 0, 1)
    if rows.field in register.natural_key:  # with another owner it is the name of another record
        assert (found.errors, found.counts.create) == ([], 1)
    else:
        assert [(each.code, each.row) for each in found.errors] == [("permission", 3)]


def changed_column(register, field):
    """A text that may be empty, which therefore names nothing: with it a row is changed so that there is something to write."""
    return next(
        each
        for each in sheet_columns(register)
        if each.name not in {*register.natural_key, field, "illustrative"}
        and each.field.get_internal_type() in {"CharField", "TextField"}
        and each.field.blank
        and not each.field.choices
    )


@EACH_DIVISION
def test_nothing_of_the_file_is_written_when_one_row_is_of_another_division(register):
    rows = Rows(register, officer, OrgUnitFactory)
    batch = intake.upload(content=rows.book(rows.mine, rows.foreign), name="a.xlsx", actor=rows.actor, on=DAY)
    with pytest.raises(NotReady) as caught:
        intake.confirm_import(batch=batch, actor=rows.actor, on=DAY)
    assert [(each.code, each.row) for each in caught.value.plan.errors] == [("permission", 3)]
    assert rows.owner_of(rows.foreign) == rows.them.pk
    batch.refresh_from_db()
    assert batch.state == "previewed"


def with_another_text(rows, record):
    """A workbook that changes a text of the record and says that the record is one's own. It does not say which state of the
    record it was exported from, so that no question about a change meanwhile stands before the refusal.
    """
    column = changed_column(rows.register, rows.field)
    book = openpyxl.load_workbook(io.BytesIO(rows.book(record, key=False)))
    place = 1 + [each.name for each in sheet_columns(rows.register)].index(column.name)
    book.active.cell(2, place).value = "Chữ mới"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), column.name


@EACH_DIVISION
@pytest.mark.parametrize("after", ["preview", "plan"])
def test_a_row_that_went_to_another_division_meanwhile_is_not_taken_back(register, after, monkeypatch):
    """It was one's own when the file was looked at. ``plan``: it goes between the last look and the writing."""
    rows = Rows(register, officer, OrgUnitFactory)
    content, name = with_another_text(rows, rows.mine)
    batch = intake.upload(content=content, name="a.xlsx", actor=rows.actor, on=DAY)
    assert intake.preview(batch=batch, actor=rows.actor, on=DAY).is_ready
    if after == "preview":
        rows.moved(rows.mine, rows.them)
    else:
        real = intake.lock_and_check_rules

        def later(*arguments):
            rows.moved(rows.mine, rows.them)
            return real(*arguments)

        monkeypatch.setattr(intake, "lock_and_check_rules", later)
    with pytest.raises(NotReady if after == "preview" else IntakeRefused) as caught:
        intake.confirm_import(batch=batch, actor=rows.actor, on=DAY)
    if after == "preview":
        assert [(each.code, each.row) for each in caught.value.plan.errors] == [("permission", 2)]
    stored = register.model._base_manager.get(pk=rows.mine.pk)
    assert getattr(stored, name) != "Chữ mới"
    # What stood in the transaction that was taken back went with it, the move of the row too.
    assert rows.owner_of(rows.mine) == (rows.them.pk if after == "preview" else rows.me.pk)


@EACH_DIVISION
def test_a_row_of_one_s_own_is_written(register):
    """So that the refusals above are of the row and not of the file."""
    rows = Rows(register, officer, OrgUnitFactory)
    content, name = with_another_text(rows, rows.mine)
    batch = intake.upload(content=content, name="a.xlsx", actor=rows.actor, on=DAY)
    intake.confirm_import(batch=batch, actor=rows.actor, on=DAY)
    assert getattr(register.model._base_manager.get(pk=rows.mine.pk), name) == "Chữ mới"


@pytest.mark.parametrize("register", ORGANISATIONS, ids=str)
def test_an_account_of_an_outside_organisation_sends_no_workbook_at_all(register):
    rows = Rows(register, outsider, OrganisationFactory)
    with pytest.raises(IntakeRefused):
        intake.upload(content=rows.book(rows.foreign), name="a.xlsx", actor=rows.actor, on=DAY)
    assert not Batch.objects.exists()
    assert rows.owner_of(rows.foreign) == rows.them.pk
