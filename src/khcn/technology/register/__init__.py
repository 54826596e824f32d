"""Registers of this area; importing them registers them."""

from khcn.technology.register import information, projects, transfers

__all__ = ["information", "projects", "transfers"]
