#!/usr/bin/env python3
"""check_imports.py against small programs made for the test: what it must let pass, what it must refuse, and in which words."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().parent / "check_imports.py"
GOOD = "-Wl,--dynamicbase,--nxcompat,--major-subsystem-version,6,--minor-subsystem-version,1"


class CheckImports(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def build(self, source, *flags, triple="x86_64-w64-mingw32"):
        (self.root / "a.c").write_text(source)
        program = self.root / "a.exe"
        subprocess.run([triple + "-gcc-posix", "-nostdlib", "-e", "entry", "-D_WIN32_WINNT=0x0A00", str(self.root / "a.c"), "-o",
                        str(program), *flags], check=True)
        return program

    def check(self, program, allowed="kernel32.dll ExitProcess\n"):
        (self.root / "allowed.txt").write_text("# a comment\n" + allowed)
        return subprocess.run([sys.executable, str(CHECK), str(program), "--allowed", str(self.root / "allowed.txt")],
                              capture_output=True, text=True)

    SIMPLE = '#include <windows.h>\nvoid entry(void) { ExitProcess(0); }\n'
    NEWER = '#include <windows.h>\nvoid entry(void) { FILETIME t; GetSystemTimePreciseAsFileTime(&t); ExitProcess(0); }\n'

    def test_what_is_on_the_list_passes(self):
        result = self.check(self.build(self.SIMPLE, GOOD, "-lkernel32"))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("1 imports of 1 DLLs", result.stdout)

    def test_programs_of_32_bits_are_read_as_well(self):
        result = self.check(self.build(self.SIMPLE, GOOD, "-lkernel32", "-Wl,-e,_entry",
                                       triple="i686-w64-mingw32"))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_function_of_windows_8_is_named(self):
        result = self.check(self.build(self.NEWER, GOOD, "-lkernel32"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("kernel32.dll GetSystemTimePreciseAsFileTime", result.stdout)
        self.assertIn("GetProcAddress", result.stdout)

    def test_a_runtime_that_windows_7_lacks_is_refused_even_if_listed_elsewhere(self):
        source = "int __declspec(dllimport) puts(const char*);\nvoid entry(void) { puts(0); }\n"
        (self.root / "u.def").write_text("LIBRARY ucrtbase.dll\nEXPORTS\nputs\n")
        subprocess.run(["x86_64-w64-mingw32-dlltool", "-d", str(self.root / "u.def"), "-l", str(self.root / "libu.a")], check=True)
        result = self.check(self.build(source, GOOD, f"-L{self.root}", "-lu"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("universal C runtime", result.stdout)

    def test_missing_protections_and_versions_are_told(self):
        program = self.build(self.SIMPLE, "-Wl,--disable-dynamicbase,--disable-nxcompat,--major-subsystem-version,10,--minor-subsystem-version,0",
                             "-lkernel32")
        result = self.check(program)
        self.assertEqual(result.returncode, 1)
        for word in ("DYNAMIC_BASE", "NX_COMPAT", "subsystem version 10.0"):
            self.assertIn(word, result.stdout)

    def test_what_is_no_program_is_told(self):
        path = self.root / "a.txt"
        for content in (b"", b"MZ", b"text", b"MZ" + b"\xff" * 200):
            path.write_bytes(content)
            self.assertEqual(self.check(path).returncode, 2, content)


if __name__ == "__main__":
    unittest.main()
