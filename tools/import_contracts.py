"""Contracts of import-linter about the areas, which are found and not listed: every package below ``khcn.*`` that is not named as something else.

``pyproject.toml`` names these classes in ``contract_types``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain import fields
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import ModuleExpression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grimp import ImportGraph
    from importlinter.domain.contract import ContractCheck


def areas(graph: ImportGraph, expressions: object, others: object) -> Any:
    """The packages that the expressions name and ``others`` does not, as a set: what import-linter has put in the place of a field."""
    named = module_expressions_to_modules(graph, cast("Iterable[ModuleExpression]", expressions))
    known = cast("set[str]", others)
    return {
        ModuleExpression(each.name)
        for each in named
        if each.name not in known and graph.find_children(each.name)
    }


class AreasForbidden(ForbiddenContract):
    """What must import no area."""

    type_name = "areas_forbidden"

    no_areas = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 -- called by import-linter
        """Look for the areas first."""
        self.forbidden_modules = areas(graph, self.forbidden_modules, self.no_areas)
        return super().check(graph, verbose)


class LayersOfAreas(LayersContract):
    """The order of the files of every area."""

    type_name = "layers_of_areas"

    no_areas = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 -- called by import-linter
        """Look for the areas first."""
        self.containers = areas(graph, self.containers, self.no_areas)
        return super().check(graph, verbose)
