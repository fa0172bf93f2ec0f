# SPDX-License-Identifier: Apache-2.0
#
# Tests scripts/lint: each kind of fault, planted in a small tree that passes, must be found at its line.
import contextlib
import importlib.machinery
import importlib.util
import io
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
LOADER = importlib.machinery.SourceFileLoader("lint", str(REPOSITORY / "scripts/lint"))
lint = importlib.util.module_from_spec(importlib.util.spec_from_loader("lint", LOADER))
sys.dont_write_bytecode = True
LOADER.exec_module(lint)
LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
LAYERS = """# Architecture

## The layers

| layer | folder | what it answers | may include |
|---|---|---|---|
| 0 | `hashmap` | the map | |
| 0 | `profiler/base` | what all need | |
| 1 | `profiler/model` | the profile | `profiler/base` |
| 1 | `profiler/alloc` | the allocator | `profiler/base`, `hashmap/part.h` |
| 2 | `profiler/pprof` | the files | `profiler/base`, `profiler/model` |
| 2 | `profiler/record` | the recorder | `profiler/alloc` |
| 3 | `profiler/cli` | the tool | `profiler/pprof` |
"""
HAS_FORMAT = shutil.which("clang-format-14") or shutil.which("clang-format")


class LintTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.tree = Path(self.temporary.name)
        shutil.copytree(REPOSITORY / "scripts", self.tree / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(REPOSITORY / ".clang-format", self.tree)
        self.write("scripts/literals.txt", "")
        self.write("docs/architecture.md", LAYERS)
        self.write("hashmap/part.h", LICENCE + "#pragma once\n")
        self.write("profiler/base/result.h", LICENCE + "#pragma once\n")
        self.write("profiler/model/profile.h", LICENCE + '#include "profiler/base/result.h"\n')
        self.write("profiler/model/profile.cpp", LICENCE + '#include "profiler/model/profile.h"\n')
        self.write("tests/profiler/model/profile_test.cpp", LICENCE + "#include <boost/anything.hpp>\n")
        self.write("profiler/cli/main.cpp", LICENCE + "#include <CLI/CLI.hpp>\n")
        self.write("README.md", "[the model](profiler/model/profile.h), [elsewhere](https://example.org/x)\n")

    def tearDown(self):
        self.temporary.cleanup()

    def write(self, path, text):
        (self.tree / path).parent.mkdir(parents=True, exist_ok=True)
        (self.tree / path).write_text(text)

    def lint(self, layout=False):
        """In this process: starting a process for each test, and clang-format in it, would take most of the time."""
        checker = lint.Lint(self.tree)
        if not layout:
            checker.check_layout = lambda sources: None
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = checker.run()
        return status, output.getvalue()

    def expect(self, place, what, layout=False):
        """Exactly one finding, at `place`, that says `what` and what to do."""
        status, output = self.lint(layout)
        self.assertEqual(status, 1, output)
        self.assertEqual(len(output.splitlines()), 1, output)
        self.assertTrue(output.startswith(place + ": "), output)
        self.assertIn(what, output)
        self.assertRegex(output, r"^[^:]+:\d+: [^\n]+: [^\n]+\n$", "place, what, and what to do")

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.lint(), (0, ""))

    def test_an_include_that_climbs(self):
        self.write("profiler/base/lock.h", LICENCE + '\n#include "profiler/model/profile.h"\n')
        self.expect("profiler/base/lock.h:3", "may not include profiler/model/profile.h, of a higher layer")

    def test_an_include_of_an_unlisted_folder_below(self):
        self.write("profiler/pprof/pprof.h", LICENCE + '#include "hashmap/part.h"\n')
        self.expect("profiler/pprof/pprof.h:2", "profiler/pprof (layer 2) may not include hashmap/part.h")

    def test_a_single_header_that_is_listed_admits_no_other(self):
        self.write("profiler/alloc/record.h", LICENCE + '#include "hashmap/part.h"\n')
        self.assertEqual(self.lint(), (0, ""))
        self.write("hashmap/map.h", LICENCE)
        self.write("profiler/alloc/table.h", LICENCE + '#include "hashmap/map.h"\n')
        self.expect("profiler/alloc/table.h:2", "may not include hashmap/map.h")

    def test_an_include_in_angle_brackets(self):
        self.write("profiler/model/merge.h", LICENCE + "#include <profiler/base/result.h>\n")
        self.expect("profiler/model/merge.h:2", "is a file of this repository")

    def test_an_include_that_is_not_from_the_root(self):
        self.write("profiler/model/merge.h", LICENCE + '#include "profile.h"\n')
        self.expect("profiler/model/merge.h:2", "not a path from the repository root")

    def test_an_include_that_climbs_through_another_header(self):
        self.write("profiler/alloc/record.h", LICENCE + '#include "hashmap/part.h"\n')
        self.write("hashmap/part.h", LICENCE + '#include "hashmap/map.h"\n')  # its own folder may; alloc may not
        self.write("hashmap/map.h", LICENCE)
        self.expect("profiler/alloc/record.h:2",
                    "profiler/alloc (layer 1) may not include hashmap/map.h (through hashmap/part.h)")

    def test_a_climb_is_reported_where_it_begins(self):
        self.write("profiler/base/lock.h", LICENCE + '#include "profiler/pprof/pprof.h"\n')
        self.write("profiler/pprof/pprof.h", LICENCE)
        self.write("profiler/model/profile.h", LICENCE + '#include "profiler/base/lock.h"\n')
        self.expect("profiler/base/lock.h:2", "may not include profiler/pprof/pprof.h, of a higher layer")

    def test_what_a_listed_folder_may_include_may_be_reached(self):
        self.write("profiler/alloc/record.h", LICENCE + '#include "hashmap/part.h"\n')
        self.write("profiler/record/recorder.h",
                   LICENCE + '#include "hashmap/part.h"\n#include "profiler/alloc/record.h"\n')
        self.assertEqual(self.lint(), (0, ""))

    def test_a_folder_without_a_layer(self):
        self.write("profiler/extra/thing.h", LICENCE)
        self.expect("profiler/extra/thing.h:1", "folder profiler/extra has no layer")

    def test_a_table_of_layers_that_climbs(self):
        self.write("docs/architecture.md", LAYERS + "| 0 | `profiler/early` | nothing | `profiler/model` |\n")
        self.expect("docs/architecture.md:14", "profiler/early (layer 0) may not include profiler/model")

    def test_a_library_in_the_wrong_folder(self):
        for header in ("protozero/pbf_reader.hpp", "libunwind.h", "elfutils/libdw.h", "CLI/CLI.hpp", "nlohmann/json.hpp"):
            with self.subTest(header):
                self.write("profiler/model/merge.h", LICENCE + f"#include <{header}>\n")
                self.expect("profiler/model/merge.h:2", f"<{header}> is only for profiler/")

    def test_iostream_in_a_test(self):
        self.write("tests/support/show.h", LICENCE + "#include <iostream>\n")
        self.expect("tests/support/show.h:2", "<iostream> is not used in this repository")

    def test_a_missing_licence_line(self):
        for path in ("profiler/model/merge.h", "tests/CMakeLists.txt", "scripts/cmake/more.cmake"):
            self.write(path, "\n")
            self.expect(f"{path}:1", "no licence line")
            (self.tree / path).unlink()
        self.write("scripts/more", "#!/bin/sh\necho\n")
        self.expect("scripts/more:1", "no licence line")

    def test_a_file_that_is_too_long(self):
        self.write("hashmap/map.h", LICENCE + "//\n" * 399)
        self.assertEqual(self.lint(), (0, ""))
        self.write("hashmap/map.h", LICENCE + "//\n" * 400)
        self.expect("hashmap/map.h:401", "401 lines")

    def test_a_retired_word(self):
        table = '| retired | say |\n|---|---|\n| `Outlives`, "is told" | better |\n'
        self.write("docs/glossary.md", "# Glossary\n\n## Retired\n\n" + table)
        self.write("hashmap/map.h", LICENCE + "// It is told.\n")
        self.expect("hashmap/map.h:2", "'is told' is retired")
        self.write("hashmap/map.h", LICENCE + "\nenum Outlives {};\n")
        self.expect("hashmap/map.h:3", "'Outlives' is retired")
        self.write("hashmap/map.h", LICENCE + "enum Outlives2 {};  // isn't told\n")
        self.assertEqual(self.lint(), (0, ""))

    def test_a_literal_that_stands_elsewhere(self):
        self.write("scripts/literals.txt", '# Names.\nhashmap/part.h,profiler/base/result.h "std_\\w+"\n')
        for owner in ("hashmap/part.h", "profiler/base/result.h"):
            self.write(owner, LICENCE + 'inline constexpr auto kName = "std_node";\n')
        self.assertEqual(self.lint(), (0, ""))
        self.write("profiler/model/profile.cpp", LICENCE + '// Not "std_node".\nauto kind = "std_node";\n')
        self.expect("profiler/model/profile.cpp:3", "a literal of hashmap/part.h and profiler/base/result.h")

    def test_a_literal_that_its_owner_does_not_have(self):
        self.write("scripts/literals.txt", "# Names.\nhashmap/part.h \\b6151\\b\n")
        self.write("hashmap/part.h", LICENCE + "// 6151\n")
        self.expect("scripts/literals.txt:2", "hashmap/part.h has nothing like")

    def test_a_source_without_a_test(self):
        (self.tree / "tests/profiler/model/profile_test.cpp").unlink()
        self.expect("profiler/model/profile.cpp:1", "no test of its name")

    @unittest.skipUnless(HAS_FORMAT, "clang-format is not installed")
    def test_a_layout_of_its_own(self):
        self.write("hashmap/map.h", LICENCE + "int  x;\n")
        self.expect("hashmap/map.h:2", "not laid out", layout=True)

    def test_a_link_that_leads_nowhere(self):
        self.write("docs/page.md", "# Page\n[above](../README.md#top)\n[gone](gone.md)\n```\n[code](gone.md)\n```\n")
        self.expect("docs/page.md:3", "the link to gone.md leads nowhere")

    def test_a_script_that_does_not_parse(self):
        self.write("scripts/more", "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\nif true; then\n")
        status, output = self.lint()
        self.assertEqual(status, 1)
        self.assertRegex(output, r"^scripts/more:\d+: syntax error.*: make it valid bash")


if __name__ == "__main__":
    unittest.main()
