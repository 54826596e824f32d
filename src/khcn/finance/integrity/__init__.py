"""What must be so of the registers of money and assets, and what no constraint refuses."""

from khcn.finance.integrity import amounts_and_days, entered_twice

__all__ = ["amounts_and_days", "entered_twice"]
