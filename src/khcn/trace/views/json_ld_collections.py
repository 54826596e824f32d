"""Collections of the EPCIS interface as JSON-LD."""

from __future__ import annotations

from khcn.trace.views.endpoint import CONTEXT


def collection(members: list[str], prefixes: dict[str, str] | None = None) -> dict[str, object]:
    """A JSON-LD collection, with the prefixes that its members use."""
    context: object = [CONTEXT, prefixes] if prefixes else CONTEXT
    return {"@context": context, "type": "Collection", "member": members}
