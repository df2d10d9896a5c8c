#!/usr/bin/env python3
"""Fails where a Windows program imports a function or DLL that is not on the list of those that Windows 7 SP1 has.

Usage: check_imports.py PROGRAM… [--allowed FILE] [--list]

Wine and the headers prove nothing here: both offer functions of later versions. The list, deploy/windows/allowed_imports.txt,
was reviewed by a person, one "dll function" a line; add to it only what Microsoft's documentation gives Windows 7 or earlier
as the minimum supported client for. --list prints the program's imports in that form.
"""
import argparse
import struct
import sys
from pathlib import Path

ALLOWED = Path(__file__).resolve().parents[2] / "deploy/windows/allowed_imports.txt"
# DLLs that Windows 7 SP1 does not bring along, by the beginning of their names, and why they must not be needed.
DENIED_DLLS = {
    "api-ms-win-": "an API set, of Windows 8 and later (the universal C runtime's come with an update)",
    "ext-ms-": "an API set of Windows 8 and later",
    "ucrtbase": "the universal C runtime: comes with an update that a machine may lack; build for msvcrt",
    "vcruntime": "Visual C++'s runtime",
    "msvcp": "Visual C++'s runtime",
    "libgcc": "the compiler's runtime: link it statically",
    "libstdc++": "the compiler's runtime: link it statically",
    "libwinpthread": "the compiler's runtime: link it statically",
    "bcryptprimitives": "not to be imported from directly before Windows 8",
    "pathcch": "of Windows 8",
}
MAGIC_PE32, MAGIC_PE32_PLUS = 0x10B, 0x20B
DYNAMIC_BASE, NX_COMPAT = 0x40, 0x100


class Image:
    """The parts of a PE file that this check reads. Source: Microsoft, "PE Format"."""

    def __init__(self, data):
        self.data = data
        if data[:2] != b"MZ":
            raise ValueError("no Windows program (it does not begin with MZ)")
        pe = self.number("<I", 0x3C)
        if data[pe:pe + 4] != b"PE\0\0":
            raise ValueError("no Windows program (no PE header)")
        sections, optional_size = self.number("<H", pe + 6), self.number("<H", pe + 20)
        optional = pe + 24
        magic = self.number("<H", optional)
        if magic not in (MAGIC_PE32, MAGIC_PE32_PLUS):
            raise ValueError(f"no Windows program (optional header 0x{magic:x})")
        self.wide = magic == MAGIC_PE32_PLUS
        self.os_version = self.pair(optional + 40)
        self.subsystem_version = self.pair(optional + 48)
        self.characteristics = self.number("<H", optional + 70)
        directories = optional + (112 if self.wide else 96)
        count = self.number("<I", directories - 4)
        self.directory = [self.number("<I", directories + 8 * i) if i < count else 0 for i in range(16)]
        table = optional + optional_size
        self.sections = []
        for i in range(sections):
            size, start, raw_size, raw = struct.unpack_from("<IIII", data, table + 40 * i + 8)
            self.sections.append((start, max(size, raw_size), raw))

    def number(self, form, offset):
        return struct.unpack_from(form, self.data, offset)[0]

    def pair(self, offset):
        return struct.unpack_from("<HH", self.data, offset)

    def offset(self, address):
        for start, size, raw in self.sections:
            if start <= address < start + size:
                return raw + address - start
        raise ValueError(f"address 0x{address:x} lies in no section")

    def text(self, address):
        begin = self.offset(address)
        return self.data[begin:self.data.index(b"\0", begin)].decode("ascii")

    def thunks(self, address):
        """The names, or "#number", of a table of imported functions."""
        size, by_number = (8, 1 << 63) if self.wide else (4, 1 << 31)
        at = self.offset(address)
        while True:
            entry = self.number("<Q" if self.wide else "<I", at)
            if entry == 0:
                return
            yield f"#{entry & 0xFFFF}" if entry & by_number else self.text(entry + 2)
            at += size

    def imports(self):
        """(dll in lower case, function) of what is loaded at start and of what is loaded at first use."""
        if self.directory[1]:
            at = self.offset(self.directory[1])
            while True:
                lookup, _, _, name, addresses = struct.unpack_from("<IIIII", self.data, at)
                if name == 0:
                    break
                for function in self.thunks(lookup or addresses):
                    yield self.text(name).lower(), function
                at += 20
        if self.directory[13]:
            at = self.offset(self.directory[13])
            while True:
                _, name, _, _, lookup = struct.unpack_from("<IIIII", self.data, at)
                if name == 0:
                    break
                for function in self.thunks(lookup):
                    yield self.text(name).lower(), function
                at += 32


def problems_of(image, allowed):
    """What is wrong, a line each."""
    dlls = {dll for dll, _ in allowed}
    for dll, function in sorted(set(image.imports())):
        if (dll, function) in allowed:
            continue
        denied = [why for name, why in DENIED_DLLS.items() if dll.startswith(name)]
        if denied:
            yield f"{dll} {function}: the DLL is {denied[0]}"
        elif dll not in dlls:
            yield f"{dll} {function}: no function of this DLL is on the list; look up that Windows 7 SP1 has it, then add it"
        else:
            yield (f"{dll} {function}: not on the list. Where its minimum supported client is Windows 7 or earlier, add it; else "
                   "take an older function, or GetProcAddress with a way to do without")
    for what, version in (("OS", image.os_version), ("subsystem", image.subsystem_version)):
        if version > (6, 1):
            yield f"{what} version {version[0]}.{version[1]}: Windows 7 is 6.1 and refuses later ones"
    if not image.characteristics & DYNAMIC_BASE:
        yield "no DYNAMIC_BASE: link with --dynamicbase"
    if not image.characteristics & NX_COMPAT:
        yield "no NX_COMPAT: link with --nxcompat"


def read_allowed(path):
    lines = [line.split("#", 1)[0].split() if not line.startswith("#") else [] for line in path.read_text().splitlines()]
    return {(parts[0].lower(), parts[1]) for parts in lines if len(parts) == 2}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="+", metavar="PROGRAM")
    parser.add_argument("--allowed", type=Path, default=ALLOWED, help="the list (default: deploy/windows/allowed_imports.txt)")
    parser.add_argument("--list", action="store_true", help="print the imports instead")
    arguments = parser.parse_args()
    allowed = read_allowed(arguments.allowed)
    failed = False
    for program in arguments.programs:
        try:
            image = Image(Path(program).read_bytes())
            imports = sorted(set(image.imports()))
            problems = list(problems_of(image, allowed))
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            print(f"{program}: {error}", file=sys.stderr)
            return 2
        if arguments.list:
            print("\n".join(f"{dll} {function}" for dll, function in imports))
            continue
        for problem in problems:
            print(f"{program}: {problem}")
        failed = failed or bool(problems)
        if not problems:
            print(f"{program}: {len(imports)} imports of {len({dll for dll, _ in imports})} DLLs, all of Windows 7 SP1")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
