"""Questions about who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.text.similar import is_duplicate_like
from khcn.parties.models import Organisation, Person

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor


def organisations_like(name: str, *, actor: Actor, but: int | None = None) -> list[Organisation]:
    """Organisations that are probably the one named: equal but for marks, case, abbreviations, or one slip.

    ``but`` leaves one record out: the one being edited.
    """
    names = (
        Organisation.objects.visible_to(actor)
        .exclude(pk__in=() if but is None else (but,))
        .values_list("pk", "name", "short_name")
    )
    alike = [
        pk
        for pk, full, short in names
        if is_duplicate_like(name, full) or (short and is_duplicate_like(name, short))
    ]
    return list(Organisation.objects.filter(pk__in=alike).order_by("sort_key", "pk"))


def people_like(full_name: str, *, actor: Actor, but: int | None = None) -> list[Person]:
    """Persons whose name is probably the one given, whatever their workplace."""
    names = (
        Person.objects.visible_to(actor)
        .exclude(pk__in=() if but is None else (but,))
        .values_list("pk", "full_name")
    )
    alike = [pk for pk, other in names if is_duplicate_like(full_name, other)]
    return list(Person.objects.filter(pk__in=alike).select_related("organisation").order_by("sort_key", "pk"))
