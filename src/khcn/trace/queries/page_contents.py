"""What a public page consists of: goods with their notices and recalls, and the steps of their journey."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from khcn.trace.queries.names.attributes_of_making import day_of
from khcn.trace.queries.page_notices import Notice, notices_of_label
from khcn.trace.queries.recalls.recalled_inputs import NO_RECALLED_INPUTS, RecalledInputs

if TYPE_CHECKING:
    from datetime import date, datetime

    from khcn.trace.queries.names.display_names import PlaceName
    from khcn.trace.queries.names.step_names import Label
    from khcn.trace.queries.recalls.public_recalls import PublicRecall
    from khcn.trace.queries.register_facts import RegisterFacts, StepEvent


@dataclass(frozen=True, slots=True, order=True)
class NamedGoods:
    """Goods by name and lot, in the order of these; both may be empty. `is_confirmed`: see `confirmed_names`.

    `is_recalled`: whether it is an ingredient that is recalled, itself, with its lot or product, or with what it was in; `is_of_part`:
    or only a part of its lot, which was in a recalled package.
    """

    name: str
    lot: str
    is_confirmed: bool = True
    is_recalled: bool = False
    is_of_part: bool = False


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One step of a journey; equal steps of one day and place are merged. `at` is local time, `events` are those that report it.

    `used`: of the `goods` those that it uses up; `own`: the ids of the goods that the page is about, and of the lots that they belong
    to, where the step names them; `own_used`: of these those that it uses up.
    """

    words: Label
    at: datetime
    place: PlaceName
    party: str
    goods: tuple[NamedGoods, ...]
    made_of: tuple[NamedGoods, ...]
    event_type: str
    biz_step: str
    action: str
    events: tuple[StepEvent, ...] = ()
    used: tuple[NamedGoods, ...] = ()
    own: tuple[str, ...] = ()
    own_used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputsShown:
    """That a page has a part of the raw materials: its number, how many are on other pages, and whether there is a next one."""

    page: int
    left_out: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class PublicGoods:
    """The public data of a product, lot or single object (Circular 02/2024, items 1 to 9). Texts may be empty.

    `is_name_confirmed`: whether the department has confirmed who gives the name; brand and origin are left out where it has not.
    """

    gtin: str
    lot: str
    serial: str
    name: str
    brand: str
    producer: str
    address: str
    origin: str  # a country code or name
    produced_on: str
    best_before: str
    expires_on: str
    steps: tuple[PublicStep, ...]
    notices: tuple[Notice, ...]
    recalls: tuple[PublicRecall, ...] = ()
    is_name_confirmed: bool = True
    inputs: InputsShown | None = None
    recalled_inputs: RecalledInputs = NO_RECALLED_INPUTS
    recalls_of_parts: tuple[PublicRecall, ...] = ()

    def stated_by(self, facts: RegisterFacts) -> PublicGoods:
        """With brand and days as the producer has corrected them since its events, and with what it has printed."""
        return replace(
            self,
            notices=notices_of_label(self.notices, facts.label),
            brand=facts.brand or self.brand,
            produced_on=facts.produced_on or self.produced_on,
            expires_on=facts.expires_on or self.expires_on,
        )

    def on(self, today: date) -> PublicGoods:
        """With the notice that they have expired on a day, or that nobody can tell. On the day itself goods may be used (General
        Specifications, AI 17).
        """
        if not self.expires_on:
            return self
        last = day_of(self.expires_on)
        if last is None:
            return self.warning_of(Notice.UNREAD_EXPIRY)
        return self.warning_of(Notice.EXPIRED) if last < today else self

    def warning_of(self, notice: Notice) -> PublicGoods:
        """With one more notice, in its place among the others."""
        notices = {*self.notices, notice}
        return replace(self, notices=tuple(each for each in Notice if each in notices))
