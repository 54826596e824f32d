"""Write the icons we use into one small sprite, taken from the Tabler package: `python tools/icons.py`."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "node_modules/@tabler/icons-sprite/dist/tabler-sprite.svg"
TARGET = ROOT / "src/khcn/kernel/ui/static/ui/icons.svg"
# Those that no line of the program names as `icon="…"` or `icon("…")`, which are found.
OTHERS = """
affiliate alert-circle alert-triangle api archive arrow-back-up arrow-down arrow-right arrow-up arrows-sort award
binoculars book books bookmark briefcase building building-bank building-community bulb calendar calendar-due
calendar-event calendar-stats category certificate chart-bar check checkbox checklist checks chevron-down
chevron-left chevron-right circle-check circle-x clipboard-check clipboard-list clipboard-text clock code coin coins
columns columns-3 database dots download edit external-link eye file file-certificate file-check file-code
file-description file-export file-import file-invoice file-pencil file-search file-spreadsheet file-text file-type-docx
file-type-pdf files filter flag flask checkup-list message-circle folder folders gavel git-branch git-merge globe hash hierarchy hierarchy-2
history home hourglass id id-badge inbox info-circle key language leaf link list list-check list-details list-numbers
lock login logout mail map map-2 map-pin map-pins medal menu-2 message-2 messages microscope moon news note notebook
notes packages paperclip pencil plant plant-2 player-pause player-stop plus point presentation presentation-analytics
printer puzzle refresh report report-analytics report-search rosette route rubber-stamp ruler scale school search send
settings shield-check shield-lock signature sitemap sort-ascending star sum sun table table-import tag tags
target timeline timeline-event tool transfer trash trending-up trophy upload user user-check user-circle user-plus
users users-group variable wand world writing x zoom-check replace target-arrow arrows-exchange building-factory
calendar-time calendar-off file-alert file-diff file-stack list-search user-edit tractor wall certificate-2
arrow-right-circle switch-horizontal arrow-merge arrows-join calculator adjustments playlist-add forms zoom-exclamation file-like rosette-discount-check seedling
""".split()


_NAMED = re.compile(r"""\bicon\s*(?:=|\()\s*["']([a-z0-9-]+)["']""")


def named_icons() -> set[str]:
    """The icons that the program names, by the lines of its modules and templates."""
    files = [path for kind in ("py", "html") for path in (ROOT / "src").rglob(f"*.{kind}")]
    return {name for path in files for name in _NAMED.findall(path.read_text("utf-8"))}


def main() -> None:
    """Copy each named symbol; a name the package does not have stops the run."""
    text = SOURCE.read_text(encoding="utf-8")
    found = {
        match["name"]: match[0]
        for match in re.finditer(r'<symbol id="tabler-(?P<name>[a-z0-9-]+)".*?</symbol>', text, re.DOTALL)
    }
    names = sorted(named_icons().union(OTHERS))
    missing = [name for name in names if name not in found]
    print("not in the package:", *missing) if missing else None
    symbols = "\n".join(
        found[name]
        .replace(f'id="tabler-{name}"', f'id="{name}"')
        .replace(' stroke-width="2"', ' stroke-width="1.75"')
        for name in names
        if name in found
    )
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    # Tabler Icons, MIT licence; see NOTICE.
    TARGET.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg"><defs>\n{symbols}\n</defs></svg>\n', encoding="utf-8"
    )
    print(f"{len(names) - len(missing)} icons, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":  # the gate reads what is named, and must not write it
    main()
