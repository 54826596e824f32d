"""Each rule of integrity finds its violation, written round the program, and nothing of the violations of the others."""

from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings

from khcn.kernel.integrity.running import ask_all
from khcn.kernel.integrity_rules import rules
from tests.integrity.given import AT, SEEDS

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("integrity")]
TESTS = Path(__file__).resolve().parents[1]
for _path in sorted(TESTS.glob("*/*seeds.py")):  # here, and those of an area in its own folder
    import_module(f"tests.{_path.parent.name}.{_path.stem}")


def as_key(record):
    return record.pk if isinstance(record, Model) else record


def keys_of(given):
    return [as_key(each) for each in (given if isinstance(given, list) else [given])]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """All violations beside each other, and what the rules find of them; taken back after the module."""
    # Other tests leave files in the storage of the process; here is a new one.
    fresh = override_settings(STORAGES=dict(settings.STORAGES))
    with fresh, django_db_blocker.unblock(), transaction.atomic():
        before = {each.rule: each for each in ask_all(AT)}
        expected = defaultdict(list)
        for name, makers in SEEDS.items():
            for make, database in makers:
                if database not in {"", connection.vendor}:
                    continue
                given = make()
                given = given if isinstance(given, dict) else {"": given}
                assert set(given) - {""} <= set(rules.find(name).implies)
                for about, records in given.items():
                    expected[about or name] += keys_of(records)
        after = {each.rule: each for each in ask_all(AT)}
        yield before, expected, after
        transaction.set_rollback(True)


def test_a_rule_finds_its_violation_and_nothing_else(world):
    """Each rule that this database can break."""
    before, expected, after = world
    assert set(before) == set(after)
    found = {name: sorted(map(str, each.keys)) for name, each in after.items()}
    assert found == {name: sorted(map(str, expected[name])) for name in after}
    for name, each in after.items():
        assert (before[name].count, before[name].fault, each.fault) == (0, "", ""), name
        assert each.count == len(expected[name]) > 0, name
