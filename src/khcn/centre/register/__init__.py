"""Registers of the Centre."""

from khcn.centre.register import activities, production, services, standards

__all__ = ["activities", "production", "services", "standards"]
