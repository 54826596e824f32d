"""Why something a person asked for was not done: the base of every refusal, with the same words in all channels.

A refusal is no fault of the program. Web page, JSON API and import show its text as it is; so the text says in
Vietnamese what is in the way and what helps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Refused(Exception):  # noqa: N818 -- a refusal with a reason, not a fault
    """The rules do not allow this now. ``str()`` is the sentence for the person who asked.

    ``code`` is a stable English word for programs; ``fields`` holds sentences by input, where it is because of one; ``record``
    is the refused one, where many are written at once.
    """

    record: Any = None

    def __init__(
        self,
        message: object = "",
        *,
        code: str = "refused",
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.fields = {name: tuple(texts) for name, texts in (fields or {}).items()}

    @classmethod
    def about(cls, message: str, *names: str, code: str = "rule") -> Self:
        """A refusal because of these inputs, with the one sentence at each of them."""
        return cls(message, code=code, fields={name: [message] for name in names})

    def at(self, record: object) -> Self:
        """The refusal, with the refused record."""
        self.record = record
        return self


class NotPermitted(Refused):
    """The actor may see the record, but not do this to it (HTTP 403)."""


class Stale(Refused):
    """The record is no longer the one that the actor looked at (HTTP 409, or 412 with ``If-Match``)."""
