"""Migrations from nothing in half of the time.

For each table that a migration makes, Django builds the models anew that are tied to it by references, and those tied to them: in
the end forty models for each of a hundred and fifty. A model that was not there before is referred to by none of them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db.migrations.state import ProjectState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations.state import ModelState


@contextmanager
def new_models_by_themselves() -> Iterator[None]:
    """While the block lasts, a model that is new to the state of migrations is built beside the others, as where models are defined."""
    with_all_related = ProjectState.add_model

    def add_model(self: ProjectState, model_state: ModelState) -> None:
        key = model_state.app_label, model_state.name_lower
        if "apps" not in self.__dict__ or key in self.models:  # a cached property, which hasattr would fill
            with_all_related(self, model_state)
            return
        self.models[key] = model_state
        if self._relations is not None:  # type: ignore[attr-defined]  # Django's stubs do not know it
            self.resolve_model_relations(key)
        self.apps.render_multiple([model_state])

    ProjectState.add_model = add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = with_all_related  # type: ignore[method-assign]
