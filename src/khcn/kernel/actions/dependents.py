"""What depends on a record: reports that were frozen with it, papers that were issued from it.

A higher package registers one check. The check names what would no longer be true if a record was corrected or
removed. Corrections, deletions and the undoing of an import call all checks, and are refused while one names something.
What can be compared (:class:`SignedContent`) refuses a correction only where it would say something else afterwards.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from django.db.models import Model

    from khcn.kernel.actors import Actor

_NAMED = 5


class Dependent(NamedTuple):
    """What depends on a record: the record's key, the name and address of the report or paper, and what a person does with
    it, in the words of its page, so that the record can be corrected.

    ``compared``: it prevents only a correction that changes what was signed, as :class:`SignedContent` tells afterwards.
    """

    key: int
    name: str
    url: str
    remedy: str = ""
    compared: bool = False


class DependencyCheck(Protocol):
    """The check of one package."""

    def __call__(self, model: type[Model], keys: Collection[int], /, *, removed: bool) -> Iterable[Dependent]:
        """What depends on each record, under the name that officials call it by.

        ``removed``: the records would be gone, not only others.
        """


_checks: list[DependencyCheck] = []


def register_dependency_check(check: DependencyCheck) -> DependencyCheck:
    """Call ``check`` before every correction and removal. Used once, when the program starts."""
    if check not in _checks:
        _checks.append(check)
    return check


class Opening(Protocol):
    """What of one package opens records for removal that something depends on: drafts of replacements, each with a key."""

    def lock(self, removed: Sequence[Model], /) -> Mapping[int, Sequence[Model]]:
        """Those that open some of these records, with these records; none is given up until the transaction ends."""

    def mark(self, opened: Mapping[int, Sequence[Model]], /) -> None:
        """Keep on record that a removal of these records relied on each of them."""


_openings: list[Opening] = []


def register_opening(opening: Opening) -> None:
    """Ask ``opening`` at every removal. Used once, when the program starts."""
    if opening not in _openings:
        _openings.append(opening)


@contextmanager
def relying_on_openings(removed: Sequence[Model]) -> Iterator[None]:
    """Inside it is asked whether something depends on these records. What opened them stays until the transaction ends, and is
    marked unless the removal is refused. To be used in the transaction of the removal.
    """
    opened = [(each, each.lock(removed)) for each in _openings]
    yield
    for each, found in opened:
        each.mark(found)


class Contradicted(NamedTuple):
    """Something signed that says something else than a corrected record from then on."""

    record: Model
    by: Dependent


class Comparison(Protocol):
    """What was signed, as it would be printed before a correction."""

    def contradictions(self) -> Collection[Contradicted]:
        """After the correction was written: what it contradicts and nothing opened. What was opened for it is kept on record."""


# What was signed, by package: a comparison is begun with the records that are about to be corrected.
SignedContent: TypeAlias = "Callable[[Sequence[Model]], Comparison]"
_signed_contents: list[SignedContent] = []


def register_signed_content(signed: SignedContent) -> None:
    """Compare with ``signed`` at every correction. Used once, when the program starts."""
    if signed not in _signed_contents:
        _signed_contents.append(signed)


def dependents_of(model: type[Model], keys: Collection[int], *, removed: bool) -> Iterator[Dependent]:
    """What depends on records of a model."""
    for check in _checks if keys else ():
        yield from check(model, keys, removed=removed)


def dependents_shown_to(actor: Actor, record: Model) -> list[Dependent]:
    """What depends on a record as it is, each once: for staff who are about to change it."""
    if not actor.is_staff_of_department:
        return []
    return list(dict.fromkeys(dependents_of(type(record), [record.pk], removed=False)))


def _named(names: Iterable[str]) -> str:
    return "; ".join(list(dict.fromkeys(names))[:_NAMED])


def _refuse_correction(found: Collection[tuple[str, str]]) -> None:
    """Raise for a correction when ``found``, names and remedies of what depends on the record, are any."""
    if not found:
        return
    message = _("Không đính chính được: %(what)s đã dùng bản ghi này. %(remedy)s") % {
        "what": _named(name for name, _remedy in found),
        "remedy": " ".join(dict.fromkeys(remedy for _name, remedy in found if remedy)),
    }
    raise Refused(message.rstrip(), code="relied_on")


@contextmanager
def refuse_correction_if_relied_on(record: Model) -> Iterator[None]:
    """Raise :class:`~khcn.kernel.refusals.Refused` for a correction, which is written inside, when something depends on the
    record; but when what depends on it is compared, only where it would say something else from then on. To be used in the
    transaction of the correction, which the refusal rolls back.
    """
    found = dependents_of(type(record), [record.pk], removed=False)
    _refuse_correction([(each.name, each.remedy) for each in found if not each.compared])
    with refuse_contradicting_what_was_signed([record]):
        yield


@contextmanager
def refuse_contradicting_what_was_signed(records: Sequence[Model]) -> Iterator[None]:
    """Raise :class:`~khcn.kernel.refusals.Refused` when what is written inside to these records makes what was signed say
    something else. To be used in a transaction, which the refusal rolls back.
    """
    begun = comparisons_with(records)
    yield
    found = contradictions_of(begun)
    _refuse_correction([(each.by.name, each.by.remedy) for each in found])


def comparisons_with(records: Sequence[Model]) -> list[Comparison]:
    """To be begun before these records are written, and given to :func:`contradictions_of` afterwards."""
    return [each(records) for each in _signed_contents]


def contradictions_of(begun: Iterable[Comparison]) -> list[Contradicted]:
    """What the writes since then contradict."""
    return [found for each in begun for found in each.contradictions()]


def refuse_removal_if_relied_on(record: Model) -> None:
    """Raise :class:`~khcn.kernel.refusals.Refused` for a deletion when something depends on the record. To be used in the
    transaction of the deletion.
    """
    with relying_on_openings([record]):
        _refuse_removal(list(dependents_of(type(record), [record.pk], removed=True)))


def _refuse_removal(found: Collection[Dependent]) -> None:
    if not found:
        return
    # One without a remedy prevents the deletion for ever: then the other remedies lead nowhere.
    remedies = [each.remedy for each in found if each.remedy]
    remedy = " ".join(dict.fromkeys(remedies)) if len(remedies) == len(found) else ""
    message = _("Không xóa được: %(what)s được lập từ bản ghi này. %(remedy)s") % {
        "what": _named(each.name for each in found),
        "remedy": remedy or _("Bản ghi phải giữ lại để đối chiếu."),
    }
    raise Refused(message, code="relied_on")
