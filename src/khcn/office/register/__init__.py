"""Registers of this area; importing them registers them."""

from khcn.office.register import emulation, personnel, reform

__all__ = ["emulation", "personnel", "reform"]
