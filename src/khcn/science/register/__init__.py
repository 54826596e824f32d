"""Registers of the science area."""

from khcn.science.register import activities, events, proposals, tasks

__all__ = ["activities", "events", "proposals", "tasks"]
