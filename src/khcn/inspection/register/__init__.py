"""Registers of the inspectorate."""

from khcn.inspection.register import inspections, petitions, violations

__all__ = ["inspections", "petitions", "violations"]
