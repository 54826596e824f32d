"""``/trace/…``: where goods came from and where they went, as the lineage graph of `khcn.trace.queries`.

    GET /epcis/trace/upstream?epc=…      everything it was made from    (authorities)
    GET /epcis/trace/downstream?epc=…    everything it went into        (authorities)
    GET /epcis/trace/step-back?epc=…     one step back                  (every party, of what it may see)
    GET /epcis/trace/step-forward?epc=…  one step forward               (every party, of what it may see)

An addition to EPCIS, which has no such query. ``epc`` is an identifier in any spelling; the answer names things by their
canonical Digital Links, and says of each event whose it is (``party``, a GLN) and whether that party is confirmed for the
goods (``confirmed``). Where a graph would be too large with events that are not confirmed, they are left out and counted
(``leftOut``). ``recalls`` are those in force of things of the graph: what is recalled (``recalled``: the thing, its lot, its product,
a package that it was in, or what is in it), by whom, since when and why; things of which this was not found out are counted (``recallsLeftOut``).
``parties``, forward only, are those that had a thing of the graph (``how``: ``reported``, or ``source`` where only others say so) or were named as its receiver (``destination``), since when, and
whether by an event of the chain of the thing (``confirmed``); ``partiesLeftOut`` where there are too many events to read all.
``quantities``, forward and for authorities, are how much of a lot, or how many objects of a class, each party reports by business step, with the
``list`` of the events and their ``action``; ``withoutQuantity``: so many of the ``events`` do not say; ``quantitiesLeftOut`` as before. Where the store of another province did not answer, ``problems`` says so. For a thing without events the answer is a graph of that thing alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from django.utils.translation import gettext as _

from khcn.epcis.ids.canonical import misplaced_qualifier
from khcn.trace.models import TraceParty
from khcn.trace.queries import (
    TraceEdge,
    TraceGraph,
    WholeGraphRefused,
    downstream,
    lineage_step_back,
    lineage_step_forward,
    upstream,
)
from khcn.trace.queries.names.local_times import utc_time
from khcn.trace.store.database.stores import all_stores, values_everywhere
from khcn.trace.store.encoding.instants import utc_text
from khcn.trace.views.endpoint import endpoint
from khcn.trace.views.not_asked import not_asked_problems
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from khcn.trace.queries.answers.goods_quantities import GoodsQuantity
    from khcn.trace.queries.answers.parties_of_goods import PartyOfGoods
    from khcn.trace.queries.recalls.recall_terms import Recall
    from khcn.trace.store import Viewer
    from khcn.trace.views.endpoint import Call

LONGEST_IDENTIFIER: Final = 2000


def _identifier(call: Call) -> str:
    """The thing asked for. Raises `Refusal` (400)."""
    pairs = [pair.partition("=") for pair in call.query_string.split("&") if pair]
    values = [unquote_plus(value) for name, _equals, value in pairs if name == "epc"]
    if len(values) != 1 or len(pairs) != 1:
        raise Refusal(
            400,
            "QueryParameterException",
            _("Ở đây có đúng một tham số: epc=<mã cần truy xuất>."),
            parameter="epc",
        )
    value = values[0].strip()
    if not value or len(value) > LONGEST_IDENTIFIER or "\0" in value:
        raise Refusal(
            400,
            "QueryParameterException",
            _("Mã cần truy xuất để trống, quá dài hoặc có ký tự NUL."),
            parameter="epc",
        )
    if misplaced_qualifier(value) is not None:
        raise Refusal(
            400,
            "QueryParameterException",
            _(
                "Mã cần truy xuất ghi số lô, số sê-ri hoặc phần mở rộng sau dấu “?”. Ghi phần đó vào đường dẫn, ví dụ "
                "…/01/<GTIN>/10/<số lô>."
            ),
            parameter="epc",
        )
    return value


def _edge_json(edge: TraceEdge, parties: Mapping[int, str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": edge.kind.name.lower(),
        "sources": edge.sources,
        "products": edge.products,
        "events": [
            {
                "eventID": event.event_id,
                "eventTime": utc_text(utc_time(event.event_time)),
                "party": parties.get(event.owner),
                "confirmed": event.is_confirmed,
            }
            for event in edge.events
        ],
    }
    if edge.transformation is not None:
        found["transformationID"] = edge.transformation
    return found


def as_json(graph: TraceGraph) -> dict[str, Any]:
    """A graph as JSON."""
    owners = {event.owner for edge in graph.edges for event in edge.events}
    owners |= {recall.party for recall in graph.recalls}
    owners |= {party for one in graph.repeated_sales for party, _at in one.sales}
    parties = dict(values_everywhere(TraceParty.objects.filter(pk__in=owners), "pk", "gln"))
    found: dict[str, Any] = {
        "epc": graph.thing,
        "things": [{"id": thing.id, "steps": thing.steps} for thing in graph.things],
        "passages": [_edge_json(edge, parties) for edge in graph.edges],
    }
    if graph.left_out:
        found["leftOut"] = graph.left_out
    if graph.recalls:
        found["recalls"] = [_recall_json(recall, parties) for recall in graph.recalls]
    if graph.recalls_left_out:
        found["recallsLeftOut"] = graph.recalls_left_out
    if graph.parties:
        found["parties"] = [_party_json(one) for one in graph.parties]
    if not graph.has_all_parties:
        found["partiesLeftOut"] = True
    if graph.quantities:
        found["quantities"] = [_quantity_json(one) for one in graph.quantities]
    if not graph.has_all_quantities:
        found["quantitiesLeftOut"] = True
    if graph.repeated_sales:
        found["soldRepeatedly"] = [
            {
                "epc": one.thing,
                "sales": [
                    {"party": parties.get(party), "eventTime": utc_text(utc_time(at))}
                    for party, at in one.sales
                ],
            }
            for one in graph.repeated_sales
        ]
    if not graph.has_all_sales:
        found["salesLeftOut"] = True
    return found


def _recall_json(recall: Recall, parties: Mapping[int, str]) -> dict[str, Any]:
    found = {
        "epc": recall.subject,
        "recalled": recall.named,
        "scope": recall.scope.value,
        "party": parties.get(recall.party),
        "rank": recall.rank.name.lower(),
        "since": utc_text(utc_time(recall.since)),
    }
    return {**found, "reason": recall.reason} if recall.reason else found


def _party_json(one: PartyOfGoods) -> dict[str, Any]:
    return {
        "epc": one.thing,
        "party": one.party,
        "since": utc_text(utc_time(one.since)),
        "how": one.how.name.lower(),
        "confirmed": one.is_confirmed,
    }


def _quantity_json(one: GoodsQuantity) -> dict[str, Any]:
    found: dict[str, Any] = {
        "epc": one.thing,
        "party": one.party,
        "list": one.list_name,
        "action": one.action,
        "bizStep": one.biz_step,
        "quantity": float(one.quantity),
        "uom": one.uom,
        "events": one.events,
        "withoutQuantity": one.without_quantity,
        "confirmed": one.is_confirmed,
    }
    left_out = {name for name in ("action", "bizStep", "uom", "withoutQuantity") if not found[name]}
    if one.events == one.without_quantity:
        left_out.add("quantity")
    return {name: value for name, value in found.items() if name not in left_out}


def _asking(query_fingerprint: Callable[[str, Viewer], TraceGraph]) -> Callable[..., HttpResponse]:
    def run(call: Call) -> HttpResponse:
        try:
            with all_stores():
                found = as_json(query_fingerprint(_identifier(call), call.viewer))
                problems = not_asked_problems()
            return call.json({**found, "problems": problems} if problems else found)
        except WholeGraphRefused:
            raise Refusal(
                403,
                "SecurityException",
                _(
                    "Chỉ cơ quan quản lý được xem cả chuỗi. Cơ sở tham gia truy xuất xem một bước trước (step-back) "
                    "và một bước sau (step-forward)."
                ),
            ) from None

    return endpoint(GET=run)


ENDPOINTS: Final = {
    "upstream": _asking(upstream),
    "downstream": _asking(downstream),
    "step-back": _asking(lineage_step_back),
    "step-forward": _asking(lineage_step_forward),
}
