"""Attached files that a search finds by their name or by what is written in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.registers.models import Attachment, AttachmentText
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.search.declarations import declare_searched, declared
from khcn.kernel.search.global_search import SearchSource, find_records
from khcn.kernel.search.offered_hits import Hit, first_hits

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.search.offered_hits import HitGroup
    from khcn.kernel.search.search_words import Words


def declare_searched_files() -> None:
    """Once, when the program starts."""
    declare_searched(AttachmentText, own=("name", "text"), shown="name")


def file_hits(actor: Actor, words: Words, size: int) -> list[HitGroup]:
    """Files on records that the actor may read. Accounts outside the department see few files, and these on the record:
    they find none.
    """
    if not actor.is_of_department:
        return []
    source = SearchSource(declared(AttachmentText), _readable_texts(actor))
    keys = [each.object_id for each in find_records([source], words, size + 1)]
    files = Attachment.objects.in_bulk(keys)
    hits = [hit for key in keys if key in files and (hit := _hit(actor, files[key])) is not None]
    return first_hits(_("Trong tệp đính kèm"), "paperclip", hits, "", size)


def _readable_texts(actor: Actor) -> QuerySet[AttachmentText]:
    whole, readable = [], Q()
    for register in registers():
        if not register.may("read", actor):
            continue
        rows: QuerySet[Any] = register.visible(actor)
        if rows.query.where or rows.query.is_sliced:
            keys = rows.order_by().values("pk")
            readable |= Q(attachment__model=register.name, attachment__object_id__in=keys)
        else:
            whole.append(register.name)
    return AttachmentText.objects.filter(readable | Q(attachment__model__in=whole))


def _hit(actor: Actor, found: Attachment) -> Hit | None:
    register = register_of(apps.get_model(found.model)).seen_by(actor)
    record = register.visible(actor).filter(pk=found.object_id).first()
    if record is None:
        return None  # it was deleted a moment ago
    address = reverse("register-preview", args=[register.area, register.slug, record.pk, found.pk])
    return Hit(f"{found.name} ({record_title(register, record)})", address)
