"""What the log of printed labels says of a serial number under a lot: printed, void, or of no label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.epcis.ids.digital_link import escape
from khcn.goods.models import LabelPrint, LabelVoid, Lot
from khcn.goods.models.label_serials import place_of, serial_of
from khcn.trace.queries.register_facts import LabelState

if TYPE_CHECKING:
    from khcn.epcis.ids.digital_link import DigitalLink


def label_state(link: DigitalLink, lot: Lot | None) -> tuple[LabelState | None, str]:
    """What is on record of the label with the serial number of a link, None where nothing is; and the number as printed, "" where it was not.

    Args:
        link: what is on the label.
        lot: the published lot of who speaks for the code, if it is in the register. Where its labels have numbers, one that was never printed
            is of no label of it; those who have the lot from its maker print labels of their own, and by these nothing becomes unknown.
    """
    named = {element.ai: element.value for element in link.qualifiers}
    if not {"10", "21"} <= named.keys():
        return None, ""
    path = f"/01/{link.key.value}/10/{escape(named['10'])}"
    passed_on = list(Lot.objects.filter(source_path=path).values_list("pk", flat=True))
    own = [] if lot is None else [lot.pk]
    rows = LabelPrint.objects.filter(lot__in=[*own, *passed_on], repeats__isnull=True, has_serials=True)
    has_numbers = False
    for printing, of_lot, key, copies in rows.values_list("pk", "lot", "serial_key", "copies"):
        has_numbers = has_numbers or of_lot in own
        place = place_of(key, named["21"])
        if place is not None and 1 <= place <= copies:
            voids = LabelVoid.objects.filter(printing=printing, restored_on__isnull=True)
            is_void = voids.filter(first__lte=place, last__gte=place).exists()
            return LabelState.VOID if is_void else LabelState.PRINTED, serial_of(key, place)
    return LabelState.UNKNOWN if has_numbers else None, ""
