"""Registers of the science area."""

from khcn.science.register import activities, calls, events, proposals, requests, tasks

__all__ = ["activities", "calls", "events", "proposals", "requests", "tasks"]
