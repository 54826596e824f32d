"""The provider of this installation, as its settings describe it (`khcn.config.identity_provider` reads them)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Where it is, who we are there, and what is asked of a sign-in."""

    issuer: str
    client_id: str
    secret_file: Path | None
    subject_field: str  # names one person for good
    label: str  # of the button
    asks_factor: bool  # whether the second factor of ours is asked for too
    acr: frozenset[str]  # one of these; empty: any
    amr: frozenset[str]  # all of these
    max_age: int  # seconds since the person proved at the provider who it is; 0: any
    algorithms: tuple[str, ...]
    hosts: frozenset[str]  # the only ones that are connected to
    seconds: int  # for one whole exchange

    def secret(self) -> str:
        """Of the client; read each time, so that a new one needs no restart. Raises OSError."""
        return "" if self.secret_file is None else self.secret_file.read_text("utf-8").strip()
