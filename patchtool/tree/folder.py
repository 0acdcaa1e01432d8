"""A kernel's source in a plain folder, read into a repository of our own; the folder is only read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from patchtool.core.errors import PatchtoolError
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import NotAKernel

_REF = "refs/patchtool/folder"
_KERNEL = ("Kconfig", "Makefile", "arch/Kconfig")
# A kernel's source has 30,000 to 90,000 files, 0.6 to 1.6 GB.
_MOST_FILES, _MOST_BYTES = 300_000, 6_000_000_000
_AT_ONCE = 64_000_000
# What a build leaves beside the source, as the kernel's own .gitignore has it.
_BUILT = (".o", ".ko", ".a", ".so", ".cmd", ".mod", ".mod.c", ".symvers")
_BUILT_NAMES = {"vmlinux", "System.map", ".config", ".config.old"}
_NOBODY = b"patchtool <> 0 +0000"


class FolderError(PatchtoolError):
    """A folder that can't be read as a kernel's source."""


def read_folder(scratch: Scratch, folder: Path) -> str:
    """The 40-hex id of a commit with the folder's files, the same for the same files.

    Files are taken byte by byte: no filter, no line end, no attribute, no configuration of the folder counts.
    A symbolic link is kept as one and not followed. Left out are `.git` at any depth, what a build makes
    (objects, modules, .config), sockets and the like. No empty folder is kept, as in git.

    For 65,000 files about 10 s of processor time where the repository has most of their contents, 20 s and
    the folder's size in the temporary folder where it has none.

    Raises:
        NotAKernel: no top-level Kconfig, Makefile or arch/Kconfig; nothing was read.
        FolderError: more than 300,000 files or 6 GB, or a file can't be read.
    """
    lacking = [name for name in _KERNEL if not (folder / name).is_file()]
    if lacking:
        hint = "name the top folder of a kernel's source"
        raise NotAKernel(f"not a Linux kernel tree: no {lacking[0]}", at=str(folder), hint=hint)
    try:
        _import(scratch, _parts(folder))
    except OSError as error:
        raise FolderError(error.strerror or str(error), at=str(error.filename or folder)) from error
    tree = scratch.out("rev-parse", "--verify", f"{_REF}^{{tree}}").strip()
    scratch.out("update-ref", "-d", _REF)
    text = b"tree %s\nauthor %s\ncommitter %s\n\nfolder\n" % (tree, _NOBODY, _NOBODY)
    return scratch.out("hash-object", "-t", "commit", "-w", "--stdin", data=text).decode().strip()


def _import(scratch: Scratch, parts: Iterator[bytes]) -> None:
    start = b"commit %s\ncommitter %s\ndata 0\n" % (_REF.encode(), _NOBODY)
    quick = ("-c", "core.compression=0", "-c", "fastimport.unpackLimit=0", "-c", "core.fsync=none")
    for number, part in enumerate(parts):
        head = b"%sfrom %s^0\n" % (start, _REF.encode()) if number else start
        scratch.out(*quick, "fast-import", "--quiet", "--depth=0", data=head + part)


# What one run of fast-import takes at a time: a kernel's source as one text would not fit everywhere.
def _parts(folder: Path) -> Iterator[bytes]:
    part: list[bytes] = []
    size = files = total = 0
    for path, place in _walk(str(folder), ""):
        entry = _entry(path, place)
        part.append(entry)
        size, files, total = size + len(entry), files + 1, total + len(entry)
        if files > _MOST_FILES or total > _MOST_BYTES:
            raise FolderError("too many files for a kernel's source", at=str(folder))
        if size > _AT_ONCE:
            yield b"".join(part)
            part, size = [], 0
    yield b"".join(part)


# The path below the top, and the entry on disk.
def _walk(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as listing:
        places = sorted(listing, key=lambda place: place.name)
    for place in places:
        path = prefix + place.name
        if place.name == ".git":
            continue
        if place.is_dir(follow_symlinks=False):
            yield from _walk(place.path, f"{path}/")
        elif place.is_symlink() or (place.is_file() and not _is_built(place.name)):
            yield path, place


def _is_built(name: str) -> bool:
    return name in _BUILT_NAMES or name.endswith(_BUILT)


def _entry(path: str, place: os.DirEntry[str]) -> bytes:
    if place.is_symlink():
        kind, data = b"120000", os.fsencode(os.readlink(place.path))
    else:
        executable = place.stat().st_mode & stat.S_IXUSR
        kind, data = b"100755" if executable else b"100644", _content(place.path)
    return b"M %s inline %s\ndata %d\n%s\n" % (kind, _quoted(os.fsencode(path)), len(data), data)


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.readall()


def _quoted(path: bytes) -> bytes:
    plain = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % plain
