"""Who may change the registers of metrology, quality and standards."""

from khcn.kernel.access.predicates import in_unit

quality_staff = in_unit("TDC")
