"""How often labels were looked up becomes a figure of each day, of products and lots."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.epcis import IdentifierError
from khcn.epcis.ids.digital_link import CANONICAL_STEM, parse
from khcn.goods.models import LabelScan, Lot, TradeItem
from khcn.goods.models.parties import speaks_for_code
from khcn.goods.rules import shortest_gtin
from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.reference.models import RuleParameter
from khcn.trace.operations.scan_writing import take_scans

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

SCANS_RULE: Final = "goods.scan_days"
_MOST_REMOVED: Final = 1_000


class _Goods(NamedTuple):
    item: TradeItem | None = None
    lot: Lot | None = None


def take_over_scans(*, actor: Actor, on: date) -> int:
    """Take over what was counted on days before one. Gives how many rows were new."""
    with transaction.atomic(), acting(actor, _("Cộng lượt quét nhãn")):
        taken = take_scans(before=on)
        known: dict[str, _Goods] = {}
        new = []
        for path, day, scans in sorted(taken):
            stored = LabelScan.objects.filter(path=path, scanned_on=day).first()
            if stored is not None:  # counted while the database was away, and written late
                stored.scans += scans
                stored.save()
                continue
            if path not in known:
                known[path] = _goods_of(path)
            item, lot = known[path]
            new.append(LabelScan(path=path, item=item, lot=lot, scanned_on=day, scans=scans))
        bulk_insert(new)
    return len(new)


def _goods_of(path: str) -> _Goods:
    """Product and lot of a code, of the producer who speaks for it: nobody else learns how often it is looked up."""
    try:
        link = parse(f"{CANONICAL_STEM}{path}")
    except IdentifierError:  # a lot number that is none is stored as it was reported
        return _Goods()
    if link.key.ai != "01":
        return _Goods()
    item = TradeItem.objects.filter(gtin=shortest_gtin(link.key.value)).select_related("organisation").first()
    if item is None or not speaks_for_code(item):
        return _Goods()
    return _Goods(item, Lot.objects.labelled(link).filter(item=item, source_path="").first())


def remove_old_scans(*, actor: Actor, on: date) -> int:
    """Remove some of the days that are longer ago than the rule says. Gives how many were removed; nothing without a rule."""
    rule = RuleParameter.objects.in_force(SCANS_RULE, on=on)
    if rule is None:
        return 0
    old = LabelScan.objects.filter(scanned_on__lt=on - timedelta(days=int(rule.value))).order_by("pk")
    rows = list(old[:_MOST_REMOVED])
    with transaction.atomic(), acting(actor, _("Hết thời hạn lưu số lượt quét nhãn")):
        for row in rows:
            row.delete()
    return len(rows)
