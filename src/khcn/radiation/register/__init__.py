"""Registers of radiation safety."""

from khcn.radiation.register import activities, facilities, licences, measurements, workers

__all__ = ["activities", "facilities", "licences", "measurements", "workers"]
