"""Packages onto a pallet that is made for them; onto which others one may be put; what the messages say of those made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from khcn.goods.enums import LogisticKind
from khcn.goods.models import Location, Package
from khcn.goods.operations.package_contents import lines_in, with_inner
from khcn.goods.operations.package_numbers import next_ssccs
from khcn.goods.operations.packages import (
    packing_party,
    put_inside,
    refuse_before_packed,
    refuse_packing_into,
    refuse_packing_place,
    why_not_open,
)
from khcn.goods.workflow import PACKED
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor


def why_not_stacked(package: Package, *, actor: Actor, on: date) -> str:
    """Why a package is not put onto a new pallet; "" where it may be."""
    if package.kind == LogisticKind.PALLET:
        return _("%(package)s đã là pallet.") % {"package": package}
    return why_not_open(package, actor=actor, on=on)


def stack(
    *,
    packages: Sequence[Package],
    count: int = 1,
    packed_on: date,
    location: Location,
    actor: Actor,
    on: date,
) -> Package:
    """Put packages of one owner onto a pallet that gets its number now; gives the pallet. All of them or none.

    `count`: how many, of one package and others that are like it. Raises ``Refused`` where there are fewer.
    """
    owner = packages[0].organisation
    party = packing_party(owner)
    with transaction.atomic(), acting(actor):
        packages = [*packages, *_alike(packages, count - 1)]
        refuse_packing_place(owner, packed_on, location, on)
        for each in packages:
            if each.organisation_id != owner.pk:
                raise Refused.about(
                    _("Các kiện của nhiều cơ sở không xếp chung một pallet."),
                    "packages",
                    code="several_owners",
                )
            refuse_packing_into(each, packed_on, "packages")
            refuse_before_packed(each, packed_on, "packed_on")
        [sscc] = next_ssccs(owner, 1)
        pallet = Package(sscc=sscc, kind=LogisticKind.PALLET, organisation=owner, packed_on=packed_on)
        pallet.full_clean()
        pallet.save()
        for each in packages:
            put_inside(pallet, each, party, location=location, packed_on=packed_on)
    return pallet


def _alike(packages: Sequence[Package], count: int) -> list[Package]:
    """Other packages that stand alone, of the same kind and day, each with as much of the same one lot."""
    if count == 0:
        return []
    if len(packages) > 1:
        text = _("Đã đánh dấu từng thùng thì để số thùng giống nhau là 1.")
        raise Refused.about(text, "count", code="several")
    [package] = packages
    own = list(lines_in([package.pk])[:2])
    lot, amount = (own[0].lot_id, own[0].amount) if len(own) == 1 else (None, None)
    alone = Package.objects.filter(
        organisation=package.organisation_id,
        kind=package.kind,
        packed_on=package.packed_on,
        state=PACKED,
        inside__isnull=True,
    ).exclude(pk=package.pk)
    there = Q(lines__taken_out_on__isnull=True, lines__wrong_on__isnull=True)
    of_one = alone.annotate(parts=Count("lines", filter=there)).filter(parts=1)
    same = lines_in(list(of_one.values_list("pk", flat=True))).filter(
        lot__isnull=False, lot=lot, amount=amount
    )
    keys = sorted(same.values_list("package", flat=True))[:count]
    found = [each for each in locked_all(Package, keys) if each.state == PACKED and each.inside_id is None]
    if len(found) < count:
        text = _("Chỉ có %(count)d thùng như vậy, kể cả thùng này. Hãy xem lại số thùng.")
        raise Refused.about(text % {"count": len(found) + 1}, "count", code="too_few")
    return found


def with_count_inside(package: Package) -> str:
    """A package with how many are on it, for the message that it was made."""
    return _("%(package)s, gồm %(count)d thùng, kiện") % {"package": package, "count": package.inner.count()}


def outers_of(package: Package, *, actor: Actor, on: date) -> Mapping[str, QuerySet[Package]]:
    """What a package may be put onto: pallets and bales of its owner that are there and open, the newest first."""
    open_ones = Package.objects.filter(
        ~Q(kind=LogisticKind.BOX),
        organisation=package.organisation_id,
        state=PACKED,
        inside__isnull=True,
    ).exclude(pk__in=[each.pk for each in with_inner(package)])
    return {"outer": open_ones.annotate(inner_count=Count("inner")).order_by("-packed_on", "-sscc")}


def packed_in_words(package: Package) -> str:
    """How many packages were made with this one, for the message of packing."""
    packages = package.of_same_packing
    if len(packages) == 1:
        return str(package)
    words = {
        "count": len(packages),
        "kind": package.get_kind_display().lower(),
        "first": packages[0].sscc,
        "last": packages[-1].sscc,
    }
    return _("%(count)d %(kind)s, mã %(first)s đến %(last)s") % words
