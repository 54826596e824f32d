"""Counted look-ups of labels are written, and codes noticed that may be on more than one label (docs/adr/0060)."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections import defaultdict
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Sum

from khcn.kernel.deadlock_retry import repeat_on_deadlock
from khcn.kernel.query_chunks import chunks
from khcn.kernel.request_quotas import PausedCounts
from khcn.reference.models import RuleParameter
from khcn.trace.models import CopiedCode, ScanDay, ScanKey, ScanNetwork
from khcn.trace.operations.page_writing import write_pages
from khcn.trace.operations.scan_buffer import MOST_NETWORKS, SCANS
from khcn.trace.store.database.sql import Sql, fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from khcn.trace.operations.scan_buffer import Noted, ScanBuffer

log = logging.getLogger(__name__)

NETWORKS_RULE: Final = "trace.copy_networks"
DAYS_RULE: Final = "trace.copy_days"
WRITTEN_EVERY: Final = 10.0
"""Seconds between two writings of what a process has counted."""

MOST_DAYS: Final = 92
"""Days over which networks are compared at most: for longer nobody has to be remembered to notice a copy."""

_CHUNK: Final = 200
_NUMBERS: Final = 2  # bytes of the number of a network: 256 networks of IPv4 have each
"""A number of two bytes: also who has the key finds out no more than that one of 256 networks of IPv4 was it."""


class CopyRule(NamedTuple):
    """From how many networks a code is looked up within how many days before it may be on more than one label."""

    networks: int
    days: int


def copy_rule(on: date) -> CopyRule | None:
    """The rule of a day; None where the department has none that can be meant: then nothing is noticed, and no network noted."""
    networks, days = (RuleParameter.objects.in_force(code, on=on) for code in (NETWORKS_RULE, DAYS_RULE))
    if networks is None or days is None:
        return None
    found = CopyRule(networks.value, days.value)
    return found if found.networks > 1 and 0 < found.days <= MOST_DAYS else None  # one place is none


def write_scans(scans: ScanBuffer = SCANS) -> None:
    """Write what was counted, in short transactions; where one fails, it and those behind it wait for the next time."""
    parts = scans.take().parts(_CHUNK)
    for number, part in enumerate(parts):
        try:
            repeat_on_deadlock(partial(_write, part))
        except BaseException:
            for waiting in parts[number:]:
                scans.give_back(waiting)
            raise


def _write(noted: Noted) -> None:
    with transaction.atomic():
        _add(ScanDay, ("path", "day"), [((path, day), count) for (day, path), count in noted.paths.items()])
        by_day: defaultdict[date, dict[str, Mapping[str, int]]] = defaultdict(dict)
        for (day, thing), of_day in noted.networks.items():
            by_day[day][thing] = of_day
        for day, things in sorted(by_day.items()):
            rule = copy_rule(day)
            if rule is None:
                continue
            _write_networks(things, day, rule)
            _notice_copies(sorted(things), noted.lots, day, rule)


def _add(model: type[Any], key: tuple[str, ...], rows: Iterable[tuple[tuple[Any, ...], int]]) -> None:
    """Add numbers of look-ups to stored ones, of many rows in one statement; in order, so that two processes never wait for each other."""
    table, columns = model._meta.db_table, ", ".join((*key, "scans"))
    fields = [model._meta.get_field(name) for name in key]
    for part in chunks(sorted(rows), _CHUNK):
        places = ", ".join([f"({', '.join(['%s'] * (len(key) + 1))})"] * len(part))
        values = [
            value
            for given, count in part
            for value in (
                *(each.get_db_prep_save(one, connection) for each, one in zip(fields, given, strict=True)),
                count,
            )
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {places} "  # noqa: S608 -- names of the model
                f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET scans = {table}.scans + excluded.scans",
                values,
            )


# ------------------------------------------------------------------------------------------- networks


def periods_of(day: date, days: int) -> list[date]:
    """The periods under whose keys the look-ups of a day are noted: each month that has some of the last `days`, so that these can be
    compared with one another.
    """
    return sorted({(day - timedelta(days=ago)).replace(day=1) for ago in range(days)})


def _first_period(day: date, days: int) -> date:
    return (day - timedelta(days=days - 1)).replace(day=1)


def _locked_key_of(period: date) -> bytes:
    """The key of a period, locked: of processes that note networks at the same time none would see what the others note, and none notice
    that they are many.
    """
    found, _is_new = ScanKey.objects.select_for_update().get_or_create(
        period=period, defaults={"secret": secrets.token_hex(32)}
    )
    return bytes.fromhex(found.secret)


def _number(key: bytes, thing: str, network: str) -> int:
    digest = hmac.digest(key, f"{thing}\n{network}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:_NUMBERS])


def _write_networks(things: Mapping[str, Mapping[str, int]], day: date, rule: CopyRule) -> None:
    most = max(MOST_NETWORKS, rule.networks)
    for period in periods_of(day, rule.days):
        key = _locked_key_of(period)
        stored = defaultdict(set)
        known = ScanNetwork.objects.filter(thing__in=things, period=period, day=day)
        for thing, number in known.values_list("thing", "network"):
            stored[thing].add(number)
        rows: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        for thing, networks in sorted(things.items()):
            for network, count in networks.items():
                number = _number(key, thing, network)
                if number in stored[thing] or len(stored[thing]) < most:
                    stored[thing].add(number)
                    rows[thing, period, day, number] += count
        _add(ScanNetwork, ("thing", "period", "day", "network"), rows.items())


# ------------------------------------------------------------------------------------------- copies


def _notice_copies(things: Sequence[str], lots: Mapping[str, str], day: date, rule: CopyRule) -> None:
    """Notice which of some codes were looked up from so many networks within the days of the rule."""
    rows = ScanNetwork.objects.filter(
        thing__in=things,
        period=_first_period(day, rule.days),
        day__gt=day - timedelta(days=rule.days),
    )
    many = (
        rows.values("thing").annotate(found=Count("network", distinct=True)).filter(found__gte=rule.networks)
    )
    found = sorted(many.order_by().values_list("thing", flat=True))
    if not found:
        return
    counts: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    by_day = rows.filter(thing__in=found).values("thing", "day").annotate(Count("network"), Sum("scans"))
    for thing, of, networks, scans in by_day.order_by().values_list(
        "thing", "day", "network__count", "scans__sum"
    ):
        counts[thing][of.isoformat()] = [networks, scans]
    stored = CopiedCode.objects.in_bulk(found)
    for thing in found:
        code = stored.get(thing)
        if code is None:
            new = CopiedCode(thing=thing, lot=lots[thing], noticed_on=day, counts=counts[thing])
            CopiedCode.objects.bulk_create([new], ignore_conflicts=True)  # another process may have
        elif code.reviewed_on is None:
            CopiedCode.objects.filter(pk=thing).update(counts={**code.counts, **counts[thing]})
        elif not code.is_warned and _networks_since(rows, thing, code.reviewed_on) >= rule.networks:
            since = {of: each for of, each in counts[thing].items() if of > code.reviewed_on.isoformat()}
            CopiedCode.objects.filter(pk=thing, reviewed_on=code.reviewed_on).update(
                noticed_on=day, counts=since, reviewed_on=None, is_warned=True
            )


def _networks_since(rows: Any, thing: str, reviewed_on: date) -> int:
    count: int = rows.filter(thing=thing, day__gt=reviewed_on).aggregate(n=Count("network", distinct=True))[
        "n"
    ]
    return count


def review_copied_code(*, thing: str, on: date, is_warned: bool) -> None:
    """A person has looked at it: whether its page goes on to warn."""
    CopiedCode.objects.filter(pk=thing).update(reviewed_on=on, is_warned=is_warned)


# ------------------------------------------------------------------------------------------- what does not stay


def take_scans(*, before: date) -> list[tuple[str, date, int]]:
    """Path, day and number of look-ups of the days before one, which are removed: within the transaction in which they become something else."""
    table = ScanDay._meta.db_table
    statement = f"DELETE FROM {table} WHERE day < %s RETURNING path, day, scans"  # noqa: S608 -- a name of the model
    rows = fetch(Sql(statement, (ScanDay._meta.get_field("day").get_db_prep_save(before, connection),)))
    return [
        (path, day if isinstance(day, date) else date.fromisoformat(day), scans) for path, day, scans in rows
    ]


def forget_networks(*, on: date) -> None:
    """Throw away the networks that no rule asks for any more, and their keys."""
    rule = copy_rule(on)
    with transaction.atomic():
        networks = ScanNetwork.objects.all()
        if rule is not None:
            networks = networks.filter(day__lte=on - timedelta(days=rule.days))
        networks.delete()
        used = [on] if rule is None else periods_of(on, rule.days)
        ScanNetwork.objects.filter(period__lt=min(used)).delete()
        ScanKey.objects.filter(period__lt=min(used)).delete()
        if rule is not None:  # of those that were no copies nothing is asked any more either
            past = on - timedelta(days=rule.days)
            CopiedCode.objects.filter(is_warned=False, reviewed_on__lte=past).delete()


# ------------------------------------------------------------------------------------------- in a process that serves pages


def begin_writing_scans() -> None:
    """Write what this process counts, and store the pages it has made, every few seconds in a thread of its own."""
    threading.Thread(target=_write_for_ever, name="scans", daemon=True).start()


def _write_for_ever() -> None:
    failures = PausedCounts()
    while True:
        time.sleep(WRITTEN_EVERY)
        try:
            write_scans()
            write_pages()
        except Exception as fault:
            if failures.add(type(fault)):  # a database that is away is reported once a minute
                log.warning("look-ups of labels or pages were not written", exc_info=fault)
        finally:
            connection.close()
