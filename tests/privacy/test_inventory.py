"""Each field that could hold something about a person stands in the inventory, and the inventory names what is there."""

from collections import Counter

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from khcn.kernel.actors import Role
from khcn.kernel.shipped_data import shipped_data
from khcn.parties.models import Person, User
from khcn.privacy.operations.retention import KINDS as RETENTION
from khcn.privacy.queries.inventory import FILE, KINDS, field_of, inventory, without_personal_data
from tests.web.conftest import tree, words

FIND = ("", "name", "contact", "identity", "text")
# What the program itself puts into every record: the place in the alphabet of its name, which goes with the name.
TECHNICAL = {"province", "sort_key", "illustrative"}
HOLDING = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
    models.GenericIPAddressField,
)


def fields_to_classify(persons=(Person, User)):
    """Fields that could hold something about a person: words, files, and links to persons and accounts."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name in TECHNICAL or field.primary_key or field.choices:
                continue
            if isinstance(field, HOLDING) or field.related_model in persons:
                yield f"{model._meta.label}.{field.name}"


def classified():
    return Counter([*(name for row in inventory() for name in row.fields), *without_personal_data()])


def ours(names):
    """Without the models that other tests define for themselves, which stay known to the process."""
    return {each for each in names if not field_of(each).model.__module__.startswith("tests.")}


def test_each_field_that_could_hold_something_about_a_person_is_in_one_row():
    assert sorted(ours(fields_to_classify()) - set(classified())) == []
    assert {name: times for name, times in classified().items() if times > 1} == {}


def test_each_row_names_fields_that_are_there():
    faults = []
    for name in classified():
        try:
            field_of(name)
        except (LookupError, FieldDoesNotExist) as fault:
            faults.append(f"{name}: {fault}")
    assert faults == []
    assert sorted(set(classified()) - set(fields_to_classify())) == []


def test_an_app_speaks_of_its_own_fields_alone():
    """But for the one whose file has the rows that apps of the program and of Django share."""
    for app, content in shipped_data(FILE):
        named = {
            line.partition(".")[0]
            for kind in content.values()
            for row in kind
            for line in row.get("fields", ())
        }
        assert app == "privacy" or named == {app}


def test_a_new_field_without_a_row_and_a_row_without_a_field_are_seen():
    """The two tests above do not pass because nothing is asked."""
    known = set(fields_to_classify())
    assert {"parties.Person.phone", "privacy.PersonIdentity.number", "parties.User.email"} <= known
    assert {
        "kernel_files.StoredFile.content",
        "science.TeamMember.person",
        "reports.FrozenReport.pdf",
    } <= known
    assert "parties.Person.sort_key" not in known  # goes with the name
    assert "science.TeamMember.person" not in set(fields_to_classify(persons=()))


def test_each_row_says_all_that_the_law_asks():
    assert len({row.code for row in inventory()}) == len(inventory())
    for row in inventory():
        assert row.kind in KINDS, row
        assert row.find in FIND, row
        assert all((row.title, row.fields, row.purpose, row.ground, row.seen_by, row.stored)), row


def test_the_rules_by_which_rows_are_erased_are_those_of_the_nightly_job():
    assert {row.rule for row in inventory()} - {""} == {kind.rule for kind in RETENTION}
    for kind in RETENTION:
        named = {name for row in inventory() if row.rule == kind.rule for name in row.fields}
        erased = {f"{kind.model._meta.label}.{name}" for name in kind.columns}
        assert erased <= named if kind.columns else named, kind


@pytest.mark.django_db
def test_the_page_shows_every_row_in_vietnamese(sign_in, rules, clock):
    page = sign_in(Role.ADMIN, "VP").get("/privacy/inventory/")
    text = words(page)
    assert [row.title for row in inventory() if row.title not in text] == []
    assert len(tree(page).xpath("//tbody/tr")) == len(inventory())
    assert "5 năm" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        (Role.ADMIN, "VP", 200),
        (Role.OFFICE, "VP", 200),
        (Role.LEADER, "BGD", 200),
        (Role.OFFICER, "QLKH", 403),
    ],
)
def test_who_reads_the_inventory(sign_in, role, unit, status):
    assert sign_in(role, unit).get("/privacy/inventory/").status_code == status
