"""The digital product passport of goods: what their public page says, under the names of Decree 37/2026, Article 32.

The national format is not public, so the names are this program's own; `SCHEMA` describes them, and says so. A later format is another
file beside it, with the day from which it is in force in its name, and its own mapping here.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.urls import reverse

from khcn.epcis.ids.check import is_restricted_key
from khcn.trace.queries.names.attributes_of_making import iso_or_nothing
from khcn.trace.queries.page_notices import Notice
from khcn.trace.views.public_views import public_view
from khcn.trace.views.public_words import iso_minute, page_language
from khcn.trace.views.shown_steps import label_of, pictures_of, place_today
from khcn.trace.views.verdicts import verdicts

if TYPE_CHECKING:
    from datetime import date

    from khcn.trace.queries.names.display_names import PlaceName
    from khcn.trace.queries.page_contents import NamedGoods, PublicGoods, PublicStep
    from khcn.trace.queries.register_facts import PublicCertificate, RegisterFacts
    from khcn.trace.views.resolver_request import ResolverRequest

SCHEMA: Final = (files("khcn.trace") / "data" / "passport-2026-01-23.schema.json").read_bytes()
"""JSON Schema of the passport, by the decree in force since that day."""

SCHEMA_JSON: Final = "application/schema+json"
_UNCONFIRMED: Final = "unconfirmed"
_GOOD: Final = "good"


def passport_json(
    page: PublicGoods, facts: RegisterFacts, *, thing: str, here: str, root: str, on: date
) -> dict[str, Any]:
    """The passport of the goods of a page.

    Args:
        page: the page.
        facts: what registers have about them.
        thing: the id of what the label names.
        here: the address of the page.
        root: scheme and host of this server.
        on: the day on which it is true.
    """
    first, *_others = found = verdicts(page)
    notice = next((one for one in page.notices if one is not Notice.ILLUSTRATIVE), None)
    status = notice.value.replace(" ", "_") if notice else _GOOD if first.is_good else _UNCONFIRMED
    return {
        "$schema": root + reverse("passport-schema"),
        "is_national_format": False,
        "id": thing,
        "page": here,
        "language": page_language(),
        "as_of": on.isoformat(),
        "is_illustrative": Notice.ILLUSTRATIVE in page.notices,
        "status": status,
        "verdicts": [
            {"title": one.words, "text": one.text, "further": list(one.lines)} for one in found if one.text
        ],
        "product": _product(page, facts, root),
        "lot": page.lot or None,
        "serial": page.serial or None,
        "producer": _producer(page, facts, root),
        "origin": {"country": page.origin or None, "last_made_at": _last_made_at(page)},
        "produced_on": iso_or_nothing(page.produced_on) or None,
        "best_before": iso_or_nothing(page.best_before) or None,
        "expires_on": iso_or_nothing(page.expires_on) or None,
        "certificates": [_certificate(each) for each in facts.certificates],
        "safety_warnings": [
            {"since": iso_minute(one.since), "by": one.party or None, "text": one.reason}
            for one in page.recalls
        ],
        "traceability": {
            "is_whole": page.inputs is None and not {Notice.TOO_LONG, Notice.LACKS_STEPS} & set(page.notices),
            "events": f"{here}?form=epcis",
            "steps": [_step(one, facts, root) for one in page.steps],
        },
        "national_portal": None,
    }


def _product(page: PublicGoods, facts: RegisterFacts, root: str) -> dict[str, Any]:
    return {
        "gtin": page.gtin,
        "is_internal_gtin": facts.is_internal,
        "name": page.name,
        "is_name_confirmed": page.is_name_confirmed,
        "brand": page.brand or None,
        "group": facts.group or None,
        "standards": facts.standards or None,
        "picture": root + facts.picture.whole if facts.picture else None,
    }


def _certificate(certificate: PublicCertificate) -> dict[str, Any]:
    return {
        "kind": certificate.kind,
        "number": certificate.number,
        "issuer": certificate.issuer or None,
        "valid_until": certificate.valid_until or None,
        "is_past": certificate.is_past,
        "is_checked_by_department": certificate.is_checked,
    }


def _producer(page: PublicGoods, facts: RegisterFacts, root: str) -> dict[str, Any] | None:
    """Name, address and number of the party whose goods they are, once the department has confirmed it."""
    if not page.producer:
        return None
    path = facts.producer_path
    return {
        "name": page.producer,
        "address": page.address or None,
        "address_today": facts.address_today or None,
        "gln": _number_of_gs1(path.rpartition("/")[2]),
        "page": root + path if path else None,
    }


def _number_of_gs1(gln: str) -> str | None:
    """A GLN; None for one that is internal: elsewhere it may be the number of another place."""
    return None if not gln or is_restricted_key("414", gln) else gln


def _last_made_at(page: PublicGoods) -> dict[str, Any] | None:
    """The place of the last step that made the goods."""
    made = (
        one
        for one in reversed(page.steps)
        if set(one.own) - set(one.own_used)
        and (
            one.event_type == "TransformationEvent" or (one.event_type, one.action) == ("ObjectEvent", "ADD")
        )
    )
    return next((_place(one.place) for one in made), None)


def _place(place: PlaceName) -> dict[str, Any] | None:
    if not (place.name or place.address or place.gln):
        return None
    return {
        "name": place.name or None,
        "address": place.address or None,
        "id": place.id or None,
        "gln": _number_of_gs1(place.gln),
        "is_confirmed": place.is_confirmed,
    }


def _goods(goods: NamedGoods) -> dict[str, Any]:
    return {
        "name": goods.name or None,
        "lot": goods.lot or None,
        "is_name_confirmed": goods.is_confirmed,
        "is_recalled": goods.is_recalled,
    }


def _step(step: PublicStep, facts: RegisterFacts, root: str) -> dict[str, Any]:
    return {
        "title": label_of(step, facts),
        "words": {"vi": step.words.vi, "en": step.words.en},
        "at": iso_minute(step.at),
        "place": _place(step.place),
        "place_today": place_today(step, facts) or None,
        "party": step.party or None,
        "made_of": [_goods(one) for one in step.made_of],
        "goods": [_goods(one) for one in step.goods],
        "pictures": [root + one.whole for one in pictures_of(step, facts)],
    }


def _schema(_asked: ResolverRequest) -> HttpResponse:
    return HttpResponse(SCHEMA, content_type=SCHEMA_JSON)


schema = public_view(_schema)
