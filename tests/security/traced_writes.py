"""What a program did to files and to its database, in order, from what `strace` wrote down of it; and what is wrong with the order.

A name or content that was not synced is lost when the power fails. So a file is synced before it gets its name, its folder after,
and only then may the database name it; who is answered finds all of it again.
"""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

CALLS = "open,openat,creat,write,writev,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,sendto"
STRACE = [
    "strace",
    "-f",
    "--seccomp-bpf",
    "-qq",
    "-y",
    "-s",
    "9000",
    "-e",
    f"trace={CALLS}",
    "-e",
    "signal=none",
]
MARK = "/khcn-mark/"  # the program tries to make a folder there, which fails: `begin NAME`, `end NAME`
DATABASE = re.compile(r"\.sqlite3(-wal|-journal|-shm)?$")
_LINE = re.compile(r"^(\d+) +(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+)(?:<(.*)>)?( .*)?$", re.DOTALL)
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>")
_OF_FILE = re.compile(r"^-?\d+<([^>]*)>")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass
class Call:
    """One call of the system that succeeded: its name, the paths it is about, what was written."""

    name: str
    paths: list = field(default_factory=list)
    text: str = ""
    result: str = ""  # the path behind the descriptor that it returned


def calls_of(trace):
    """The calls of all processes, in the order in which they ended."""
    begun, found = {}, []
    for line in trace.splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        process, rest = match.groups()
        if rest.endswith("<unfinished ...>"):
            begun[process] = rest.removesuffix("<unfinished ...>").rstrip()
            continue
        if _RESUMED.match(rest):
            rest = begun.pop(process, "") + _RESUMED.sub("", rest)
        call = _CALL.match(rest)
        if call and (int(call[3]) >= 0 or MARK in rest):
            found.append(_call(call[1], call[2], call[4] or ""))
    return found


def _call(name, arguments, result):
    described = _OF_FILE.match(arguments)
    texts = [each.group(1) for each in _TEXT.finditer(arguments)]
    if name in {"write", "writev", "pwrite64", "pwritev", "sendto"}:
        return Call(name, [described[1]] if described else [], "".join(texts))
    if name in {"fsync", "fdatasync"}:
        return Call(name, [described[1]] if described else [])
    folders = re.findall(r"(?:AT_FDCWD|-?\d+)<([^>]*)>", arguments)
    paths = [each if each.startswith("/") else _joined(folders, each) for each in texts]
    if name in {"open", "openat", "creat"} and "O_CREAT" not in arguments and name != "creat":
        return Call("looked", paths, "", result)
    return Call({"openat": "open", "creat": "open"}.get(name, name), paths, "", result)


def _joined(folders, name):
    return str(PurePosixPath(folders[-1]) / name) if folders else name


def operations_of(calls):
    """What lies between the marks: name of the operation to its calls."""
    found, current = {}, None
    for call in calls:
        [path] = call.paths if call.name in {"mkdir", "mkdirat"} else [""]
        if path.startswith(MARK):
            word, _space, name = path.removeprefix(MARK).partition(" ")
            current = found.setdefault(name, []) if word == "begin" else None
        elif current is not None:
            current.append(call)
    return found


def is_commit(call):
    """On SQLite the log of the database is synced; on PostgreSQL the server, which syncs, is asked to."""
    if call.name in {"fsync", "fdatasync"}:
        return call.paths[0].endswith("-wal")
    return call.name == "sendto" and "COMMIT" in call.text


def is_record(call):
    """Something is written to the database."""
    if call.name == "sendto":
        return "INSERT INTO" in call.text or "UPDATE " in call.text
    return call.name in {"pwrite64", "write"} and call.paths[0].endswith("-wal")


def steps_of(calls, path):
    """What happened to the file at ``path``, up to the commit of the row that names it, one word for each step."""
    name, folder, steps, known = PurePosixPath(path).name, str(PurePosixPath(path).parent), [], path
    for call in reversed(calls):  # the name under which it was written
        if call.name.startswith("rename") and call.paths[-1] == known:
            known = call.paths[0]
    for call in calls:
        step = ""
        if call.name in {"write", "writev", "pwrite64"} and call.paths[0] == known:
            step = "written"
        elif call.name in {"fsync", "fdatasync"} and call.paths[0] in {known, path}:
            step = "synced"
        elif call.name.startswith("rename") and call.paths[-1] == path:
            step, known = "named", path
        elif call.name == "fsync" and call.paths[0] == folder and known == path:
            step = "name synced"
        elif is_record(call) and name in call.text:
            step = "recorded"
        elif is_commit(call) and "recorded" in steps:
            step = "committed"
        if step and step not in steps:
            steps.append(step)
        if step == "committed":
            break
    return steps


@dataclass
class Disk:
    """What would be lost now: files whose content, and paths whose name, is not on the disk yet."""

    root: str
    contents: set = field(default_factory=set)
    names: set = field(default_factory=set)
    faults: list = field(default_factory=list)

    def ours(self, path):
        return (
            f"{path}/".startswith(f"{self.root}/") and not DATABASE.search(path) and not path.endswith(".log")
        )

    def lost(self):
        return sorted(self.contents | self.names)

    def see(self, call):
        paths = [each for each in call.paths if self.ours(each)]
        if (is_record(call) or is_commit(call)) and (
            missing := [each for each in self.lost() if PurePosixPath(each).name in call.text]
        ):
            self.faults.append(f"the database names {missing} before they are on the disk")
        if not paths:
            return
        if call.name == "open" or call.name in {"mkdir", "mkdirat"}:
            self.names.add(paths[0])
        elif call.name in {"write", "writev", "pwrite64", "pwritev"}:
            self.contents.add(paths[0])
        elif call.name in {"fsync", "fdatasync"}:
            self.contents.discard(paths[0])
            self.names -= {each for each in self.names if str(PurePosixPath(each).parent) == paths[0]}
        elif call.name.startswith(("rename", "link")):
            self.name_given(*paths)
        elif call.name.startswith(("unlink", "rmdir")):
            self.contents.discard(paths[0])
            self.names.discard(paths[0])

    def name_given(self, old, new):
        below = [
            each
            for each in self.lost()
            if (each == old and each in self.contents) or each.startswith(f"{old}/")
        ]
        if below:
            self.faults.append(f"{new} gets its name before {below} are on the disk")
        self.contents.discard(old)
        self.names = {each for each in self.names if each != old and not each.startswith(f"{old}/")} | {new}


def faults_of(calls, root):
    """What the order of these calls of one operation leaves to chance, in words; empty where nothing is."""
    disk = Disk(str(root))
    for call in calls:
        disk.see(call)
    return disk.faults + [f"{each} is not on the disk at the end" for each in disk.lost()]
