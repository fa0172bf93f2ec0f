# SPDX-License-Identifier: Apache-2.0
#
# scripts/count_tests, which counts the tests of a run of ctest: a passed test must not count as failed, nor the reverse.
import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(__file__), "..", "..", "scripts", "count_tests")


def process(number, name, output, end):
    return f'{number}/9 Testing: {name}\n{number}/9 Test: {name}\nCommand: "x"\n"{name}" start time: Nov 29 23:06 UTC\n' \
           f"Output:\n{output}<end of output>\nTest time =   0.06 sec\n{end}\n"


PASSED = process(1, "a/Suite", "[  PASSED  ] 3 tests.\n", "Test Passed.")
MATCHED = process(2, "b/Program", "no_gtest=0\n", "Test Pass Reason:\nRequired regular expression found.")
FAILED = process(3, "c/Suite", "x.cpp:3: Failure\nExpected equality\n  1\n[  FAILED  ] Suite.One (0 ms)\n"
                 "[  PASSED  ] 4 tests.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Suite.One\n", "Test Failed.")
KILLED = process(4, "d/Suite", "[ RUN      ] Suite.One\n", "Test Failed.")
# It passed, and its output holds that of a run that failed.
SHOWN = process(5, "e/Suite", "x.cpp:3: Failure\n[  FAILED  ] 2 tests, listed below:\n[  PASSED  ] 7 tests.\n",
                "Test Passed.")


class CountTests(unittest.TestCase):
    def counted(self, log, failed=""):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "LastTest.log"), "w") as file:
                file.write(log)
            if failed:
                with open(os.path.join(folder, "LastTestsFailed.log"), "w") as file:
                    file.write(failed)
            return subprocess.run([SCRIPT, folder], capture_output=True, text=True, check=True).stdout.splitlines()

    def test_all_passed(self):
        self.assertEqual(self.counted(PASSED + MATCHED + SHOWN), ["11 0"])

    def test_some_failed(self):
        self.assertEqual(self.counted(PASSED + FAILED + KILLED + SHOWN, "3:c/Suite\n4:d/Suite\n"),
                         ["14 2", "c/Suite Suite.One: x.cpp:3: Failure | Expected equality |   1", "d/Suite"])

    def test_a_program_failed(self):
        self.assertEqual(self.counted(MATCHED, "2:b/Program\n"), ["0 1", "b/Program"])


if __name__ == "__main__":
    unittest.main()
