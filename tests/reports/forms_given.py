"""Changed definitions of reports, for the tests of the report engine."""

from dataclasses import replace


def with_section(form, key, **changes):
    """The form with one section changed."""
    sections = tuple(replace(each, **changes) if each.key == key else each for each in form.sections)
    return replace(form, sections=sections)
