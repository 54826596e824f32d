"""Matches names in cells with stored records: letter for letter, by another spelling, dated, or a question with the nearest matches."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.fields.dated_names import is_dated, name_and_start
from khcn.kernel.fields.reference_targets import columns_in_title, names_written
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.fold import fold, name_key
from khcn.kernel.text.similar_names import is_opposite, nearest_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.workbook_cells import NamedRecord
    from khcn.kernel.intake.rows.drafts import RowDraft
    from khcn.kernel.registers.spec import Register

# Comparing every unknown word with every name on record costs time; beyond this, questions come without offers.
_COMPARISONS = 400_000
_WITH_REMARK: Final = re.compile(r"\s*+(?=[^(\[]*?\w{2})((?:[^\s(\[]++|\s++(?![(\[]))++)\s*+[(\[]")
_BEFORE_A_REMARK: Final = (
    0.98  # of the likeness of the name alone, so that a name that is like the whole text comes first
)
_OTHER_MARKS = 97.0  # likeness in per cent; as similar_names measures it, at least


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A record that a word may mean: on record (``pk``) or planned in the same file (``draft``)."""

    pk: int | None
    name: str
    start: date | None = None
    end: date | None = None
    draft: RowDraft | None = None

    def holds(self, day: date) -> bool:
        """Is it in force on the day? What has no dates always is."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class Targets:
    """Records of one register as other sheets name them, within the limits of one foreign key."""

    def __init__(self, register: Register, limits: Any, actor: Actor) -> None:
        self.register, self.limits, self.actor = register, limits, actor
        self.reach = register.reach("choose", actor)
        self.dated = is_dated(register.model)
        self.names = names_written(register)
        self.exact: dict[str, list[Candidate]] = {}
        self.planned: dict[str, list[Candidate]] = defaultdict(list)
        self._by_key: dict[str, list[Candidate]] | None = None
        self._labels: dict[str, list[Candidate]] = {}  # all names, with the records that have them
        self._names_by_fold: dict[str, list[str]] = {}
        self._names_by_key: dict[int, str] = {}
        self._compared = 0

    def _records(self) -> QuerySet[Any]:
        records = self.register.visible(self.actor, "choose")
        return records.complex_filter(self.limits) if self.limits else records

    def allows(self, pk: int) -> bool:
        """Does the record exist, and can the foreign key hold it?"""
        return self._records().filter(pk=pk).exists()

    def _fields(self) -> list[str]:
        return ["pk", *(("valid_from", "valid_to") if self.dated else ()), *self.names]

    def _candidate(self, values: Sequence[Any]) -> tuple[Candidate, list[str]]:
        if self.dated:
            pk, start, end, *names = values
            return Candidate(pk, names[0], start, end), names
        pk, *names = values
        return Candidate(pk, names[0]), names

    def look_up(self, words: Iterable[str]) -> None:
        """Find all words that are on record letter for letter: by the name first, then by the other columns."""
        open_words = [word for word in dict.fromkeys(words) if word not in self.exact]
        for name in self.names:
            place = self.names.index(name)
            for part in chunks(open_words):
                for values in self._records().filter(**{f"{name}__in": part}).values_list(*self._fields()):
                    candidate, names = self._candidate(values)
                    self.exact.setdefault(names[place], []).append(candidate)
            open_words = [word for word in open_words if word not in self.exact]

    def by_key(self) -> dict[str, list[Candidate]]:
        """All records by what the spellings of their names have in common; loaded only when some word was not found letter for
        letter.
        """
        if self._by_key is None:
            self._by_key = defaultdict(list)
            for values in self._records().values_list(*self._fields()).iterator(chunk_size=2000):
                candidate, names = self._candidate(values)
                for key in {name_key(str(name)) for name in names if name}:
                    self._by_key[key].append(candidate)
                for name in {str(name) for name in names if name}:
                    self._labels.setdefault(name, []).append(candidate)
        return self._by_key

    def candidates(self, named: NamedRecord) -> list[Candidate]:
        """What the word may mean, best source first: letter for letter, planned in this file, by another spelling of the
        same letters and tones. Names with other marks are other names: they are offered (:meth:`near`), and never taken.
        """
        if found := self.exact.get(named.text):
            return found
        if planned := self.planned.get(named.key):
            return planned
        if columns := columns_in_title(self.register.model, named.text):
            rows = self._records().filter(**columns).values_list(*self._fields())
            if found := [self._candidate(values)[0] for values in rows]:
                self.exact[named.text] = found
                return found
        if self.dated and (version := name_and_start(named.text)):
            name, start = version
            self.look_up([name])
            return [each for each in self.exact.get(name, ()) if each.start == start]
        return self.by_key().get(named.key, []) if named.key else []

    def version_on(self, found: Candidate, day: date) -> Candidate:
        """Of a dated record that a person chose for this word once, the version of its name that is in force on the day."""
        if not self.dated or found.pk is None:
            return found
        if found.pk not in self._names_by_key:
            record = self._records().filter(pk=found.pk)
            self._names_by_key[found.pk] = str(record.values_list(self.register.lookup, flat=True).first())
        name = self._names_by_key[found.pk]
        self.look_up([name])
        return choose_candidate(self.exact.get(name, []), day, found.pk) or found

    def near(self, text: str) -> list[tuple[Candidate, float]]:
        """The nearest names on record and in the file, with their likeness; at least those that differ by marks alone."""
        self.by_key()
        planned = [found[0] for found in self.planned.values()]
        labels = [*self._labels, *(candidate.name for candidate in planned)]
        self._compared += len(labels)
        if self._compared > _COMPARISONS:
            return self._with_other_marks(text)
        by_name = {candidate.name: candidate for candidate in planned}
        offers: dict[int, tuple[Candidate, float]] = {}
        for name, score in _nearest(text, labels):
            candidates = self._labels.get(name, [])
            if not candidates and name in by_name:
                candidates = [by_name[name]]
            for candidate in candidates:  # of a record with several names the likest counts
                offers.setdefault(candidate.pk or id(candidate), (candidate, score))
        return sorted(offers.values(), key=lambda each: is_opposite(text, each[0].name))[:3]

    def _with_other_marks(self, text: str) -> list[tuple[Candidate, float]]:
        if not self._names_by_fold:
            for name in self._labels:
                self._names_by_fold.setdefault(fold(name), []).append(name)
        names = self._names_by_fold.get(fold(text), [])
        return [(each, _OTHER_MARKS) for name in names for each in self._labels[name]][:3]


def _nearest(text: str, labels: Sequence[str]) -> list[tuple[str, float]]:
    """The names nearest to the text, or to what stands in it before a remark in brackets, the likest first: the name of a cell
    "Viện A (phối hợp: Công ty B)" is Viện A. Names with brackets of their own are nearest to the whole text.
    """
    found = {match.candidate: match.score for match in nearest_names(text, labels)}
    if (remark := _WITH_REMARK.match(text)) is not None:
        for match in nearest_names(remark[1], labels):
            score = round(_BEFORE_A_REMARK * match.score, 1)
            found[match.candidate] = max(score, found.get(match.candidate, 0))
    return sorted(found.items(), key=lambda each: -each[1])


def choose_candidate(
    candidates: Sequence[Candidate], day: date | None, stored: int | None
) -> Candidate | None:
    """The one that is meant, or ``None`` when a person has to say.

    Of several, the one in force on the row's day; failing that, the one the record on file already has.
    """
    if len(candidates) == 1:
        return candidates[0]
    if day is not None:
        in_force = [candidate for candidate in candidates if candidate.holds(day)]
        if len(in_force) == 1:
            return in_force[0]
        candidates = in_force or candidates
    return next(
        (candidate for candidate in candidates if candidate.pk is not None and candidate.pk == stored), None
    )
