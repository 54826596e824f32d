"""The content of the public pages as JSON-LD, in terms of the GS1 Web Vocabulary and of EPCIS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.cbv import BIZ_STEP
from khcn.epcis.ids.check import is_restricted_gtin, is_restricted_key
from khcn.trace.queries.names.attributes_of_making import iso_or_nothing
from khcn.trace.views.not_asked import not_asked_sentence
from khcn.trace.views.public_words import comments, input_recalls, notices_of, package_notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.trace.queries.names.display_names import PlaceName
    from khcn.trace.queries.page_contents import InputsShown, NamedGoods, PublicGoods, PublicStep
    from khcn.trace.queries.recalls.public_recalls import PageRecalls
    from khcn.trace.queries.register_facts import RegisterFacts

_CONTEXT: Final = {
    "gs1": "https://ref.gs1.org/voc/",
    "cbv": "https://ref.gs1.org/cbv/",
    "epcis": "https://ref.gs1.org/epcis/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def goods_json(page: PublicGoods, uri: str) -> dict[str, Any]:
    """The content of the page of goods as JSON-LD, in terms of the GS1 Web Vocabulary and of EPCIS."""
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": uri,
        "@type": "gs1:Product",
        "gs1:gtin": "" if _is_internal(page) else page.gtin,
        "gs1:hasBatchLotNumber": page.lot,
        "gs1:hasSerialNumber": page.serial,
        "gs1:productName": page.name if page.is_name_confirmed else "",
        "gs1:brand": {"@type": "gs1:Brand", "gs1:brandName": page.brand} if page.brand else "",
        "gs1:manufacturer": _organisation(page.producer, page.address),
        "gs1:countryOfOrigin": page.origin,
        "gs1:productionDate": iso_or_nothing(page.produced_on),
        "gs1:bestBeforeDate": iso_or_nothing(page.best_before),
        "gs1:expirationDate": iso_or_nothing(page.expires_on),
        "rdfs:comment": page_comments(page),
        "epcis:eventList": [_event_json(step) for step in page.steps],
    }
    return {name: value for name, value in found.items() if value}


def page_comments(page: PublicGoods) -> list[str]:
    """What the page of goods warns of, as sentences."""
    return [
        *filter(None, [not_asked_sentence()]),
        *([_internal(page.gtin)] if _is_internal(page) else []),
        *comments(notices_of(page)),
        *_of_inputs(page.inputs),
        *input_recalls(page.recalled_inputs).sentences,
        *([] if page.is_name_confirmed else [_unconfirmed(page.name)]),
    ]


def product_data(page: PublicGoods, facts: RegisterFacts, address: str) -> dict[str, Any]:
    """Goods in terms of schema.org, which search engines read: what their page shows of the product, and nothing of the journey."""
    root = address[: address.index("/01/")] if "/01/" in address else ""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "name": page.name,
        "gtin": "" if facts.is_internal else page.gtin,  # one of our own means something here alone
        "sku": page.gtin if facts.is_internal else "",
        "brand": {"@type": "Brand", "name": page.brand} if page.brand else "",
        "manufacturer": {"@type": "Organization", "name": page.producer, "address": page.address}
        if page.producer
        else "",
        "countryOfOrigin": page.origin,
        "productionDate": iso_or_nothing(page.produced_on),
        "image": root + facts.picture.whole if facts.picture else "",
        "category": facts.group,
        "hasCertification": [
            {
                "@type": "Certification",
                "name": each.kind,
                "certificationIdentification": each.number,
                "issuedBy": {"@type": "Organization", "name": each.issuer},
                **({"expires": each.valid_until} if each.valid_until else {}),
            }
            for each in facts.certificates
        ],
    }
    return {name: value for name, value in found.items() if value}


def package_json(recalls: PageRecalls, uri: str, title: str, texts: Sequence[str]) -> dict[str, Any]:
    """A package as JSON-LD: what its page says, above all whether it is recalled."""
    sentences = [*comments(package_notices(recalls)), *texts]
    return {"@context": _CONTEXT, "@id": uri, "rdfs:label": title, "rdfs:comment": sentences}


def _number_of_gs1(gln: str) -> dict[str, str]:
    """A GLN as a key of GS1; nothing for one that is internal, which may mean another place elsewhere."""
    return {} if not gln or is_restricted_key("414", gln) else {"gs1:globalLocationNumber": gln}


def place_page_json(place: PlaceName, uri: str, internal: str = "") -> dict[str, Any]:
    """A place or an organisation as JSON-LD; `internal`: that its number is none of GS1, "" of one that is."""
    comment = [internal] if internal else []
    if not place.is_confirmed:
        comment.append(_unconfirmed(", ".join(filter(None, (place.name, place.address)))))
        return {"@context": _CONTEXT, "@id": uri, **_number_of_gs1(place.gln), "rdfs:comment": comment}
    return {
        "@context": _CONTEXT,
        "@id": uri,
        **_number_of_gs1(place.gln),
        "rdfs:label": place.name,
        **({"rdfs:comment": comment} if comment else {}),
        **(
            {"gs1:address": {"@type": "gs1:PostalAddress", "gs1:streetAddress": place.address}}
            if place.address
            else {}
        ),
    }


def _organisation(name: str, address: str) -> dict[str, Any]:
    if not name:
        return {}
    found: dict[str, Any] = {"@type": "gs1:Organization", "gs1:organizationName": name}
    if address:
        found["gs1:address"] = {"@type": "gs1:PostalAddress", "gs1:streetAddress": address}
    return found


def _of_inputs(shown: InputsShown | None) -> list[str]:
    if shown is None:
        return []
    text = _("Trang này hiện một phần nguyên liệu; còn %(count)d nguyên liệu ở trang khác.")
    return [text % {"count": shown.left_out}]


def recalled_words(goods: NamedGoods) -> str:
    """That an ingredient is recalled; "" where it is not."""
    if not goods.is_recalled:
        return ""
    return _("có một phần đang bị thu hồi") if goods.is_of_part else _("đang bị thu hồi")


def _goods_list(goods: Sequence[NamedGoods]) -> list[dict[str, str]]:
    """Goods with their confirmed names and their lots."""
    found = []
    for one in goods:
        name = one.name if one.is_confirmed else ""
        named = {"gs1:productName": name, "gs1:hasBatchLotNumber": one.lot}
        known = {term: value for term, value in named.items() if value}
        if known:
            words = recalled_words(one)
            recalled = {"rdfs:comment": words} if words else {}
            found.append({"@type": "gs1:Product", **known, **recalled})
    return found


def _event_json(step: PublicStep) -> dict[str, Any]:
    place = step.place
    found: dict[str, Any] = {
        "@type": f"epcis:{step.event_type}",
        "rdfs:label": [
            {"@value": step.words.vi, "@language": "vi"},
            {"@value": step.words.en, "@language": "en"},
        ],
        "epcis:eventTime": {"@type": "xsd:dateTime", "@value": step.at.isoformat(timespec="minutes")},
        "epcis:bizStep": {"@id": f"cbv:BizStep-{step.biz_step}"} if step.biz_step in BIZ_STEP.words else "",
        "epcis:readPoint": {
            name: value
            for name, value in (
                ("@id", place.id),
                *_number_of_gs1(place.gln).items(),
                ("rdfs:label", place.name if place.is_confirmed else ""),
                ("gs1:streetAddress", place.address if place.is_confirmed else ""),
            )
            if value
        },
        "gs1:organizationName": step.party,
        "epcis:inputQuantityList": _goods_list(step.made_of),
        "epcis:quantityList": _goods_list(step.goods),
    }
    return {name: value for name, value in found.items() if value}


def _unconfirmed(name: str) -> str:
    return _("Tên chưa xác nhận: %(name)s") % {"name": name}


def _is_internal(page: PublicGoods) -> bool:
    return bool(page.gtin) and is_restricted_gtin(page.gtin)


def _internal(number: str) -> str:
    text = _("Mã %(number)s là mã nội bộ, không phải GTIN của GS1: ở nơi khác mã này có thể chỉ hàng khác.")
    return text % {"number": number}
