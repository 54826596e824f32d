"""Documents changed at random, to compare two judges on what is wrong with them."""

import copy
import random

WORDS = (
    "shipping",
    "in_transit",
    "OBSERVE",
    "ADD",
    "DELETE",
    "po",
    "location",
    "Temperature",
    "did_not_occur",
    "ALARM_CONDITION",
    "x",
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
    "EPCISDocument",
    "EPCISQueryDocument",
    "https://example.org/MyEvent",
)
TEXTS = (
    "",
    " ",
    "a b",
    "lô hàng",
    "urn:epc:id:sgtin:9521234.022031.1",
    "https://id.gs1.org/01/09521234220312/21/1",
    "https://id.gs1.org/01/09521234220315",
    "vidu:gì",
    "vidu:truong",
    "http://[::1]/a",
    "http://a/%zz",
    "urn:epcglobal:cbv:bizstep:shipping",
    "https://ref.gs1.org/cbv/BizStep-shipping",
    "https://ns.gs1.org/cbv/BizStep-shipping",
    "https://gs1.org/voc/Temperature",
    "https://www.gs1.org/voc/Temperature",
    "gs1:Temperature",
    "2026-10-09T08:30:00+07:00",
    "2026-10-09T08:30:00",
    "2026-13-09T08:30:00Z",
    "2026-10-09",
    "2026-10-09T23:59:60Z",
    "+07:00",
    "+14:30",
    "-07:60",
    "2.0",
    "2.0.",
    "KGM",
    "kgm",
    "KGMX",
    "F0",
    "0g",
    "12",
)
KEYS = (
    "type",
    "id",
    "vidu:truong",
    "truong",
    "@context",
    "https://example.org/field",
    "ilmd",
    "action",
    "epcList",
    "quantityList",
    "childEPCs",
    "parentID",
    "transformationID",
    "readPoint",
    "persistentDisposition",
    "sensorElementList",
    "bizTransactionList",
    "inputEPCList",
    "outputQuantityList",
    "recordTime",
    "errorDeclaration",
    "certificationInfo",
    "set",
    "unset",
    "set ",
)


def values(rng):
    """A value of any kind."""
    return rng.choice(
        (
            None,
            True,
            False,
            0,
            1,
            -2.5,
            [],
            {},
            [[]],
            ["urn:a:b"],
            ["urn:a:b", "urn:a:b"],
            [{"epcClass": "urn:a:b"}],
            [{"epcClass": "urn:a:b", "quantity": 1, "uom": "KGM"}],
            {"id": "urn:a:b"},
            {"vidu:truong": 1},
            {"type": "ObjectEvent"},
            {"set": ["active"]},
            rng.choice(WORDS),
            rng.choice(TEXTS),
            rng.choice(TEXTS),
        )
    )


def containers(tree):
    """Every object and array of a document, the document itself first."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        children = node.values() if isinstance(node, dict) else node
        waiting.extend(child for child in children if isinstance(child, dict | list))
    return found


def change_object(node, rng):
    key = rng.choice(sorted(node)) if node else None
    act = rng.randrange(5)
    if act == 0 or key is None:
        node[rng.choice(KEYS)] = values(rng)
    elif act == 1:
        del node[key]
    elif act == 2:
        node[rng.choice((rng.choice(KEYS), key + "x", "x:" + key))] = node.pop(key)
    else:
        node[key] = changed(node[key], rng)


def change_list(node, rng):
    act = rng.randrange(4)
    if act == 0 or not node:
        node.insert(rng.randint(0, len(node)), values(rng))
    elif act == 1:
        del node[rng.randrange(len(node))]
    elif act == 2:
        node.append(copy.deepcopy(rng.choice(node)))
    else:
        place = rng.randrange(len(node))
        node[place] = changed(node[place], rng)


def near(text, rng):
    """Another text, a character or two from this one."""
    place = rng.randint(0, len(text))
    return rng.choice(
        (
            text + rng.choice(" xé%/0\n"),
            text[:place],
            text.upper(),
            text.swapcase(),
            text[:place] + rng.choice("0aZ:/#?-+. ") + text[place:],
        )
    )


def changed(value, rng):
    """Another value in place of one, often a near one."""
    if isinstance(value, str) and rng.random() < 0.4:
        return near(value, rng)
    if isinstance(value, list) and rng.random() < 0.3:
        return []
    return values(rng)


def mutated(document, rng):
    """A copy of a document with one to three changes."""
    tree = copy.deepcopy(document)
    for _ in range(rng.randint(1, 3)):
        node = rng.choice(containers(tree))
        if isinstance(node, dict):
            change_object(node, rng)
        else:
            change_list(node, rng)
    return tree


def mutations(documents, count, seed):
    """`count` changed documents, the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        yield mutated(rng.choice(documents), rng)
