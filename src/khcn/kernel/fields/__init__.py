"""One object for each kind of field: how it is typed, filtered, listed, exported, imported, given out as JSON and logged.

``registry.kind_of(field)`` gives the kind of a model field. A new kind is one file in ``kinds`` (docs/howto/add-a-field-kind.md).
"""
