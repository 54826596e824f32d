"""The example of docs/howto/add-an-area.md works as it stands: its own folders, one line of the settings, its place among the layers."""

import pytest

pytestmark = [pytest.mark.gates, pytest.mark.xdist_group("examples")]


def test_one_more_area_touches_its_folders_alone(examples):
    changed = {str(path) for path in examples.changed_by_area}
    assert changed == {"docs/glossary.csv", "pyproject.toml", "src/khcn/config/installed_apps.py"}
    own = {
        "/".join(path.parts[:3] if path.parts[0] == "src" else path.parts[:2])
        for path in examples.added_by_area
    }
    assert own == {"src/khcn/cooperation", "tests/cooperation"}


def test_it_passes_every_conformance_test(examples):
    assert examples.passed("cooperation|HTQT|inventory.*row|worlds_name") >= 18
