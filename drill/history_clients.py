"""The clients of the drill of histories (`drill.history`), as a program on the database of DATABASE_URL, which it migrates.

Usage: python -m drill.history_clients OPERATIONS [--without LOCK]. Prints JSON: what is wrong, how many of each, seconds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from drill.history_checks import ENDS, Entry, judge, judge_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROCESSES, THREADS = 4, 8
BOOKS, TASKS, COUNCILS, MEMBERS = 4, 8, 3, 6
MONEY: Final = 1_000_000_000  # of each task
DAY: Final = date(2026, 6, 1)
_PATTERN: Final = "{number}/LS"
_ROLLED_BACK: Final = 0.05
_WRITE_LAST: Final = "UPDATE kernel_numbering_numberbook SET last = %s WHERE id = %s"


class _RolledBackError(Exception):
    """The client changes its mind."""


@dataclass(slots=True)
class Client:
    """Does one operation after the other, by chance."""

    number: int
    operations: int
    entries: list[Entry] = field(default_factory=list)

    def work(self) -> None:
        """All of them, on a connection of its own."""
        from django.db import connections  # local: settings first

        chance = random.Random(self.number)  # noqa: S311 -- what is tried
        kinds: list[Callable[[Entry, random.Random], None]] = [
            *[self._number] * 4, *[self._transfer] * 3, *[self._seat] * 2, self._read,
        ]  # fmt: skip
        for _each in range(self.operations):
            operation = chance.choice(kinds)
            entry = Entry(operation.__name__.strip("_"), time.monotonic())
            self._carry_out(operation, entry, chance)
            entry.ended = time.monotonic()
            self.entries.append(entry)
        connections.close_all()

    def _carry_out(
        self, operation: Callable[[Entry, random.Random], None], entry: Entry, chance: random.Random
    ) -> None:
        from khcn.kernel.deadlock_retry import repeat_on_deadlock  # local: settings first
        from khcn.kernel.refusals import Refused  # local: settings first

        try:
            repeat_on_deadlock(lambda: operation(entry, chance))  # as pages and interface do
            entry.outcome = "done"
        except _RolledBackError:
            entry.outcome = "rolled back"
        except Refused as refused:
            entry.outcome, entry.result = "refused", str(refused)
        except Exception as fault:  # noqa: BLE001 -- judged with the rest
            entry.outcome = f"{type(fault).__name__}: {fault}"

    def _number(self, entry: Entry, chance: random.Random) -> None:
        from django.db import transaction  # local: settings first

        from khcn.kernel.actors import SYSTEM  # local: settings first
        from khcn.kernel.numbering import operations  # local: settings first

        book, mark = f"ls-{chance.randrange(BOOKS)}", f"{self.number}/{len(self.entries)}"
        entry.about = (book, mark)
        with transaction.atomic():
            line = operations.allocate(
                book=book, unit_code="VP", on=DAY, pattern=_PATTERN, actor=SYSTEM, given_to=mark
            )
            if chance.random() < _ROLLED_BACK:
                raise _RolledBackError
        entry.result = line.number

    def _transfer(self, entry: Entry, chance: random.Random) -> None:
        """As an import writes rows: locked by ascending key, then changed together."""
        from django.db import transaction  # local: settings first

        from khcn.kernel.actors import SYSTEM, acting  # local: settings first
        from khcn.kernel.audit import row_locks  # local: settings first
        from khcn.kernel.audit.bulk_writes import bulk_change  # local: settings first
        from khcn.science.models import ScienceTask  # local: settings first

        keys = list(
            ScienceTask.objects.filter(code__startswith="LS-").order_by("pk").values_list("pk", flat=True)
        )
        giver, taker = chance.sample(keys, 2)
        amount = chance.randrange(1, 1000)
        entry.about = (giver, taker, amount)
        with transaction.atomic(), acting(SYSTEM, "điều chuyển kinh phí"):
            stored = {each.pk: each for each in row_locks.locked_all(ScienceTask, [giver, taker])}
            stored[giver].budget_total -= amount
            stored[taker].budget_total += amount
            bulk_change(stored.values(), ["budget_total"])

    def _seat(self, entry: Entry, chance: random.Random) -> None:
        """Swap two roles; or let the chair be a member, or a member chair, each as somebody who has just opened the form."""
        from django.db import transaction  # local: settings first

        from khcn.councils.models import CouncilMember, CouncilRole  # local: settings first
        from khcn.councils.register import SWAP_ROLES  # local: settings first
        from khcn.kernel.actions.running import run as run_action  # local: settings first
        from khcn.kernel.actors import SYSTEM  # local: settings first
        from khcn.kernel.audit.record_versions import version_of  # local: settings first
        from khcn.kernel.refusals import Stale  # local: settings first
        from khcn.kernel.registers.registry import register_of  # local: settings first
        from khcn.kernel.registers.writing import locked_to_write, save_row  # local: settings first

        council = chance.randrange(COUNCILS)
        seats = list(
            CouncilMember.objects.filter(council__code=f"LS-{council}")
            .select_related("person")
            .order_by("pk")
        )
        register: Any = register_of(CouncilMember)
        if chance.random() < 0.5:  # noqa: PLR2004 -- half of them
            first, second = chance.sample(seats, 2)
            entry.about = ("swap", first.pk, second.pk)
            run_action(SWAP_ROLES, register, first.pk, {"person": second.person}, actor=SYSTEM, on=DAY)
            return
        chairs = [each for each in seats if each.role == CouncilRole.CHAIR]
        members = [each for each in seats if each.role == CouncilRole.MEMBER]
        chosen, role = (
            (chairs[0], CouncilRole.MEMBER) if chairs else (chance.choice(members), CouncilRole.CHAIR)
        )
        entry.about = (role.value, chosen.pk)
        with transaction.atomic():
            stored = locked_to_write(register, chosen.pk)
            if version_of(stored) != version_of(chosen):
                raise Stale("somebody has changed it since")
            stored.role = role
            save_row(register, stored, actor=SYSTEM, on=DAY)

    def _read(self, entry: Entry, _chance: random.Random) -> None:
        entry.result = totals()


def totals() -> dict[str, Any]:
    """Money of all tasks, each by one statement; and of each council how many there are of each role."""
    from django.db.models import Count, Sum  # local: settings first

    from khcn.councils.models import CouncilMember  # local: settings first
    from khcn.science.models import ScienceTask  # local: settings first

    money = ScienceTask.objects.filter(code__startswith="LS-").aggregate(total=Sum("budget_total"))["total"]
    rows = CouncilMember.objects.filter(council__code__startswith="LS-").values_list("council", "role")
    return {
        "money": int(money),
        "roles": [list(each) for each in rows.annotate(n=Count("pk")).order_by("council", "role")],
    }


# ------------------------------------------------------------------------------------- the world


def _prepare() -> None:
    from django.core.management import call_command  # local: settings first

    from khcn.councils.models import Council, CouncilKind, CouncilMember, CouncilRole  # local: settings first
    from khcn.kernel.actors import SYSTEM, acting  # local: settings first
    from khcn.parties.models import Person  # local: settings first
    from khcn.science.enums import ManagingSide, TaskLevel, TaskType  # local: settings first
    from khcn.science.models import ScienceTask  # local: settings first

    call_command("migrate", verbosity=0)
    with acting(SYSTEM, "diễn tập"):
        for number in range(TASKS):
            ScienceTask(
                code=f"LS-{number}", title=f"Nhiệm vụ {number}", task_type=TaskType.RESEARCH_TOPIC, level=TaskLevel.PROVINCE,
                managing_side=ManagingSide.PROVINCE, start_year=2026, budget_total=MONEY,
            ).save()  # fmt: skip
        roles = [CouncilRole.CHAIR, CouncilRole.SECRETARY, CouncilRole.REVIEWER]
        for number in range(COUNCILS):
            council = Council(
                code=f"LS-{number}",
                kind=CouncilKind.ACCEPTANCE,
                name=f"Hội đồng {number}",
                established_on=date(2026, 1, 5),
            )
            council.save()
            for place in range(MEMBERS):
                person = Person(full_name=f"Thành viên {number}.{place}")
                person.save()
                role = roles[place] if place < len(roles) else CouncilRole.MEMBER
                CouncilMember(council=council, person=person, role=role, from_on=date(2026, 1, 5)).save()


def _work(place: int, operations: int) -> list[Entry]:
    """A process of eight clients; gives what they did."""
    from django.db import connections  # local: settings first

    connections.close_all()
    clients = [Client(place * THREADS + number, operations) for number in range(THREADS)]
    threads = [threading.Thread(target=each.work) for each in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [entry for each in clients for entry in each.entries]


@contextmanager
def _without_rows() -> Iterator[None]:
    """Rows are read, and not locked."""
    from khcn.kernel.audit import row_locks  # local: settings first

    def read(model: Any, pks: Any) -> list[Any]:
        return list(model._base_manager.filter(pk__in=pks).order_by("pk"))

    with mock.patch.object(row_locks, "locked_all", read):
        yield


@contextmanager
def _without_council() -> Iterator[None]:
    """Who changes a seat does not lock the council."""
    from khcn.councils.operations import SeatWriter  # local: settings first

    with mock.patch.object(SeatWriter, "lock", return_value=None):
        yield


@contextmanager
def _without_book() -> Iterator[None]:
    """A book is read and then written, instead of counted up in one statement; nobody waits for the book."""
    from django.db import connection  # local: settings first

    from khcn.kernel.numbering import operations  # local: settings first
    from khcn.kernel.numbering.models import NumberBook  # local: settings first

    def count_up(key: dict[str, Any], _pattern: str, _on: date) -> NumberBook | None:
        book = NumberBook.objects.filter(**key).first()
        if book is not None:
            book.last += 1
            with connection.cursor() as cursor:
                cursor.execute(_WRITE_LAST, [book.last, book.pk])
        return book

    with mock.patch.object(operations, "_count_up", count_up):
        yield


LOCKS: Final = {"rows": _without_rows, "council": _without_council, "book": _without_book}


def main() -> None:
    """Prepare, let the clients work, judge, and print what was found as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("operations", type=int)
    parser.add_argument("--without", choices=LOCKS)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    import django  # local: settings first

    django.setup()
    from django.db import connections  # local: settings first

    from khcn.kernel.audit.jobs import verify_log_job  # local: settings first
    from khcn.kernel.numbering.models import IssuedNumber  # local: settings first

    _prepare()
    before, started = totals(), time.monotonic()
    connections.close_all()
    share = -(-given.operations // (PROCESSES * THREADS))
    fork = multiprocessing.get_context("fork")
    with LOCKS[given.without]() if given.without else nullcontext(), fork.Pool(PROCESSES) as pool:
        done = pool.starmap(_work, [(place, share) for place in range(PROCESSES)])
    took = time.monotonic() - started
    entries = [entry for each in done for entry in each]
    stored = list(IssuedNumber.objects.values_list("book__book", "number", "given_to"))
    faults = judge(entries, before, totals()) + judge_numbers(entries, stored)
    if not given.without:
        verify_log_job()
    counts = Counter(f"{each.kind} {each.outcome}" for each in entries if each.outcome in ENDS)
    print(json.dumps({"faults": faults, "counts": counts, "seconds": took}))


if __name__ == "__main__":
    main()
