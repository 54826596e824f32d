"""The steps of a journey as a page shows them: each by itself, or the like of several suppliers under one heading, a line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from khcn.epcis.ids.check import is_restricted_key
from khcn.trace.views.public_words import day_of, moment, page_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.trace.queries.names.display_names import PlaceName
    from khcn.trace.queries.page_contents import NamedGoods, PublicStep
    from khcn.trace.queries.register_facts import PublicPicture, RegisterFacts


class ShownStep(NamedTuple):
    """A step, or a line of several under one heading. Texts may be empty."""

    label: str
    time: str
    place: str
    address: str
    today: str
    party: str
    goods: tuple[NamedGoods, ...]
    made_of: tuple[NamedGoods, ...]
    pictures: tuple[PublicPicture, ...]


class ShownSteps(NamedTuple):
    """A heading of the journey: one step, or lines of several with the day of the first and of the last."""

    label: str
    time: str
    lines: tuple[ShownStep, ...]

    @property
    def is_group(self) -> bool:
        """Whether several steps stand under it."""
        return len(self.lines) > 1


def shown_steps(steps: Sequence[PublicStep], facts: RegisterFacts) -> list[ShownSteps]:
    """The headings of a page, in the order of their first steps."""
    ordered = [(group, step) for group in _groups(steps) for step in group]
    texts = dict(
        zip(
            (id(step) for _group, step in ordered), _texts([step for _g, step in ordered], facts), strict=True
        )
    )
    return [_heading(group, tuple(texts[id(step)] for step in group)) for group in _groups(steps)]


def _groups(steps: Sequence[PublicStep]) -> list[list[PublicStep]]:
    """What several parties or places did alike with raw material of one name is one group: three growers are three lines of it."""
    groups: dict[object, list[PublicStep]] = {}
    for number, step in enumerate(steps):
        is_of_material = bool(step.goods) and not step.made_of
        names = frozenset(one.name for one in step.goods)
        groups.setdefault((step.words, names) if is_of_material else number, []).append(step)
    found = []
    for group in groups.values():
        alike = len({step.party for step in group}) > 1 or len({step.goods for step in group}) > 1
        found += [group] if alike else [[step] for step in group]
    return sorted(found, key=lambda group: group[0].at)


def _heading(group: list[PublicStep], lines: tuple[ShownStep, ...]) -> ShownSteps:
    first, last = group[0].at, group[-1].at
    if len(lines) == 1:
        return ShownSteps(lines[0].label, lines[0].time, lines)
    days = list(dict.fromkeys((day_of(first), day_of(last))))
    return ShownSteps(lines[0].label, " – ".join(days), lines)


def _texts(steps: Sequence[PublicStep], facts: RegisterFacts) -> list[ShownStep]:
    """In the order of the page; address and party are written only where they first appear with a place."""
    found = []
    written: set[tuple[PlaceName, str]] = set()
    known: set[PlaceName] = set()
    for step in steps:
        place = step.place
        name = _place_name(place)
        found.append(
            ShownStep(
                label=label_of(step, facts),
                time=_time(step, facts),
                place=name,
                address="" if place in known or name == place.address else place.address,
                today="" if place in known else place_today(step, facts),
                party="" if (place, step.party) in written or step.party in name else step.party,
                goods=step.goods,
                made_of=step.made_of,
                pictures=pictures_of(step, facts),
            )
        )
        known.add(place)
        written.add((place, step.party))
    return found


def _time(step: PublicStep, facts: RegisterFacts) -> str:
    """When a step was: the day alone where nobody wrote an hour."""
    is_day = bool(step.events) and all(one in facts.without_hour for one in step.events)
    return day_of(step.at) if is_day else moment(step.at)


def label_of(step: PublicStep, facts: RegisterFacts) -> str:
    """What a step is called in the language of the page: by the register where that says more than the event."""
    words = (facts.step_words[one] for one in step.events if one in facts.step_words)
    return next(words, step.words.in_language(page_language()))


def place_today(step: PublicStep, facts: RegisterFacts) -> str:
    """How the place of a step is called today, where otherwise."""
    return next((facts.places_today[one] for one in step.events if one in facts.places_today), "")


def pictures_of(step: PublicStep, facts: RegisterFacts) -> tuple[PublicPicture, ...]:
    """The photographs of a step."""
    return tuple(each for one in step.events for each in facts.step_pictures.get(one, ()))


def _place_name(place: PlaceName) -> str:
    """What a place is called; marked where nobody is confirmed for its name."""
    called = _("mã nội bộ") if is_restricted_key("414", place.gln) else "GLN"
    name = place.name or (f"{called} {place.gln}" if place.gln else place.address)
    return name if place.is_confirmed else f"{name} ({_('chưa xác nhận')})"
