"""Addresses of the registers: the pages of a few, which all come from the same code, and the JSON interface of every one."""

from dataclasses import replace

from django.urls import reverse

from khcn.kernel.actions import Bulk
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.registers.models import SavedFilter
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.screens.breakdown_charts import charts_url
from tests.security.register_rights import RIGHTS
from tests.security.route_shape import GRANTED, NOBODY, STAFF, TENANTS, OperationOfRegister, Route
from tests.security.world import SAMPLED, changed_nothing, own_record, pdf_file


def register_page_routes(world):
    """Pages of the sampled registers, and of every register those that several of its records are chosen for."""
    found = []
    for name in SAMPLED:
        record = world.records[name]
        found += _pages(world, register_of(type(record)), record, RIGHTS[name])
    return [*found, *_bulk(), *_other_looks()]


def _pages(world, register, record, rights):
    base = (register.area, register.slug)
    at = lambda tail, *more: reverse(f"register-{tail}", args=[*base, *more])  # noqa: E731
    who, adding, deleting = rights.changing(), rights.creating(), rights.deleting()
    listing = rights.listing()
    reading = rights.reading() if rights.own == "pk" else rights.read  # the world's task is no tenant's
    choosing = listing | (TENANTS if register.name == "reference.adminunit" else NOBODY)
    file = world.attachments[register.name].pk
    sent = {"version": version_of(record)}
    saved = SavedFilter.objects.create(
        register=register.name, name="riêng", conditions={"q": "a"}, owner=world.people["officer"].pk
    ).pk
    return [
        Route("register-lookup", at("lookup"), choosing, NOBODY, query="?q=a"),
        *(Route(f"register-{each}", at(each), listing, NOBODY) for each in ("list", "count", "export")),
        Route("register-columns", at("columns"), NOBODY, listing, {"default": "1"}),
        Route("register-filters", at("filters"), STAFF, STAFF, {"name": "x"}),
        Route("register-filter", at("filter", saved), {"officer"}, NOBODY),
        Route("register-filter-change", at("filter-change", saved), NOBODY, {"officer"}, {"do": "remove"}, writes=True),
        Route("register-new", at("new"), adding, adding, {}),
        Route("register-detail", at("detail", record.pk), reading, NOBODY),
        Route("register-history", at("history", record.pk), STAFF, NOBODY),
        Route("register-edit", at("edit", record.pk), who, who, sent),
        Route("register-removed", at("removed"), adding - GRANTED, NOBODY),
        Route("register-undo", at("undo", changed_nothing(record)), who - GRANTED, who - GRANTED),
        Route("register-delete", at("delete", world.lonely.get(register.name, record).pk), deleting, deleting,
              writes=register.name in world.lonely),
        *(Route("register-action", at("action", record.pk, each.name), may, may, {})
          for each in register.actions for may in [rights.actions[each.name]]),
        Route("register-attach", at("attach", record.pk), NOBODY, who, {"file": pdf_file()}, writes=True,
             says=True),
        Route("register-file", at("file", record.pk, file), rights.read, NOBODY),
        Route("register-preview", at("preview", record.pk, file), rights.read, NOBODY),
        Route("register-detach", at("detach", record.pk, file), NOBODY, who, writes=True, says=True),
    ]  # fmt: skip


def _other_looks():
    """The board and the charts of every register that has any: for staff who may read its list."""
    looks = [("register-board", register) for register in registers() if register.board]
    looks += [("register-charts", register) for register in registers() if charts_url(register)]
    return [
        Route(name, reverse(name, args=[register.area, register.slug]), may, NOBODY)
        for name, register in looks
        for may in [RIGHTS[register.name].listing() & STAFF]
    ]


def _bulk():
    """Actions on several records at once, of every register that has any."""
    return [
        Route("register-bulk", reverse("register-bulk", args=[register.area, register.slug, each.name]), may, may, {})
        for register in registers() for each in register.actions if each.bulk is not Bulk.NONE
        for may in [RIGHTS[register.name].choosing(each.name)]
    ]  # fmt: skip


def register_api_routes(world):
    """The JSON interface of every register, by the methods that it names."""
    found = []
    for number, register in enumerate(registers()):
        rights = RIGHTS[register.name]
        record = own_record(world, register, rights)
        operations = _operations(register, record, world.lonely.get(register.name, record), rights)
        for turn, (kind, route) in enumerate(operations, start=number):
            found.append(replace(route, operation=OperationOfRegister(register, kind, record, turn)))
    return found


def _operations(register, record, lonely, rights):
    name = f"api:{register.area}_{register.slug.replace('-', '_')}"

    def address(tail, args):
        return f"{name}_{tail}", reverse(f"{name}_{tail}", args=args)

    def read(tail, who, *args):
        return tail, Route(*address(tail, args), who, NOBODY, method="")

    def write(tail, who, *args, method="post", of=record, **more):
        match = {"If-Match": f'"{version_of(of)}"'}
        body = {"data": "{}", "kind": "application/json", "headers": match, "method": method}
        return tail, Route(*address(tail, args), None, who, **body, **more)

    return [
        read("list", rights.listing()),
        read("detail", rights.reading(), record.pk),
        *(
            (
                write("create", rights.creating()),
                write("change", rights.changing(), record.pk, method="patch"),
                write("replace", rights.changing(), record.pk, method="put"),
                write(
                    "delete",
                    rights.deleting(),
                    lonely.pk,
                    method="delete",
                    of=lonely,
                    writes=lonely is not record,
                    refuses=not rights.deleting(),
                ),
            )
            if register.form  # rows of the others come by operations alone
            else ()
        ),
        *([read("actions", rights.reading(), record.pk)] if rights.actions else []),
        *(write(f"action_{each}", who, record.pk) for each, who in rights.actions.items()),
        *(
            write(f"together_{each.name}", rights.choosing(each.name))
            for each in register.actions
            if each.bulk is Bulk.TOGETHER
        ),
    ]
