"""Registers of metrology, quality and standards."""

from khcn.quality.register import checks, conformity, standards, subjects, support, systems

__all__ = ["checks", "conformity", "standards", "subjects", "support", "systems"]
