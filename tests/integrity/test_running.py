"""How rules are declared, asked and stored: nothing hides anything else, and no number of rows asks more statements."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.integrity import jobs, running
from khcn.kernel.integrity.models import IntegrityCheck
from khcn.kernel.integrity.running import MOST_STORED, RuleResult, ask, ask_all, asked_here, store_check
from khcn.kernel.integrity_rules import BadRuleError, IntegrityLevel, IntegrityRegistry, IntegrityRule, rules
from khcn.parties.models import Organisation
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.integrity.given import AT, NOW, put

pytestmark = pytest.mark.django_db
WORDS = {"title": "t", "explanation": "e", "remedy": "r"}


def a_rule(query, name="parties.x", **more):
    return IntegrityRule(name=name, query=query, **WORDS, **more)


def test_there_are_at_least_sixty_rules_each_with_its_words():
    assert len(rules) >= 60
    for rule in rules:
        words = [str(rule.title), str(rule.explanation), str(rule.remedy)]
        assert all(len(each) > 10 for each in words), rule.name
        assert len(set(words)) == 3, rule.name
        assert all(rules.find(each) is not None for each in rule.implies)


def test_a_name_is_given_once_and_says_the_area():
    made = IntegrityRegistry()
    made.add(a_rule(None))
    for name in ("parties.x", "x", "Parties.y", ""):
        with pytest.raises(BadRuleError):
            made.add(a_rule(None, name))


def test_a_rule_that_cannot_be_asked_hides_no_other():
    def broken(_now):
        return Organisation.objects.extra(where=["gone = 1"])

    OrganisationFactory()
    good = a_rule(lambda _now: Organisation.objects.all(), "parties.y")
    first, second = ask_all(AT, [a_rule(broken), good])
    assert (first.count, first.fault in {"OperationalError", "ProgrammingError"}) == (0, True)
    assert (second.count, second.fault, second.model) == (1, "", "parties.organisation")


def test_of_many_offenders_the_first_are_stored_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(running, "MOST_STORED", 2)
    made = [OrganisationFactory().pk for _each in range(3)]
    found = ask(a_rule(lambda _now: Organisation.objects.all()), NOW)
    assert (found.count, found.keys) == (3, made[:2])
    words = ask(a_rule(lambda _now: (f"{each}" for each in range(5))), NOW)
    assert (words.count, words.keys, words.model) == (5, ["0", "1"], "")
    assert MOST_STORED == 200


def test_the_number_of_statements_does_not_follow_the_number_of_rows():
    def statements():
        with CaptureQueriesContext(connection) as asked:
            ask_all(AT)
        return len(asked)

    ScienceTaskFactory()
    few = statements()
    for _each in range(5):
        ScienceTaskFactory()
    assert statements() == few


def test_since_when_a_rule_has_been_broken_stays_until_it_holds():
    def run(day, count):
        results = [RuleResult("science.task_side", "error", count)]
        return store_check(results, started_at=day, finished_at=day).results[0]["since"]

    assert run(AT, 2) == "2023-12-01"
    assert run(AT + timedelta(days=3), 1) == "2023-12-01"
    assert run(AT + timedelta(days=4), 0) == ""
    assert run(AT + timedelta(days=5), 1) == "2023-12-06"


def test_a_run_counts_rules_by_level():
    results = [
        RuleResult("a.b", "error", 7),
        RuleResult("a.c", "warning", 1),
        RuleResult("a.d", "warning", 2),
        RuleResult("a.e", "error", fault="OSError"),
    ]
    check = store_check(results, started_at=AT, finished_at=AT)
    assert (check.errors, check.warnings, check.failed) == (1, 2, 1)


def test_the_nightly_run_asks_all_and_forgets_runs_of_months_ago():
    old = AT - timedelta(days=3000)
    store_check([], started_at=old, finished_at=old)
    jobs.check_data_job()
    [check] = IntegrityCheck.objects.all()
    assert {each["rule"] for each in check.results} == {each.name for each in asked_here()}
    assert (check.errors, check.failed) == (0, 0)


def lines_of(*arguments):
    out = StringIO()
    try:
        call_command("check_data", *arguments, stdout=out)
    except CommandError as ended:
        return out.getvalue().splitlines(), str(ended)
    return out.getvalue().splitlines(), ""


def test_the_command_prints_each_rule_and_fails_on_an_error():
    lines, ended = lines_of()
    assert ended == ""
    assert len(lines) == len(asked_here()) + 1
    task = put(ScienceTaskFactory(), managing_side="central")
    lines, ended = lines_of("--rule", "science.task_side", "--keys")
    assert lines[0].split() == ["Lỗi", "1", *lines[0].split()[2:]]
    assert lines[1].strip() == str(task.pk)
    assert "Kiểm tra dữ liệu" in ended
    assert IntegrityCheck.objects.count() == 1  # of the run of all rules
    lines, ended = lines_of("--rule", "science.gone")
    assert (lines, "science.gone" in ended) == ([], True)


def test_a_warning_does_not_fail_the_command():
    OrganisationFactory(tax_code="1")
    lines, ended = lines_of("--rule", "parties.tax_code_shape")
    assert (lines[0].split()[:3], ended) == (["Cảnh", "báo", "1"], "")
    assert rules.find("parties.tax_code_shape").level is IntegrityLevel.WARNING
