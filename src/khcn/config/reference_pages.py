"""Pages of ``docs/`` that are written from the code: the data dictionary, the figures, the workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import UniqueConstraint
from django.utils import translation
from django.utils.text import capfirst

from khcn.config.variable_meanings import MEANINGS
from khcn.config.variables import defaults
from khcn.kernel.actions import Bulk
from khcn.kernel.actors import ACCOUNT_ROLES, Actor, ActorKind, Role
from khcn.kernel.deadlines.kinds import registry as deadlines
from khcn.kernel.fields.sections import kinds_of_sections, section_condition
from khcn.kernel.indicators import Basis, registry
from khcn.kernel.intake.sheet_kinds import SheetKind
from khcn.kernel.integrity_rules import rules as integrity_rules
from khcn.kernel.refusals.constraints import fields_of_constraint
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.workbooks.workbook_sheet import SheetColumn, sheet_columns
from khcn.privacy.queries.inventory import inventory
from khcn.reference.models import RuleUnit
from khcn.reference.queries import shipped_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workflow import Workflow

MADE = "<!-- Written by ./khcn docs; a test compares it with the code. -->\n\n"
_SEVERAL = 2
BASES = {
    Basis.FLOW: "phát sinh trong kỳ",
    Basis.TOUCHED: "đối tượng có phát sinh trong kỳ",
    Basis.STOCK: "tại ngày cuối kỳ hoặc theo năm",
}


def pages() -> dict[str, str]:
    """Path below ``docs/`` to text, always the same for the same code."""
    with translation.override("vi"):
        found = {f"registers/{each.area}.{each.slug}.md": register_page(each) for each in registers()}
        found["registers/README.md"] = register_index()
        found["indicators.md"] = indicator_page()
        found["integrity.md"] = integrity_page()
        found["van-hanh/bien-cai-dat.md"] = variable_page()
        found["personal-data.md"] = personal_data_page()
        return found


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def variable_page() -> str:
    """Every variable of the environment that the program reads."""
    text = (
        MADE
        + "# Biến cài đặt\n\nTrong `/etc/khcn/khcn.env`, mỗi dòng một biến, không có dấu cách quanh dấu `=`. Đổi xong thì `systemctl restart khcn`, rồi "
        + "`khcn doctor`: biến gõ sai tên được nêu ra. Ô “mặc định” trống: không có, hoặc theo biến khác.\n"
    )
    for group, meanings in MEANINGS.items():
        text += f"\n## {group}\n\n" + _row("biến", "mặc định", "ý nghĩa") + _row(*["---"] * 3)
        for name, meaning in meanings.items():
            default = defaults()[name]
            text += _row(f"`{name}`", f"`{default}`" if default else "", meaning)
    return text


def integrity_page() -> str:
    """Every rule that the data are checked by, area by area."""
    text = MADE + "# Quy tắc kiểm tra dữ liệu\n\n"
    text += f"{len(integrity_rules)} quy tắc, hỏi mỗi đêm và bằng `./khcn check-data`. Lỗi: không thể đúng. Cảnh báo: cần người xem lại. "
    text += "Mỗi quy tắc có một vi phạm mẫu trong `tests/integrity`.\n"
    area = ""
    for rule in integrity_rules:
        if rule.area != area:
            area = rule.area
            text += (
                f"\n## {area}\n\n"
                + _row("quy tắc", "mức", "điều sai", "vì sao", "cách sửa")
                + _row(*["---"] * 5)
            )
        only = f" (chỉ {rule.database})" if rule.database else ""
        text += _row(f"`{rule.name}`{only}", rule.level.label, rule.title, rule.explanation, rule.remedy)
    return text


def personal_data_page() -> str:
    """The inventory of personal data, field by field."""
    rules = {rule["code"]: rule for rule in shipped_rules()}
    units = dict(RuleUnit.choices)
    text = (
        MADE
        + "# Bảng kê dữ liệu cá nhân\n\nMọi trường của cơ sở dữ liệu có thể nói về một người. Nguồn: `data/personal_data.toml` của từng mảng trong `src/khcn`; một kiểm thử "
        + "không đạt khi có trường đứng ngoài. Quy tắc và lý do: [adr/0036](adr/0036-personal-data-are-listed-masked-and-erased.md); việc hằng ngày: "
        + "[van-hanh/du-lieu-ca-nhan.md](van-hanh/du-lieu-ca-nhan.md).\n\n"
        + _row("dữ liệu", "loại", "trường", "mục đích", "căn cứ", "ai xem được", "giữ bao lâu")
        + _row(*["---"] * 7)
    )
    for row in inventory():
        stored = row.stored
        if row.rule:
            rule = rules[row.rule]
            stored += f" `{row.rule}`: {rule['value']} {units[rule['unit']]} (dữ liệu minh họa đến khi Sở xác nhận)."
        text += _row(
            row.title,
            "nhạy cảm" if row.is_sensitive else "cơ bản",
            " ".join(f"`{name}`" for name in row.fields),
            row.purpose,
            row.ground,
            row.seen_by,
            stored,
        )
    return text


def register_index() -> str:
    """All registers in one table."""
    text = (
        MADE + "# Từ điển dữ liệu\n\n" + _row("sổ", "tên", "phụ trách", "khóa tự nhiên") + _row(*["---"] * 4)
    )
    for each in registers():
        link = f"[{each.title}]({each.area}.{each.slug}.md)"
        text += _row(link, f"`{each.name}`", each.owner, ", ".join(f"`{name}`" for name in each.natural_key))
    return text


def register_page(register: Register) -> str:
    """One register: its columns, who may do what, its workflow and figures."""
    text = f"{MADE}# {capfirst(str(register.title))}\n\n"
    text += f"`{register.name}` · phụ trách: {register.owner or '–'} · địa chỉ: `/{register.area}/{register.slug}/`\n\n"
    text += "Khóa tự nhiên (để nhập lại không sinh bản ghi mới): "
    text += ", ".join(f"`{name}`" for name in register.natural_key) + ".\n\n"
    text += (
        "## Các cột\n\n"
        + _row("tiêu đề", "trường", "kiểu", "bắt buộc", "giá trị, ghi chú")
        + _row(*["---"] * 5)
    )
    conditions = _conditions(register)
    for column in sheet_columns(register):
        text += _row(
            column.heading,
            f"`{column.name}`",
            column.kind.sheet_word,
            "có" if column.required else "",
            " ".join(filter(None, (_values(column), conditions.get(column.name, "")))),
        )
    if rules := list(_rules_between_fields(register)):
        text += "\n## Giá trị phải khớp nhau\n\n" + _row("trường", "báo khi không khớp") + _row(*["---"] * 2)
        text += "".join(_row(", ".join(f"`{name}`" for name in names), rule) for names, rule in rules)
    text += "\n## Quyền\n\n" + _row("vai trò", "đơn vị", "xem", "sửa") + _row(*["---"] * 4)
    for role, label in ACCOUNT_ROLES:
        for unit in _units(register):
            text += _row(
                label, unit, _may(register, "read", role, unit), _may(register, "change", role, unit)
            )
    if register.actions:
        text += "\n" + action_part(register)
    if register.workflow:
        text += "\n" + workflow_part(register.workflow)
    if register.indicators:
        text += "\n## Số liệu\n\n"
        text += "".join(f"- [`{each.code}`](../indicators.md) {each.label}\n" for each in register.indicators)
    return text


def _rules_between_fields(register: Register) -> Iterator[tuple[tuple[str, ...], str]]:
    """What the model declares about values that have to fit together: its constraints, and rows in force on a day."""
    for constraint in register.model._meta.constraints:
        names = fields_of_constraint(constraint)
        if len(names) < _SEVERAL:
            continue
        if isinstance(constraint, UniqueConstraint):
            yield (
                names,
                "Trùng với bản ghi khác."
                if constraint.condition is None
                else str(constraint.get_violation_error_message()),
            )
        else:
            yield names, str(constraint.get_violation_error_message())
    for name, day in getattr(register.model, "in_force_on", {}).items():
        yield (name, day), "Mục được chọn không có hiệu lực vào ngày này."


def _conditions(register: Register) -> dict[str, str]:
    """When the field of a conditional section may have a value, in words."""
    kinds = kinds_of_sections(register.form, model=register.model)
    return {
        name: section_condition(kinds, section)
        for section in register.form
        if section.when is not None
        for name in section.fields
    }


def _values(column: SheetColumn) -> str:
    if choices := column.kind.sheet_choices():
        return "; ".join(choices)
    if target := column.kind.target:
        return f"một bản ghi của “{target.title}”, ghi theo `{target.lookup}`"
    return column.help_text


def _units(register: Register) -> tuple[str, str]:
    owner = register.owner or "VP"
    return owner, "QLKH" if owner != "QLKH" else "VP"


def _may(register: Register, verb: str, role: str, unit: str) -> str:
    actor = Actor(1, "", Role(role), 1, unit, kind=ActorKind.STAFF)
    return "có" if register.may(verb, actor) else "–"


def action_part(register: Register) -> str:
    """What is done with a record, with the inputs of each action and the address for programs."""
    text = (
        "## Việc có thể làm\n\n"
        + _row("việc", "địa chỉ", "nhiều bản ghi", "trang tính nhập liệu", "ô nhập")
        + _row(*["---"] * 5)
    )
    for action in register.actions:
        kinds = action.kinds()
        inputs = "; ".join(
            f"{kinds[name].label}{' *' if action.needs(name, kinds[name]) else ''}" for name in kinds
        )
        several = {Bulk.NONE: "", Bulk.EACH: "lần lượt", Bulk.TOGETHER: "cùng một lúc"}[action.bulk]
        address = f"`POST /api/{register.area}/{register.slug}/<số>/actions/{action.name}/`"
        sheet = f"“{SheetKind(register, action).sheet_name}”" if action.importable else ""
        text += _row(action.label, address, several, sheet, inputs)
    owned = [(name, each.message) for each in register.owned for name in each.fields]
    if owned:
        text += "\nTrường chỉ ghi bằng việc ở trên:\n\n"
        text += "".join(f"- `{name}`: {message}\n" for name, message in owned)
    return text


def workflow_part(workflow: Workflow) -> str:
    """States and transitions as tables."""
    text = f"## Quy trình: {workflow.label}\n\n"
    if any(state.public for state in workflow.states):
        text += _row("trạng thái", "người ngoài Sở thấy") + _row(*["---"] * 2)
        text += "".join(_row(state.label, state.public_label) for state in workflow.states) + "\n"
    text += _row("bước", "từ trạng thái", "đến trạng thái", "thời hạn") + _row(*["---"] * 4)
    for step in workflow.transitions:
        sources = ", ".join(str(workflow.by_value[value].label) for value in step.sources)
        terms = [f"bắt đầu “{deadlines.kinds[step.starts].label}”"] if step.starts else []
        terms += [f"xong “{deadlines.kinds[step.ends].label}”"] if step.ends else []
        terms += [f"tính tiếp “{deadlines.kinds[step.reopens].label}”"] if step.reopens else []
        text += _row(step.label, sources, workflow.by_value[step.target].label, "; ".join(terms))
    return text


def indicator_page() -> str:
    """Every figure: what it counts, how, and which statements of the 2023 report it makes."""
    text = (
        MADE
        + "# Số liệu\n\nMỗi số liệu là một câu truy vấn: con số, danh sách tên và trang bản ghi cùng từ đó mà ra. Cột “2023” là số thứ tự "
    )
    text += "của câu trong báo cáo 9 tháng năm 2023 (F001…F208).\n\n"
    text += _row("mã", "2023", "tên", "đơn vị", "tính", "đếm từ", "đếm gì, không đếm gì") + _row(*["---"] * 7)
    for each in registry:
        text += _row(
            f"`{each.code}`",
            ", ".join(each.figure_ids),
            each.label,
            each.unit,
            BASES[each.basis],
            register_of(each.model).title,
            each.definition,
        )
    return text
