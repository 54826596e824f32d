"""An installation that only looks at the stores of provinces (``KHCN_VIEWING_ONLY``, docs/adr/0033): nobody but its administrators
writes. What people send is refused by :func:`refuses`; by :func:`as_allowed_here` they are not offered it in the first place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.conf import settings

from khcn.kernel.access.scopes import READING
from khcn.kernel.actors import EVERYTHING, Actor, ActorKind, Grant, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

_READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def refuses(method: str | None) -> bool:
    """Is a request by this method refused, because it could write?"""
    return settings.VIEWING_ONLY and method not in _READING_METHODS


def as_allowed_here(actor: Actor) -> Actor:
    """The member of staff with what may be done in this installation: where nobody writes, who is no administrator has the role
    "Chỉ xem" in place of any other built-in one, and of the rights that were granted those to read.
    """
    is_known = actor.kind is ActorKind.STAFF and actor.role_in_force
    if not settings.VIEWING_ONLY or not is_known or actor.role is Role.ADMIN:
        return actor
    return replace(
        actor,
        role=actor.role and Role.READER,
        role_code=actor.role_in_force,
        grants=tuple(each for grant in actor.grants for each in _reading(grant)),
        only_looks=True,
        role_elsewhere=actor.role,
    )


def _reading(grant: Grant) -> Iterator[Grant]:
    if not grant.allowed or grant.verb in READING:
        yield grant
    elif grant.verb == EVERYTHING:
        for verb in sorted(READING):
            yield replace(grant, verb=verb)
