"""Static files of other people's packages: exactly those that pages name, and no example or second theme."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

# address prefix, folder below node_modules, names in it
WANTED = (
    ("vendor/tabler/css", "@tabler/core/dist/css", ("tabler.min.css", "tabler.min.css.map")),
    (
        "vendor/tom-select/css",
        "tom-select/dist/css",
        ("tom-select.bootstrap5.min.css", "tom-select.bootstrap5.min.css.map"),
    ),
    ("vendor/tom-select/js", "tom-select/dist/js", ("tom-select.base.min.js", "tom-select.base.min.js.map")),
    (
        "vendor/be-vietnam-pro",
        "@fontsource/be-vietnam-pro",
        (
            "400.css",
            "500.css",
            "600.css",
            "files/*-400-normal.wof*",
            "files/*-500-normal.wof*",
            "files/*-600-normal.wof*",
        ),
    ),
)


class VendorFinder(BaseFinder):
    """Finds the files of :data:`WANTED`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """One storage for each folder; ``collectstatic`` puts its prefix before the names."""
        super().__init__(*args, **options)
        self.storages = []
        for prefix, folder, names in WANTED:
            storage = FileSystemStorage(location=settings.NODE_MODULES / folder)
            storage.prefix = prefix  # type: ignore[attr-defined]
            self.storages.append((prefix, storage, names))

    def find(self, path: str, find_all: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 -- Django's signature
        """Absolute path of one file, for the development server and tests."""
        found = []
        for prefix, storage, names in self.storages:
            if not path.startswith(prefix + "/"):
                continue
            name = str(PurePosixPath(path).relative_to(prefix))
            if any(fnmatch(name, each) for each in names) and storage.exists(name):
                found.append(storage.path(name))
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every wanted file with its storage."""
        for _prefix, storage, names in self.storages:
            for pattern in names:
                folder = PurePosixPath(pattern).parent
                if not storage.exists(str(folder)):
                    continue
                for name in sorted(storage.listdir(str(folder))[1]):
                    path = str(folder / name)
                    if fnmatch(path, pattern):
                        yield path, storage
