"""Registers of money and assets; importing this package declares them."""

from khcn.finance.register import advances, assets, budgets, procurement, settlements

__all__ = ["advances", "assets", "budgets", "procurement", "settlements"]
