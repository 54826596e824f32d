"""Registers of the one-stop counter."""

from khcn.dossiers.register import dossiers, procedures

__all__ = ["dossiers", "procedures"]
