"""Changes of many records that are typed on a page: they become a workbook, and go the way of an import (docs/adr/0050)."""
