"""One file for each kind of field. Every module of this folder is imported, so a new kind needs no entry elsewhere."""

from importlib import import_module
from pkgutil import iter_modules

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
