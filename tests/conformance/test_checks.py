"""The system check refuses registers and figures that do not hold together, and passes ours."""

import pytest
from django.db.models import F

from khcn.kernel.access.scopes import Department, OwnOrganisation
from khcn.kernel.indicators import Indicator, IndicatorRegistry
from khcn.kernel.indicators.registry import DuplicateIndicatorError
from khcn.kernel.intake.changes import declaration_check
from khcn.kernel.registers import checks
from khcn.kernel.registers import registry as known
from khcn.kernel.registers.registry import DuplicateRegisterError
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section
from khcn.parties.models import Organisation, Person, User

SOUND = {
    "model": Organisation,
    "slug": "organisations",
    "scope": Department() | OwnOrganisation("pk", hide=("phone",)),
    "columns": ("name", Column("kind")),
    "filters": {"kind": ["exact"]},
    "form": (Section("Tổ chức", "name", "kind", "governing_body"),),
    "natural_key": ("name",),
    "lookup": "name",
    "panel_of": (Panel("governing_body", "Đơn vị trực thuộc"),),
}


def faults_of(**changes):
    register = type("Trial", (Register,), {**SOUND, **changes})()
    return [fault.id for fault in checks._faults([register])]


def test_our_registers_and_figures_pass():
    assert checks.check_registers(None) == []


def test_a_sound_register_passes():
    assert faults_of() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ("nme",)},
        {"columns": (Column("host__name"),)},
        {"filters": {"kinds": ["exact"]}},
        {"order": ("-nothing",)},
        {"natural_key": ("nothing",)},
        {"lookup": "nothing"},
        {"lookup_aliases": ("nothing",)},
        {"shown": "nothing"},
        {"date_field": "nothing_on"},
        {"derived_filters": {"nothing": ("Không có", ())}},
        {"outcome": Section("Kết quả", "nothing")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_path_that_does_not_exist_is_refused(changes):
    assert faults_of(**changes) == ["khcn.registers.E001"]


@pytest.mark.parametrize("link", ["nothing", "name", "people"])
def test_a_search_that_leads_to_no_name_is_refused(link):
    assert faults_of(search=(link,)) == ["khcn.registers.E009"]


def test_an_annotation_may_be_named():
    assert faults_of(columns=("twice",), annotate=lambda rows, on: rows.annotate(twice=F("pk") * 2)) == []


@pytest.mark.parametrize("fields", [("name", "sort_key"), ("name", "name")], ids=["not editable", "twice"])
def test_a_form_field_that_cannot_be_is_refused(fields):
    assert faults_of(form=(Section("Tổ chức", *fields),)) == ["khcn.registers.E002"]


@pytest.mark.parametrize("link", ["nothing", "name"])
def test_a_panel_that_leads_nowhere_is_refused(link):
    assert faults_of(panel_of=(Panel(link, "Cá nhân"),)) == ["khcn.registers.E004"]


def test_a_link_to_a_register_without_lookup_is_refused(monkeypatch):
    monkeypatch.setattr(type(known.register_of(Organisation)), "lookup", "")
    assert faults_of(lookup="name") == ["khcn.registers.E003"]


def figure(code, model=Person, **options):
    return Indicator(code, "Số", lambda period: model.objects.all(), "người", **options)


def test_a_figure_that_cannot_be_drilled_into_is_refused():
    assert [each.id for each in checks._figure_faults([figure("X-1"), figure("X-2", User)])] == [
        "khcn.registers.E007"
    ]


def test_a_figure_with_a_wrong_path_is_refused():
    wrong = Indicator("X-1", "Số", lambda period: Person.objects.filter(nothing=1), "người")
    assert [each.id for each in checks._figure_faults([wrong])] == ["khcn.registers.E006"]


def test_one_statement_of_two_figures_is_refused():
    two = [figure("X-1", figure_ids=("F001",)), figure("X-2", figure_ids=("F001",))]
    assert [each.id for each in checks._figure_faults(two)] == ["khcn.registers.E008"]


def test_a_record_without_a_register_is_refused(monkeypatch):
    left = {model: register for model, register in known._by_model.items() if model is not Person}
    monkeypatch.setattr(known, "_by_model", left)
    assert [each.id for each in checks._models_without_register()] == ["khcn.registers.E005"]


def test_two_registers_for_one_model_or_address_are_refused():
    for model in (Organisation, User):
        spec = type("Trial", (Register,), {**SOUND, "model": model})
        with pytest.raises(DuplicateRegisterError):
            known.register(spec)


def test_two_figures_with_one_code_are_refused():
    book = IndicatorRegistry()
    first = figure("X-1")
    book.add(first)
    book.add(first)
    with pytest.raises(DuplicateIndicatorError):
        book.add(figure("X-1"))
    assert len(book) == 1


@pytest.mark.parametrize(
    ("scope", "fault"),
    [
        (None, "E009"),
        (OwnOrganisation("nothing"), "E010"),
        (OwnOrganisation("people__organisation"), "E010"),
        (OwnOrganisation("pk", hide=("nothing",)), "E011"),
        (Department() | OwnOrganisation("pk", hide=("name",)), "E011"),
        (OwnOrganisation("pk", hide=("short_name",)), "E011"),  # search_text holds it
    ],
)
def test_a_register_says_whose_rows_an_actor_may_read(scope, fault):
    assert faults_of(scope=scope) == [f"khcn.registers.{fault}"]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("bulk_fields", "phone"),
        ("bulk_fields", "name"),
        ("bulk_fields", "kind"),
        ("bulk_fields", "tax_code"),
        ("grid_fields", "kind"),
    ],
)
def test_a_field_that_no_list_may_change_is_refused(place, name):
    form = (Section("Tổ chức", "name", "kind", "governing_body", "tax_code"),)
    owned = (OwnedFields(("kind",), "Chỉ đổi bằng nút."),)
    register = type("Trial", (Register,), {**SOUND, "form": form, "owned": owned, place: (name,)})()
    unique = Organisation._meta.get_field("tax_code").unique
    expected = [] if name == "tax_code" and not unique else ["khcn.intake.E001"]
    assert [fault.id for fault in declaration_check._faults([register])] == expected


def test_what_our_registers_offer_for_changes_passes():
    assert declaration_check.check_changes(None) == []
