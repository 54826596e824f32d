"""A rule that deadlines count by cannot be ended, moved or deleted without a successor, and nothing starts without it."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.utils import timezone

from bench.service import environment
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.startup_checks import missing_rules, refuse_start_without_rules
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.reference.models import RuleParameter
from khcn.reference.operations import enter_shipped_rules
from khcn.reference.operations.rule_coverage import first_gap
from khcn.reference.queries import version_of
from tests.conftest import ROOT
from tests.factories.base import an_actor
from tests.factories.reference import RuleParameterFactory
from tests.kernel.intake_sample import book_of
from tests.web.conftest import form_values, tree, words

CODE = "science.check_months"
PLACE = "/reference/rule-parameters/"
WHY = "Thời hạn “Kiểm tra định kỳ tiếp theo” được tính theo tham số science.check_months, mà từ ngày"
OFFICE = an_actor(Role.OFFICE, "VP", user_id=8)


@pytest.fixture
def rule(db):
    enter_shipped_rules(actor=SYSTEM)
    return RuleParameter.objects.get(code=CODE)


@pytest.fixture
def office(sign_in):
    return sign_in(Role.OFFICE, "VP")


def edited(client, row, **values):
    address = f"{PLACE}{row.pk}/edit/"
    answer = client.post(address, {**form_values(tree(client.get(address))), **values})
    return "" if answer.status_code == 303 else words(answer)


def patched(client, row, **values):
    at = f"/api{PLACE}{row.pk}/"
    answer = client.patch(at, values, content_type="application/json", headers={"If-Match": "*"})
    return "" if answer.status_code == 200 else answer.json()["message"]


def imported(*rows):
    batch = intake.upload(
        content=book_of(RuleParameter, list(rows)), name="tep.xlsx", actor=OFFICE, on=timezone.localdate()
    )
    found = intake.preview(batch=batch, actor=OFFICE, on=timezone.localdate())
    if not found.is_ready:
        return [f"{each.message} {each.remedy}" for each in found.errors]
    intake.confirm_import(batch=batch, actor=OFFICE, on=timezone.localdate())
    return []


def as_row(row, **values):
    shown = {"code": row.code, "label": row.label, "value": "6", "unit": "tháng"}
    return {**shown, "valid_from": f"{row.valid_from:%d/%m/%Y}", **values}


def test_a_rule_is_not_ended_moved_or_made_useless(office, rule):
    for values, text in (
        ({"valid_to": "1/1/2030"}, f"{WHY} 01/01/2030"),
        ({"valid_from": "1/1/2090"}, WHY),
        ({"code": "science.other"}, WHY),
        ({"unit": "person"}, WHY),
    ):
        assert text in edited(office, rule, **values), values
    assert f"{WHY} 01/01/2030" in patched(office, rule, valid_to="2030-01-01")
    assert f"{WHY} 01/01/2030" in imported(as_row(rule, valid_to="1/1/2030"))[0]
    assert missing_rules(on=date(2095, 1, 1)) == []
    assert edited(office, rule, value="7") == ""


def test_a_rule_is_not_deleted(office, rule):
    assert WHY in words(office.post(f"{PLACE}{rule.pk}/delete/", follow=True))
    refused = office.delete(f"/api{PLACE}{rule.pk}/", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "rule_in_use")
    assert RuleParameter.objects.filter(pk=rule.pk).exists()


def test_with_a_successor_it_is(office, rule):
    next_year = date(timezone.localdate().year + 1, 1, 1)
    successor = RuleParameterFactory(code=CODE, value=12, unit="month", valid_from=next_year)
    assert WHY in edited(
        office, rule, valid_to=f"{next_year - timedelta(days=1):%d/%m/%Y}"
    )  # a day is missing
    assert edited(office, rule, valid_to=f"{next_year:%d/%m/%Y}") == ""
    again = "áp dụng lại tham số quy định"
    assert again in words(office.post(f"{PLACE}{successor.pk}/delete/", follow=True))
    assert missing_rules(on=next_year) == []
    assert WHY in words(office.post(f"{PLACE}{rule.pk}/delete/", follow=True))


def test_one_file_brings_the_end_and_the_successor(rule):
    end, begin = as_row(rule, valid_to="1/1/2030"), as_row(rule, valid_from="1/1/2030", value="12")
    assert imported(end, begin) == []
    rows = RuleParameter.objects.filter(code=CODE).order_by("valid_from")
    assert list(rows.values_list("value", "valid_to")) == [
        (6, date(2030, 1, 1)),
        (12, None),
    ]


def test_an_import_that_brought_the_rule_is_not_undone(db):
    assert (
        imported({"code": CODE, "label": "Kiểm tra", "value": "6", "unit": "tháng", "valid_from": "1/1/2014"})
        == []
    )
    with pytest.raises(UndoConflict) as refused:
        intake.undo_import(batch=Batch.objects.latest("pk"), actor=OFFICE, on=timezone.localdate())
    (conflict,) = refused.value.conflicts
    assert (conflict.label, CODE in conflict.why) == ("Kiểm tra", True)
    assert RuleParameter.objects.filter(code=CODE).exists()


def test_rules_that_no_deadline_asks_for_are_free(office, db):
    other = RuleParameterFactory(code="council.quorum")
    assert edited(office, other, valid_to="1/1/2030") == ""
    assert office.post(f"{PLACE}{other.pk}/delete/").status_code == 303


@pytest.mark.parametrize(
    ("spans", "gap"),
    [
        ([], 5),
        ([(1, None)], None),
        ([(6, None)], 5),
        ([(1, 9)], 9),
        ([(1, 9), (9, None)], None),
        ([(1, 9), (10, None)], 9),
        ([(1, 20), (3, 9)], 20),
        ([(1, 5), (5, 8), (7, None)], None),
    ],
)
def test_the_first_day_without_a_version(spans, gap):
    day = lambda number: number and date(2026, 3, number)  # noqa: E731
    rows = [
        RuleParameter(code=CODE, value=6, unit="month", valid_from=day(start), valid_to=day(end))
        for start, end in spans
    ]
    assert first_gap([version_of(row) for row in rows], day(5)) == day(gap)


# ------------------------------------------------------------------------------------------- start-up


def test_the_command_mends_what_was_ended_past_the_program(rule):
    ended = timezone.localdate() - timedelta(days=3)
    QuerySet(RuleParameter).filter(code=CODE).update(valid_to=ended)
    with pytest.raises(CommandError) as refused:
        refuse_start_without_rules(on=timezone.localdate())
    text = str(refused.value)
    assert f"{CODE}: “{registry.kinds['science.check'].label}”\n" in text
    assert "./khcn rules" in text
    call_command("rules")
    assert missing_rules(on=timezone.localdate()) == []
    assert list(
        RuleParameter.objects.filter(code=CODE).values_list("value", "valid_from").order_by("valid_from")
    ) == [
        (6, rule.valid_from),
        (6, ended),
    ]


def khcn(data, *words, **options):
    return subprocess.run(
        [sys.executable, "-m", "khcn", *words],
        env=environment(data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def test_neither_server_nor_worker_starts_without_its_rules(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    end_all = (
        "from khcn.reference.models import RuleParameter as R; from django.db.models import QuerySet;"
        "from khcn.reference.operations import enter_shipped_rules as e; from khcn.kernel.actors import SYSTEM;"
        "e(actor=SYSTEM); QuerySet(R).update(valid_to='2026-01-02')"
    )
    assert khcn(tmp_path, "shell", "-c", end_all).returncode == 0
    for command in (("serve", "--port", "0", "--no-worker"), ("work",)):
        refused = khcn(tmp_path, *command)
        assert refused.returncode != 0, command
        for code in registry.rule_codes():
            assert f"{code}: “" in refused.stderr, command
        assert "./khcn rules" in refused.stderr
        assert "Traceback" not in refused.stderr
