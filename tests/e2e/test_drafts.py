"""Every form keeps what is typed into it, also where a page has several, and until it has been saved and not only sent."""

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
READY = "body[data-drafts=ready]"
WORD = "gõ dở 17"
PAGES = {
    "new report": ("vanphong", "/reports/new/?year=2027"),
    "given words": ("vanphong", "/reports/2/given/"),
    "waivers": ("vanphong", "/reports/2/check/"),
    "note": ("vanphong", "/reports/2/steps/cancel/"),
    "override": ("vanphong", "/reports/2/sections/A.III.2.a/override/?code=NV-01&aspect=value&nth=1"),
    "section": ("vanphong", "/reports/2/sections/A.III.2.a/"),
    "form of reports": ("vanphong", "/reports/forms/bao-cao-9-thang/edit/"),
    "account": ("quantri", "/accounts/2/"),
    "record": ("qlkh", "/science/tasks/7/edit/"),
}
# Texts are typed into the first box of each form of the page, as far as it takes letters.
TYPE = """word => [...document.querySelectorAll('form[data-guard]')].map(form => {
  for (let part = form.closest('details'); part; part = part.parentElement.closest('details')) part.open = true;
  const box = [...form.elements].find(each => each.name && !each.disabled && !each.readOnly && !each.closest('[data-chip-editor]')
    && (each.tagName === 'TEXTAREA' || each.type === 'text') && !each.matches('[data-typed], [inputmode]') && each.getClientRects().length);
  if (!box) return null;
  box.value = word;
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  return [form.getAttribute('action'), box.name]; }).filter(Boolean)"""
SHOWN = """names => names.map(([action, name]) => [...document.querySelectorAll('form[data-guard]')]
  .find(form => form.getAttribute('action') === action && form.elements[name])?.elements[name].value)"""
STORED = "() => Object.keys(localStorage).filter(name => name.startsWith('khcn:draft')).length"


def type_into_each_form(page):
    page.wait_for_selector(READY)
    names = page.evaluate(TYPE, WORD)
    page.wait_for_function(f"count => ({STORED})() === count", arg=len(names))
    return names


@pytest.mark.parametrize("what", PAGES)
def test_what_is_typed_into_each_form_of_a_page_is_there_again(visitor, what):
    account, address = PAGES[what]
    page = visitor(account).page
    page.goto(address)
    names = type_into_each_form(page)
    assert names
    page.goto("/" if what == "record" else "about:blank")  # a page of ours throws away what is old
    page.goto(address)
    page.wait_for_selector(READY)
    assert page.evaluate(SHOWN, names) == [WORD] * len(names)
    assert page.locator(".draft-note:visible").count() == len(names)
