"""Whose calls, submissions and requests somebody reads: what is sealed nobody but who handed it in, a draft nobody but who writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from khcn.kernel.access.scopes import ACT, ATTACH, CHANGE, CREATE, DELETE, READ, READING, Scope
from khcn.kernel.actors import ActorKind
from khcn.science.models import ProposalCall
from khcn.science.rules import science_staff
from khcn.science.workflow import (
    AMENDMENT_REQUEST_FLOW,
    CALL_FLOW,
    DRAFT,
    RECEIVED,
    SUBMITTED,
    SUPPLEMENT,
    WITHDRAWN,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Any

    from khcn.kernel.access.scopes import Reach
    from khcn.kernel.actors import Actor

_PUBLIC = tuple(each.value for each in CALL_FLOW.states if not each.initial)
_OPEN = ("opened", "closed")


def _one_of(path: str, values: Iterable[str]) -> Q:
    """As equalities, which are asked of records in memory as well."""
    found = Q()
    for value in values:
        found |= Q(**{path: value})
    return found


@dataclass(frozen=True)
class PublishedCalls(Scope):
    """Calls that were published, for every outside organisation; it writes a submission for one that takes some in."""

    def reach(self, actor: Actor, verb: str) -> Reach:
        if not actor.is_outside or verb not in READING:
            return False
        return Q(state="published") if verb == "choose" else _one_of("state", _PUBLIC)

    def hidden(self, actor: Actor) -> frozenset[str]:
        return frozenset({"present"}) if actor.is_outside else frozenset()

    def paths(self) -> tuple[str, ...]:
        return ("state",)

    def hidden_fields(self) -> frozenset[str]:
        return frozenset({"present"})


@dataclass(frozen=True)
class HandedIn(Scope):
    """What an organisation hands in: its own to read, and to write until it is handed in or while something is asked for.

    The department reads what was handed in for an open call, and for a sealed one once that was opened. No right widens this.
    """

    def reach(self, actor: Actor, verb: str) -> Reach:
        if actor.is_outside:
            return self._of_organisation(actor, verb)
        if not actor.is_staff_of_department:
            return False
        if verb in READING:
            return True
        if not science_staff.test(actor, None):
            return False
        if verb in {CHANGE, ATTACH}:  # the content of what came on paper is typed here
            return Q(entered_from_paper=True) & _one_of("state", (SUBMITTED, SUPPLEMENT))
        return verb == ACT

    def _of_organisation(self, actor: Actor, verb: str) -> Reach:
        own = Q(organisation=actor.organisation_id)
        if verb in {CHANGE, ATTACH}:
            return own & _one_of("state", (DRAFT, WITHDRAWN, SUPPLEMENT))
        if verb == DELETE:
            return own & Q(state=DRAFT)
        return own if verb in READING or verb in {CREATE, ACT} else False

    def files(self, actor: Actor) -> Reach:
        """Its own, also after it was handed in."""
        return self.reach(actor, READ)

    def bound(self, actor: Actor) -> Reach:
        if actor.is_outside or actor.kind is ActorKind.SYSTEM:  # nobody signs in as the program
            return True
        opened = Q(call__is_sealed=False) | _one_of("call__state", _OPEN)
        return _one_of("state", RECEIVED) & opened

    def seals_now(self) -> bool:
        """While a sealed call was published and not opened: it may take some in, or has."""
        return ProposalCall.objects.filter(is_sealed=True, state="published").exists()

    def unread_before(self, actor: Actor, record: Any) -> datetime | None:
        return None if actor.is_outside else record.submitted_at

    def paths(self) -> tuple[str, ...]:
        return ("organisation", "state", "entered_from_paper", "call__is_sealed", "call__state")


@dataclass(frozen=True)
class RequestsOfHost(Scope):
    """Requests about the tasks that an organisation hosts: it reads all of them, and writes those that it handed in while they wait."""

    def reach(self, actor: Actor, verb: str) -> Reach:
        if not actor.is_outside or verb == DELETE:
            return False
        own = Q(task__host=actor.organisation_id)
        if verb in {CHANGE, ATTACH}:
            return self._handed_in(actor) & Q(state=AMENDMENT_REQUEST_FLOW.initial.value)
        return own

    def files(self, actor: Actor) -> Reach:
        """Its own, also after the decision; what the division attached to a letter is the department's."""
        return self._handed_in(actor) if actor.is_outside else False

    def _handed_in(self, actor: Actor) -> Q:
        return Q(task__host=actor.organisation_id) & Q(from_host=True)

    def paths(self) -> tuple[str, ...]:
        return ("task__host", "from_host", "state")
