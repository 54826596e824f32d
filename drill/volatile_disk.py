"""A disk that forgets at a cut of power what was not synced: a file system in memory, by FUSE. For the drill of power cuts.

Usage: /usr/bin/python3 volatile_disk.py FOLDER MOUNTPOINT (Debian: fuse3 is not needed, python3-fusepy is). What is in FOLDER
is there at the beginning, synced. Commands on standard input: ``cut TARGET SEED``. From then on every call is answered with
an error, and TARGET gets what a real disk would have after the cut: content up to the last fsync of each file, names up to the
last fsync of each folder, and of everything later nothing (SEED 0) or, page by page and name by name, what chance chose.

Stricter than ext4, where an fsync of a new file keeps its name as well. Needs no library of the product: the system's Python runs it.
"""

from __future__ import annotations

import errno
import os
import random
import stat
import sys
import threading
import time
from itertools import count
from pathlib import Path
from typing import Any, Final

from fusepy import FUSE, FuseOSError, Operations, fuse_get_context

PAGE: Final = 4096


class Node:
    """A file or a folder, with what of it is on the disk."""

    def __init__(self, mode: int, uid: int, gid: int) -> None:
        self.mode, self.uid, self.gid = mode, uid, gid
        self.links = 1
        self.modified = time.time()
        self.content, self.synced = bytearray(), bytearray()
        self.changed: set[int] = set()  # pages of the content that were written since it was synced
        self.entries: dict[str, Node] = {}
        self.synced_entries: dict[str, Node] = {}
        self.target = ""  # of a symbolic link

    def is_folder(self) -> bool:
        """Does it have entries?"""
        return stat.S_ISDIR(self.mode)

    def sync(self) -> None:
        """Everything of it is on the disk."""
        for page in self.changed:
            begin = page * PAGE
            if len(self.synced) < begin:
                self.synced.extend(bytes(begin - len(self.synced)))
            self.synced[begin : begin + PAGE] = self.content[begin : begin + PAGE]
        del self.synced[len(self.content) :]
        if len(self.synced) < len(self.content):
            self.synced.extend(bytes(len(self.content) - len(self.synced)))
        self.changed.clear()
        self.synced_entries = dict(self.entries)

    def write(self, data: bytes, offset: int) -> None:
        """As by pwrite."""
        if len(self.content) < offset:
            self.content.extend(bytes(offset - len(self.content)))
        self.content[offset : offset + len(data)] = data
        self.changed.update(range(offset // PAGE, (offset + len(data) - 1) // PAGE + 1) if data else ())
        self.modified = time.time()

    def truncate(self, length: int) -> None:
        """Shorter, or longer by zeros."""
        self.changed.update(range(length // PAGE, len(self.content) // PAGE + 1))
        if length < len(self.content):
            del self.content[length:]
        else:
            self.content.extend(bytes(length - len(self.content)))
        self.modified = time.time()

    def after_cut(self, chance: random.Random | None) -> bytes:
        """What is found of the content."""
        if chance is None:
            return bytes(self.synced)
        found = bytearray(self.synced)
        for page in sorted(self.changed):
            begin = page * PAGE
            if chance.random() < 0.5 and begin < len(self.content):  # noqa: PLR2004 -- as likely as not
                if len(found) < begin:
                    found.extend(bytes(begin - len(found)))
                found[begin : begin + PAGE] = self.content[begin : begin + PAGE]
        return bytes(found)

    def entries_after_cut(self, chance: random.Random | None) -> dict[str, Node]:
        """Which names are found."""
        if chance is None:
            return self.synced_entries
        found = dict(self.synced_entries)
        for name in sorted({*self.entries, *self.synced_entries}):
            now, before = self.entries.get(name), self.synced_entries.get(name)
            if now is not before and chance.random() < 0.5:  # noqa: PLR2004 -- as likely as not
                if now is None:
                    del found[name]
                else:
                    found[name] = now
        return found


def read_folder(folder: Path) -> Node:
    """What is in a folder, as if it had been synced."""
    info = folder.stat()
    node = Node(info.st_mode, info.st_uid, info.st_gid)
    for path in folder.iterdir():
        info = path.lstat()
        if path.is_symlink():
            child = Node(info.st_mode, info.st_uid, info.st_gid)
            child.target = str(path.readlink())
        elif path.is_dir():
            child = read_folder(path)
        else:
            child = Node(info.st_mode, info.st_uid, info.st_gid)
            child.content = child.synced = bytearray(path.read_bytes())
            child.synced = bytearray(child.content)
        node.entries[path.name] = child
    node.synced_entries = dict(node.entries)
    return node


def write_folder(node: Node, folder: Path, chance: random.Random | None) -> None:
    """Write down what is found after the cut."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, child in node.entries_after_cut(chance).items():
        path = folder / name
        if child.is_folder():
            write_folder(child, path, chance)
        elif child.target:
            path.symlink_to(child.target)
            continue
        else:
            path.write_bytes(child.after_cut(chance))
        path.chmod(stat.S_IMODE(child.mode))
        os.chown(path, child.uid, child.gid)
    folder.chmod(stat.S_IMODE(node.mode))
    os.chown(folder, node.uid, node.gid)


class VolatileDisk(Operations):
    """The calls of the kernel."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.one_call = threading.Lock()
        self.is_cut = False
        self.handles: dict[int, Node] = {}
        self.numbers = count(1)
        self.syncs = 0

    def __call__(self, name: str, *arguments: Any) -> Any:
        """One call after the other; none after the cut."""
        if not hasattr(self, name):
            raise FuseOSError(errno.EFAULT)
        with self.one_call:
            if self.is_cut and name not in {"init", "destroy"}:
                raise FuseOSError(errno.EIO)
            return getattr(self, name)(*arguments)

    def cut(self, target: Path, seed: int) -> None:
        """The power fails."""
        with self.one_call:
            self.is_cut = True
        write_folder(self.root, target, random.Random(seed) if seed else None)  # noqa: S311 -- which pages are lost

    def _find(self, path: str) -> Node:
        node = self.root
        for name in filter(None, path.split("/")):
            try:
                node = node.entries[name]
            except KeyError:
                raise FuseOSError(errno.ENOENT) from None
        return node

    def _parent(self, path: str) -> tuple[Node, str]:
        folder, _slash, name = path.rpartition("/")
        return self._find(folder), name

    def _open(self, node: Node) -> int:
        number = next(self.numbers)
        self.handles[number] = node
        return number

    def _node(self, path: str, handle: int | None) -> Node:
        return self.handles[handle] if handle in self.handles else self._find(path)

    def _add(self, path: str, mode: int) -> Node:
        parent, name = self._parent(path)
        uid, gid, _pid = fuse_get_context()
        node = parent.entries[name] = Node(mode, uid, gid)
        return node

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        """As stat."""
        node = self._node(path, fh)
        size = len(node.target or node.content)
        return {
            "st_mode": node.mode, "st_uid": node.uid, "st_gid": node.gid, "st_nlink": 2 if node.is_folder() else node.links,
            "st_size": size, "st_mtime": node.modified, "st_atime": node.modified, "st_ctime": node.modified,
            "st_blocks": -(-size // 512),
        }  # fmt: skip

    def readdir(self, path: str, _fh: int) -> list[str]:
        """Names."""
        return [".", "..", *self._find(path).entries]

    def readlink(self, path: str) -> str:
        """Where a symbolic link points to."""
        return self._find(path).target

    def mkdir(self, path: str, mode: int) -> None:
        """A folder."""
        self._add(path, stat.S_IFDIR | mode)

    def rmdir(self, path: str) -> None:
        """Only where it is empty."""
        parent, name = self._parent(path)
        if self._find(path).entries:
            raise FuseOSError(errno.ENOTEMPTY)
        del parent.entries[name]

    def symlink(self, target: str, source: str) -> None:
        """A symbolic link, named ``target``."""
        self._add(target, stat.S_IFLNK | 0o777).target = source

    def create(self, path: str, mode: int, _fi: Any = None) -> int:
        """A file."""
        return self._open(self._add(path, stat.S_IFREG | stat.S_IMODE(mode)))

    def mknod(self, path: str, mode: int, _dev: int) -> None:
        """A file."""
        self._add(path, mode)

    def open(self, path: str, _flags: int) -> int:
        """A handle."""
        return self._open(self._find(path))

    def opendir(self, path: str) -> int:
        """A handle."""
        return self._open(self._find(path))

    def release(self, _path: str, fh: int) -> None:
        """The handle is not used again."""
        self.handles.pop(fh, None)

    def releasedir(self, _path: str, fh: int) -> None:
        """The same."""
        self.handles.pop(fh, None)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        """As pread."""
        return bytes(self._node(path, fh).content[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        """As pwrite."""
        self._node(path, fh).write(data, offset)
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:
        """As ftruncate."""
        self._node(path, fh).truncate(length)

    def unlink(self, path: str) -> None:
        """The name is gone; the content stays for who has it open."""
        parent, name = self._parent(path)
        parent.entries.pop(name).links -= 1

    def link(self, target: str, source: str) -> None:
        """Another name, ``target``, of a file."""
        parent, name = self._parent(target)
        node = parent.entries[name] = self._find(source)
        node.links += 1

    def rename(self, old: str, new: str) -> None:
        """It takes the place of what had the name."""
        node = self._find(old)
        parent, name = self._parent(old)
        del parent.entries[name]
        parent, name = self._parent(new)
        parent.entries[name] = node

    def chmod(self, path: str, mode: int) -> None:
        """Rights are taken for synced."""
        node = self._find(path)
        node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)

    def chown(self, path: str, uid: int, gid: int) -> None:
        """The same for owners."""
        node = self._find(path)
        node.uid, node.gid = (
            node.uid if uid in {-1, 0xFFFFFFFF} else uid,
            node.gid if gid in {-1, 0xFFFFFFFF} else gid,
        )

    def utimens(self, path: str, times: tuple[float, float] | None = None) -> None:
        """Times are not what is tried."""
        self._find(path).modified = times[1] if times else time.time()

    def statfs(self, _path: str) -> dict[str, int]:
        """Room enough."""
        return {
            "f_bsize": PAGE,
            "f_frsize": PAGE,
            "f_blocks": 1 << 20,
            "f_bfree": 1 << 19,
            "f_bavail": 1 << 19,
            "f_namemax": 255,
        }

    def flush(self, _path: str, _fh: int) -> None:
        """Closing a file syncs nothing."""

    def fsync(self, path: str, _datasync: int, fh: int) -> None:
        """Content is on the disk."""
        self._node(path, fh).sync()
        self.syncs += 1

    def fsyncdir(self, path: str, _datasync: int, fh: int) -> None:
        """Names are on the disk."""
        self._node(path, fh).sync()
        self.syncs += 1


def obey(disk: VolatileDisk) -> None:
    """Read commands until standard input ends."""
    for line in sys.stdin:
        _word, target, seed = line.split()
        disk.cut(Path(target), int(seed))
        print(f"cut after {disk.syncs} syncs", flush=True)


if __name__ == "__main__":
    made = VolatileDisk(read_folder(Path(sys.argv[1])))
    threading.Thread(target=obey, args=(made,), daemon=True).start()
    FUSE(
        made,
        sys.argv[2],
        foreground=True,
        nothreads=True,
        allow_other=True,
        big_writes=True,
        fsname="volatile",
    )
