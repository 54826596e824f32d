"""Registers of this area; importing them registers them."""

from khcn.ip.register import assets, contests, initiatives

__all__ = ["assets", "contests", "initiatives"]
