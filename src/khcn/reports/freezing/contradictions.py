"""Corrections that a signed report would contradict: it printed something of a record, and the records would say otherwise.

What is asked is not whether a report used the record but whether what it printed would change, as of the last day of its
period. A value that was entered after the signature is not in the report, so it is corrected, removed and undone without
a replacement, also where the report would print it today: the log tells which values were so on signing.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db.models import F

from khcn.kernel.actions.dependents import Contradicted
from khcn.kernel.audit.logged_values import snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.fields.links import links_to
from khcn.kernel.indicators import IndicatorRegistry, registry
from khcn.kernel.query_chunks import CHUNK, chunks
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.text.language import in_vietnamese
from khcn.reports.composing.printed_records import printed_record
from khcn.reports.freezing.dependents import report_as_dependent
from khcn.reports.freezing.differences import printed_tables
from khcn.reports.freezing.openings import OpenReplacements, counted_by_reports, lock_lines
from khcn.reports.freezing.replacement import open_replacements, replacements
from khcn.reports.models import FrozenFigure, ReportInstance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from khcn.reports.composing.printed_records import PrintedRecord

    Item = tuple[str, int]  # a record by the name of its model and its key
    Printed = dict[
        tuple[str, Item], tuple[Any, PrintedRecord]
    ]  # by code of the figure and record: the row that it printed

# The mark of a correction, which every correction sets, is no fact of the record.
_NO_FACTS: Final = frozenset({"corrected"})
_EMPTY: Final = (None, "")


@dataclass(frozen=True, slots=True)
class SignedReports:
    """The signed reports as what corrections are compared with (`khcn.kernel.actions.dependents.SignedContent`)."""

    known: IndicatorRegistry = registry

    def __call__(self, records: Sequence[Model]) -> ReportComparison:
        """Lock the reports that printed something of these records, and read what they would print now."""
        return ReportComparison(records, self.known)


class _Signed:
    """A signed report: those of the records that it counted, and its figures that could print them, whichever did."""

    def __init__(self, instance: Any, counted: Collection[Item]) -> None:
        self.instance: ReportInstance = instance
        self.signed_at: datetime = instance.signed_at
        self.period = instance.period()
        self.keys = _by_model(counted)
        figures = FrozenFigure.objects.filter(report__instance=instance, model__in=self.keys)
        self.figures = list(figures.values_list("code", "model"))
        self.tables = printed_tables(instance)


class ReportComparison:
    """Signed reports before and after a correction."""

    def __init__(self, records: Sequence[Model], known: IndicatorRegistry) -> None:
        self._known = known
        self._before: dict[Item, Any] = dict(_stored((each._meta.label_lower, each.pk) for each in records))
        self._sources = _sources(self._before)
        counted = counted_by_reports(self._sources)
        lock_lines(set(counted))
        replaced = replacements().filter(frozen__isnull=False).values("replaces")
        reports = ReportInstance.objects.filter(pk__in=counted).exclude(pk__in=replaced)
        signed = reports.select_related("form_version").annotate(signed_at=F("frozen__created_at"))
        self._reports = [_Signed(each, counted[each.pk]) for each in signed.order_by("pk")]
        self._was = [self._printed(each) for each in self._reports]
        first = min((each.signed_at for each in self._reports), default=None)
        self._written = _written_since(self._before, first)

    def contradictions(self) -> list[Contradicted]:
        """Those corrected records that a report in force contradicts; those that an open replacement let through are kept
        with it.
        """
        openings = open_replacements(whole_lines=False) if self._reports else {}
        opened: dict[int, list[Model]] = {}
        found = []
        for report, was in zip(self._reports, self._was, strict=True):
            records = self._with_signed_facts(report, was)
            if records and report.instance.pk in openings:
                opened[openings[report.instance.pk]] = records
            else:
                found += [
                    Contradicted(each, report_as_dependent(report.instance, each.pk)) for each in records
                ]
        if not found:
            OpenReplacements().mark(opened)
        return found

    def _printed(self, report: _Signed) -> Printed:
        found: Printed = {}
        for code, model in report.figures:
            if code not in self._known:
                continue
            for row in _only(self._known[code].rows(report.period), report.keys[model]):
                found[code, (model, row.pk)] = row, self._print(report, code, row)
        return found

    @in_vietnamese
    def _print(self, report: _Signed, code: str, row: Any) -> PrintedRecord:
        return printed_record(self._known[code], row, report.period.last_day, as_table=code in report.tables)

    def _with_signed_facts(self, report: _Signed, was: Printed) -> list[Model]:
        """Those of the corrected records by which the report would print otherwise, with a fact that it printed."""
        now = self._printed(report)
        none = (None, None)
        changed = {
            key[1] for key in was.keys() | now.keys() if was.get(key, none)[1] != now.get(key, none)[1]
        }
        sources = sorted({source for item in changed for source in self._sources[item]})
        return [self._before[each] for each in sources if self._changes_signed_fact(each, report, was)]

    def _changes_signed_fact(self, source: Item, report: _Signed, was: Printed) -> bool:
        """Has a column got a value that it has not had since the signature, and stood for what was signed before?

        It did as long as it was as on signing, or printed the same. What ordinary work has filled in or printably changed since
        then is no fact of the report.
        """
        written = self._written.get(source, ())
        since = [(action, before) for at, action, before in written if at > report.signed_at]
        if any(action == LoggedAction.CREATE for action, _before in since):
            return False
        if source not in self._after:
            return True
        before, after = (
            snapshot(each[source], each[source].unlogged) for each in (self._before, self._after)
        )
        for name in before.keys() - _NO_FACTS:
            had = [*(values[name] for _action, values in since if name in values), before[name]]
            if after[name] in had or (had[0] in _EMPTY and before[name] not in _EMPTY):
                continue
            if had[0] == before[name] or not self._prints_otherwise(source, report, was, name, had[0]):
                return True
        return False

    def _prints_otherwise(
        self, source: Item, report: _Signed, was: Printed, name: str, signed: object
    ) -> bool:
        """Would the report have printed the record otherwise before the correction with the value of when it was signed?"""
        for (code, item), (row, printed) in was.items():
            if item != source:
                continue
            as_signed = copy(row)
            setattr(as_signed, name, row._meta.get_field(name).to_python(signed))
            if self._print(report, code, as_signed) != printed:
                return True
        return False

    @cached_property
    def _after(self) -> dict[Item, Any]:
        return dict(_stored(self._before))


def _only(rows: QuerySet[Any], keys: Sequence[int]) -> list[Any]:
    """Those with these keys: read alone, or where they are more than one statement takes, out of all that are counted."""
    if len(keys) <= CHUNK:
        return list(rows.filter(pk__in=keys))
    wanted = set(keys)
    return [each for each in rows if each.pk in wanted]


def _stored(items: Iterable[Item]) -> Iterator[tuple[Item, Any]]:
    """The records as the database has them."""
    for name, keys in _by_model(items).items():
        for part in chunks(keys):
            for record in apps.get_model(name)._base_manager.filter(pk__in=part):
                yield (name, record.pk), record


def _by_model(items: Iterable[Item]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for name, pk in items:
        found[name].add(pk)
    return {name: sorted(keys) for name, keys in found.items()}


def _sources(records: Mapping[Item, Model]) -> dict[Item, set[Item]]:
    """What may be printed otherwise when these records are corrected, with those of them that it comes from: the record
    itself, what it belongs to, what names it, and of a fact about another record the other facts about that one, which may
    take its place. Only of models that some signed figure counted.
    """
    counted = set(FrozenFigure.objects.order_by().values_list("model", flat=True).distinct())
    found: dict[Item, set[Item]] = defaultdict(set)
    facts: dict[Item, set[Item]] = defaultdict(set)  # by what they are about
    for item, record in records.items():
        found[item].add(item)
        about = register_of(type(record)).writer.acts_on_link if has_register(type(record)) else ""
        for field in record._meta.concrete_fields:
            owner, target = field.related_model, getattr(record, field.attname)
            if owner is None or target is None:
                continue
            if owner._meta.label_lower in counted:
                found[owner._meta.label_lower, target].add(item)
            if field.name == about:
                facts[owner._meta.label_lower, target].add(item)
    for source, linked in _linked_to(records, counted):
        found[linked].add(source)
    for owned_by, linked in _linked_to(facts, counted):
        found[linked] |= facts[owned_by]
    return found


def _linked_to(items: Iterable[Item], counted: Collection[str]) -> Iterator[tuple[Item, Item]]:
    """Each of the items with each record of these models that names it."""
    for name, keys in _by_model(items).items():
        for link in links_to(apps.get_model(name)):
            model = link.model._meta.label_lower
            for part in chunks(keys) if model in counted else ():
                rows = link.model._base_manager.filter(**{f"{link.name}__in": part})
                for pk, target in rows.values_list("pk", link.attname):
                    yield (name, target), (model, pk)


def _written_since(
    records: Collection[Item], signed_at: datetime | None
) -> dict[Item, list[tuple[datetime, str, dict[str, Any]]]]:
    """The writes to these records since the first of the signatures, in their order, each with what was before."""
    found: dict[Item, list[tuple[datetime, str, dict[str, Any]]]] = defaultdict(list)
    for name, keys in _by_model(records).items() if signed_at is not None else ():
        for part in chunks([str(pk) for pk in keys]):
            log = ChangeEntry.objects.filter(model=name, object_id__in=part, at__gt=signed_at).order_by("pk")
            for key, at, action, before in log.values_list("object_id", "at", "action", "before"):
                found[name, int(key)].append((at, action, before or {}))
    return found
