"""Registers of the science area."""

from khcn.science.register import activities, events, proposals, requests, tasks

__all__ = ["activities", "events", "proposals", "requests", "tasks"]
