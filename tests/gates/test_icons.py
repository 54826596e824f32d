"""Every icon that the program names is in its sprite: a button with another has an empty place."""

import re

import pytest

from tools.icons import TARGET, named_icons

pytestmark = pytest.mark.gates


def test_every_icon_that_is_named_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', TARGET.read_text("utf-8")))
    assert len(named_icons()) > 100
    assert named_icons() - drawn == set()
