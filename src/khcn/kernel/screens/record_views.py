"""Screens of every register that only read: the page of a record, and the suggestions of look-ups."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Value, When
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from khcn.kernel.fields.choice_names import choice_name, with_names
from khcn.kernel.fields.dated_names import is_dated, shown_name
from khcn.kernel.fields.links import limit_of_link
from khcn.kernel.fields.reference_input import FOR_LINK, input_key
from khcn.kernel.fields.reference_targets import name_column, target_name_column
from khcn.kernel.screens.namesakes import name_among_namesakes
from khcn.kernel.screens.record_page_content import detail_context
from khcn.kernel.screens.removed_records import find_survivor
from khcn.kernel.screens.requested_record import record_or_404, register_or_404
from khcn.kernel.search.global_search import SearchSource, find_records
from khcn.kernel.search.search_words import read_words
from khcn.kernel.text.fold import name_key
from khcn.kernel.text.numbers import short_number
from khcn.kernel.text.similar_names import name_without_kind
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

SUGGESTED = 20
_DATED_ASKED_FOR = 5 * SUGGESTED  # of dated records, among which those of today come first


@open_to_outside_accounts
@read_only
def record_detail(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """One record: its facts by section, related records, files."""
    register = register_or_404(request, area, slug)
    try:
        record = record_or_404(request, register, pk)
    except Http404:
        survivor = find_survivor(register.model, pk)
        if survivor is None or not register.visible(request.actor).filter(pk=survivor).exists():
            raise
        return redirect(register.detail_url(survivor))  # not for ever: a merger can be undone
    return render(request, register.detail_template, detail_context(request, register, record))


@open_to_outside_accounts
@read_only
def lookup(request: Request, area: str, slug: str) -> JsonResponse:
    """Suggestions for a field that names a record of this register."""
    register = register_or_404(request, area, slug, "choose")
    rows = register.visible(request.actor, "choose")
    limit = None
    if link := request.GET.get(FOR_LINK):
        try:
            limit = limit_of_link(link, register.model)
        except LookupError:
            raise Http404 from None
        rows = rows.complex_filter(limit) if limit else rows
    words = read_words(request.GET.get("q", ""))
    name = name_column(register.model, limit)
    found: Iterable[tuple[int, Any]]
    if (key := request.GET.get("pk")) is not None:  # of a record that was added from the field
        found = rows.filter(pk=short_number(key) or 0).values_list("pk", name)
    elif words.words:
        source = [SearchSource.of(register.searched, rows)]
        most = _DATED_ASKED_FOR if is_dated(register.model) else SUGGESTED
        hits = find_records(source, words, most)
        if not hits and (core := name_without_kind(words.spelling)):
            hits = find_records(source, read_words(core), most)
        order = _of_today_first(rows, [each.object_id for each in hits], request.today)[:SUGGESTED]
        names = dict(rows.filter(pk__in=order).values_list("pk", name))
        found = [(pk, names[pk]) for pk in order if pk in names]
    else:
        if is_dated(register.model):
            rows = rows.order_by(_is_over(request.today), "sort_key", "pk")
        else:
            rows = rows.order_by("sort_key", "pk")
        found = rows.values_list("pk", name)[:SUGGESTED]
    typed = request.GET.get("q", "").strip()
    named = {pk: shown_name(text) for pk, text in found}
    is_there = any(name_key(text) == name_key(typed) for text in named.values())
    if register.chosen_with:
        records = with_names(register.visible(request.actor, "choose")).in_bulk(named)
        named |= {pk: choice_name(record, request.actor) for pk, record in records.items()}
    named |= _names_of_namesakes(request, register, named)
    results = [{"value": input_key(pk), "text": text} for pk, text in named.items()]
    return JsonResponse(
        {
            "results": results,
            "create": None if is_there else _offer_to_create(request, register, typed),
        }
    )


def _is_over(on: date) -> Case:
    """Of dated records: whether they are no longer in force, for the order."""
    return Case(When(valid_to__lte=on, then=Value(True)), default=Value(False), output_field=BooleanField())


def _of_today_first(rows: QuerySet[Any], keys: list[int], on: date) -> list[int]:
    """The keys in their order; of dated records, such as communes, those that have ended come last: few people mean one of these."""
    model: Any = rows.model
    if not is_dated(model):
        return keys
    ended = set(rows.filter(pk__in=keys, valid_to__lte=on).values_list("pk", flat=True))
    return sorted(keys, key=lambda key: key in ended)


def _names_of_namesakes(request: Request, register: Register, named: Mapping[int, str]) -> dict[int, str]:
    """What tells suggestions of one name apart: nobody can choose between two that look the same."""
    times = Counter(named.values())
    shared = [pk for pk, text in named.items() if times[text] > 1]
    if not shared or not register.distinguished_by:
        return {}
    records = register.visible(request.actor, "choose").in_bulk(shared)
    return {pk: name_among_namesakes(register, record, request.actor) for pk, record in records.items()}


def _offer_to_create(request: Request, register: Register, text: str) -> dict[str, str] | None:
    """Where what was looked up and is not on record can be added, with the text as its name; None where this person may not."""
    if not text or not register.form or not register.may("create", request.actor):
        return None
    name = target_name_column(register)
    filled = {name: text} if name in register.form_fields() else {}
    return {
        "label": _("Thêm mới %(kind)s") % {"kind": register.singular},
        "url": f"{reverse('register-new', args=[register.area, register.slug])}"
        + (f"?{urlencode(filled)}" if filled else ""),
    }
