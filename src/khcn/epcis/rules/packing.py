"""What packs nothing although its form is valid: children without a container, a container in itself (EPCIS 2.0, 7.4.3, 7.4.7)."""

from collections.abc import Iterator, Mapping

from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.errors import Severity
from khcn.epcis.ids.canonical import canonical
from khcn.epcis.rules.value_checks import Problems, add_problem, shown


def _children(tree: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """The children of an event, each with the end of its path."""
    epcs, quantities = tree.get("childEPCs"), tree.get("childQuantityList")
    for place, child in enumerate(epcs if isinstance(epcs, list) else ()):
        if isinstance(child, str):
            yield child, f"childEPCs/{place}"
    for place, item in enumerate(quantities if isinstance(quantities, list) else ()):
        if isinstance(item, dict) and isinstance(item.get("epcClass"), str):
            yield item["epcClass"], f"childQuantityList/{place}/epcClass"


def check_packing(tree: Mapping[str, Json], path: str, found: Problems) -> None:
    """Add what an AggregationEvent or AssociationEvent says of its container that has no effect."""
    parent = tree.get("parentID")
    if parent is None:
        if tree["type"] == "AggregationEvent" and tree.get("action") in ("ADD", "DELETE"):
            add_problem(
                found,
                "NO_PARENT",
                f"{path}/parentID",
                "Sự kiện đóng gói hoặc dỡ hàng không ghi mã thùng, kiện (parentID), nên không cho biết hàng vào đâu hay ra khỏi đâu. "
                "Ghi mã đó rồi gửi lại; chỉ sự kiện OBSERVE mới được bỏ trống.",
                "parentID may be left out only with action OBSERVE; without it nothing is packed or unpacked",
                Severity.CONTENT,
            )
        return
    if not isinstance(parent, str):
        return
    name = canonical(parent) or parent
    for child, where in _children(tree):
        if child == parent or (canonical(child) or child) == name:
            add_problem(
                found,
                "OWN_CHILD",
                f"{path}/{where}",
                f"“{shown(child)}” được ghi là nằm trong chính nó. Đối chiếu lại mã thùng, kiện và mã hàng bên trong.",
                f"{shown(child)!r} is both container and content",
                Severity.CONTENT,
            )
