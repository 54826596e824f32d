"""Histories of many clients are checked as a whole (quality bar R22); `./khcn drill history` does it at length, on both databases."""

import pytest

from drill.history import carry_out
from drill.history_checks import Entry, judge, judge_numbers
from tests.own_database import postgresql_database

OPERATIONS = 640  # twenty of each client


@pytest.mark.xdist_group("programs")
def test_nothing_is_lost_or_doubled_between_thirty_two_clients(tmp_path):
    with postgresql_database() as address:
        found = carry_out(tmp_path, address, OPERATIONS)
    assert found["faults"] == []
    assert sum(found["counts"].values()) == OPERATIONS


@pytest.mark.xdist_group("programs")
def test_without_a_lock_on_rows_money_is_lost_and_the_check_finds_it(tmp_path):
    with postgresql_database() as address:
        faults = carry_out(tmp_path, address, OPERATIONS, without="rows")["faults"]
    assert "money" in {each.split()[0] for each in faults}  # and perhaps more: it is left to chance


TOTALS = {"money": 10, "roles": [[1, "chair", 1], [1, "reviewer", 2]]}


def read(**totals):
    return Entry("read", 0, 1, "done", result=TOTALS | totals)


@pytest.mark.parametrize(
    ("entries", "after", "faults"),
    [
        ([], {}, []),
        ([read()], {}, []),
        ([Entry("seat", 0, 1, "refused")], {}, []),
        ([Entry("seat", 0, 1, "DatabaseError: x")] * 2, {}, ["2 × seat: DatabaseError: x"]),
        ([], {"money": 9}, ["money 9 at the end, 10 before"]),
        ([read(money=11)], {}, ["money 11 while others wrote, 10 before"]),
        (
            [read(roles=[[1, "chair", 2], [1, "reviewer", 2]])],
            {},
            ["council 1 had more than one chair"],
        ),
        (
            [],
            {"roles": [[1, "chair", 1], [1, "member", 1], [1, "reviewer", 1]]},
            ["roles that only a swap moves are not as many as before"],
        ),
    ],
)
def test_what_is_wrong_with_totals(entries, after, faults):
    assert judge(entries, TOTALS, TOTALS | after) == faults


def number(mark, result, begun, ended, outcome="done"):
    return Entry("number", begun, ended, outcome, ("a", mark), result)


@pytest.mark.parametrize(
    ("entries", "stored", "faults"),
    [
        ([number("x", 1, 0, 1), number("y", 2, 0.5, 2)], [("a", 1, "x"), ("a", 2, "y")], []),
        ([number("x", 1, 0, 1)], [], ["('a', 'x') got 1, on record None"]),
        ([number("x", 1, 0, 1)], [("a", 2, "x")], ["numbers of a are not 1 to 1", "('a', 'x') got 1, on record 2"]),
        ([number("x", None, 0, 1, "rolled back")], [("a", 1, "x")], ["('a', 'x') was rolled back and is on record"]),
        ([], [("a", 1, "x"), ("a", 2, "x")], ["('a', 'x') is there 2 times"]),
        (
            [number("x", 2, 0, 1), number("y", 1, 2, 3)],
            [("a", 2, "x"), ("a", 1, "y")],
            ["a: a number greater than 1 was answered before it was asked for"],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_numbers(entries, stored, faults):
    assert judge_numbers(entries, stored) == faults
