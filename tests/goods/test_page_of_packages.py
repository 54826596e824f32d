"""The page for producers about crates and pallets names buttons, fields and headings with the words of the screen."""

import re

from django.conf import settings

PAGE = settings.ROOT / "docs" / "howto" / "thung-kien-pallet.md"


def words_on_screens():
    """What the goods and the common pages say, in Vietnamese."""
    found = set()
    for folder in ("goods/locale", "locale"):
        for path in (settings.ROOT / "src" / "khcn" / folder).rglob("en/LC_MESSAGES/django.po"):
            found |= {
                each.lower() for each in re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
            }
    return found


def test_the_page_quotes_what_is_on_the_screen():
    known = words_on_screens()
    quoted = re.findall("“([^”]+)”", PAGE.read_text("utf-8"))
    assert len(quoted) > 30
    assert {each for each in quoted if each.lower() not in known} == set()
