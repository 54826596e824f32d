"""Operations as Django Ninja publishes them, at a cost in memory that hundreds of them can have in every process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import override
from ninja import NinjaAPI

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from django.urls import URLPattern, URLResolver
    from ninja.openapi.schema import OpenAPISchema
    from ninja.signature import ViewSignature

    from khcn.kernel.api.openapi_schema import OperationDescription


class RegisterApi(NinjaAPI):
    """The interface of all registers: parameters of paths have one model together, and schemas are built when asked for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[str, OperationDescription] = {}
        self._signatures: dict[tuple[str, ...], ViewSignature] = {}

    def publish(
        self,
        method: str,
        path: str,
        view: Callable[..., HttpResponse],
        described: OperationDescription,
        *,
        tag: str,
    ) -> None:
        """Publish one operation. Its path parameters must be whole numbers (``{int:…}``), and it takes no others."""
        self.api_operation(
            [method.upper()],
            path,
            operation_id=described.operation_id,
            url_name=described.operation_id,
            summary=described.summary,
            tags=[tag],
        )(view)
        self._described[described.operation_id] = described
        operation = self.default_router.path_operations[path].operations[-1]
        # Ninja reads the parameters of each operation into a model of pydantic, of 20 kB; those of the same names are alike.
        names = tuple(sorted(operation.signature.path_params_names))
        operation.signature = self._signatures.setdefault(names, operation.signature)
        operation.models = operation.signature.models

    def addresses(self) -> list[URLPattern | URLResolver]:
        """Of all operations. Ninja answers them by copies of what was published, which itself is then let go."""
        found = list(self.urls[0])
        for path_view in self.default_router.path_operations.values():
            for operation in path_view.operations:
                vars(operation.view_func).pop("_ninja_operation", None)
        self.default_router.path_operations.clear()
        return found

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document, with what each operation says of its filters, bodies and answers."""
        schema = super().get_openapi_schema(**options)
        with override(settings.LANGUAGE_CODE):  # in one language, whatever that of the request
            for operations in schema["paths"].values():
                for operation in operations.values():
                    described = self._described[operation["operationId"]]
                    schema.deep_dict_update(operation, described.extra())
        return schema
