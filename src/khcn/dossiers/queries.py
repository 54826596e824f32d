"""Where a dossier stands by what is on record, and what is in force on a day."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from khcn.dossiers.enums import DossierOutcome
from khcn.dossiers.models import Dossier, DossierCodePattern, DossierHandover, Procedure, SupplementRequest
from khcn.dossiers.workflow import (
    DELIVERED,
    DOSSIER_FLOW,
    PROCESSING,
    RECEIVED,
    REFUSED,
    RESOLVED,
    STOPPED,
    WAITING,
    WITHDRAWN,
)
from khcn.kernel.dated.models import version_in_force
from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from khcn.kernel.workflow import State

_ENDED: Final = {
    DossierOutcome.RESOLVED: RESOLVED,
    DossierOutcome.REFUSED: REFUSED,
    DossierOutcome.WITHDRAWN: WITHDRAWN,
    DossierOutcome.STOPPED: STOPPED,
}
_STATUS: Final = "khcn.dossiers.status"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_STATUS_LETTERS: Final = 8  # of five bits each
_AS_PRINTED: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u00a0": None})


def state_of(dossier: Dossier) -> State:
    """The state that the facts on record add up to."""
    if dossier.delivered_on is not None:
        value = DELIVERED
    elif dossier.outcome != DossierOutcome.OPEN:
        value = _ENDED[DossierOutcome(dossier.outcome)]
    elif dossier.supplements.filter(answered_on__isnull=True).exists():
        value = WAITING
    elif dossier.apologised_on or dossier.supplements.exists() or dossier.handovers.exists():
        value = PROCESSING
    else:
        value = RECEIVED
    return DOSSIER_FLOW.by_value[value]


def open_supplement(dossier: Dossier) -> SupplementRequest | None:
    """The request that has not been answered, if there is one."""
    return dossier.supplements.filter(answered_on__isnull=True).order_by("-asked_on").first()


def status_code(code: str, secret: str | bytes | None = None) -> str:
    """What opens the public page of a dossier beside its code: eight letters and digits, printed on the receipt.

    No such code can be worked out from others, and none is stored: they follow from the installation's secret key. The letters
    are those of Crockford's base 32, without I, L, O and U, because people copy them from paper.

    Args:
        code: the dossier's.
        secret: an earlier secret key; None: the present one.
    """
    digest = salted_hmac(_STATUS, code, secret=secret, algorithm="sha256").digest()
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_STATUS_LETTERS])
    half = _STATUS_LETTERS // 2
    return f"{letters[:half]}-{letters[half:]}"


def dossier_of_status_code(code: str, typed: str) -> Dossier | None:
    """The dossier of this code, for who has its receipt; None where either is wrong.

    The database is asked only after the second one was found to be right, so that the time of an answer tells no code. A receipt
    that was printed under an earlier secret key (``SECRET_KEY_FALLBACKS``) goes on.
    """
    code = code.strip().upper()
    entered = typed.upper().translate(_AS_PRINTED)
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(entered, status_code(code, key).replace("-", "")) for key in keys):
        return None
    return Dossier.objects.with_due().filter(code=code).select_related("procedure").first()


def open_handover(dossier: Dossier) -> DossierHandover | None:
    """That with which the dossier came to the unit that has it now."""
    return dossier.handovers.filter(done_on__isnull=True).order_by("-ordinal").first()


def last_fact_on(dossier: Dossier) -> date:
    """The last day of which something is on record: no further step is dated before it."""
    days = [dossier.received_on, dossier.apologised_on, dossier.ended_on]
    for asked_on, answered_on in dossier.supplements.values_list("asked_on", "answered_on"):
        days += [asked_on, answered_on]
    days += dossier.handovers.values_list("received_on", flat=True)
    return max(day for day in days if day is not None)


def procedure_in_force(procedure: Procedure, on: date) -> Procedure | None:
    """The version of the procedure by which what comes in on a day is settled."""
    return version_in_force(Procedure.objects.filter(code=procedure.code), on=on)


def code_pattern(on: date) -> DossierCodePattern | None:
    """How codes of dossiers are formed on a day."""
    return version_in_force(DossierCodePattern.objects.all(), on=on)


def is_ruled(code: str, on: date) -> bool:
    """Does a dated rule that says yes (1) or no (0) say yes on this day? One that nobody entered says no."""
    rule = RuleParameter.objects.in_force(code, on=on)
    return rule is not None and rule.value > 0


def with_clashing_supplements(keys: Collection[int]) -> Iterator[Dossier]:
    """Of these dossiers those whose requests for a supplement overlap, or were open when there was a result."""
    spans: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = SupplementRequest.objects.filter(dossier__in=keys).order_by("asked_on", "pk")
    for key, asked_on, answered_on in rows.values_list("dossier_id", "asked_on", "answered_on"):
        spans[key].append((asked_on, answered_on))
    for dossier in Dossier.objects.filter(pk__in=spans).order_by("pk"):
        mine = spans[dossier.pk]
        overlaps = any(end is None or end > begun for (_start, end), (begun, _end) in pairwise(mine))
        last = mine[-1][1]
        unanswered = dossier.outcome == DossierOutcome.RESOLVED and (
            last is None or (dossier.ended_on is not None and last > dossier.ended_on)
        )
        if overlaps or unanswered:
            yield dossier
