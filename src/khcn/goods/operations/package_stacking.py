"""Packages onto a pallet that is made for them; onto which others one may be put; what the messages say of those made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from khcn.goods.enums import LogisticKind
from khcn.goods.models import Location, Package
from khcn.goods.operations.package_contents import with_inner
from khcn.goods.operations.package_numbers import next_ssccs
from khcn.goods.operations.packages import (
    packing_party,
    put_inside,
    refuse_day_before_packing,
    refuse_packing_place,
    why_not_open,
)
from khcn.goods.workflow import PACKED
from khcn.kernel.actors import acting
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
    *, packages: Sequence[Package], packed_on: date, location: Location, actor: Actor, on: date
) -> Package:
    """Put packages of one owner onto a pallet that gets its number now; gives the pallet. All of them or none."""
    owner = packages[0].organisation
    party = packing_party(owner)
    with transaction.atomic(), acting(actor):
        refuse_packing_place(owner, packed_on, location, on)
        for each in packages:
            if each.organisation_id != owner.pk:
                raise Refused.about(
                    _("Các kiện của nhiều cơ sở không xếp chung một pallet."),
                    "packages",
                    code="several_owners",
                )
            refuse_day_before_packing(each, packed_on)
        [sscc] = next_ssccs(owner, 1)
        pallet = Package(sscc=sscc, kind=LogisticKind.PALLET, organisation=owner, packed_on=packed_on)
        pallet.full_clean()
        pallet.save()
        for each in packages:
            put_inside(pallet, each, party, location=location, packed_on=packed_on)
    return pallet


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
    alike = package.of_one_step
    if len(alike) == 1:
        return str(package)
    words = {
        "count": len(alike),
        "kind": package.get_kind_display().lower(),
        "first": alike[0].sscc,
        "last": alike[-1].sscc,
    }
    return _("%(count)d %(kind)s, mã %(first)s đến %(last)s") % words
