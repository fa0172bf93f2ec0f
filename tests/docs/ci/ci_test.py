#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Follows docs/ci.md to the letter: its shell blocks run in a copy of docs/ci/example, with the installed library and
# tool; what it quotes from files must be in them; the scripts of the GitHub action and the GitLab job run as on their
# runners, on a profile that passes, one that fails and a file that is not a profile.
# Usage: ci_test.py Example|Action|GitLab|Page   (CMakeLists.txt sets the environment; Example makes the profiles)
import os
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
CI = ROOT / "docs" / "ci"
BUILT = Path(os.environ["BUCKETPROF_BUILT"])
WORK = Path(os.environ["BUCKETPROF_WORK"])
PREFIX = WORK / "prefix"
PROJECT = WORK / "chat"
# Each test leaves the project without its program: the others check profiles of other builds of it, as on a machine that
# has none. The tool refuses them where another build is there.
PROGRAM = PROJECT / "build" / "memory_bench"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page():
    return (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def environment(**settings):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BUCKETPROF_")}
    kept.update(PATH=f"{PREFIX / 'bin'}:{os.environ['PATH']}", CMAKE_PREFIX_PATH=str(PREFIX),
                CMAKE_GENERATOR="Ninja", CXX=os.environ["BUCKETPROF_CXX"])
    kept.update(settings)
    return kept


def bash(script, folder=PROJECT, **settings):
    """Runs a script as both runners do: in one shell, which ends at the first command that fails."""
    return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=folder, text=True,
                          env=environment(**settings), stdin=subprocess.DEVNULL, capture_output=True, check=False)


class Example(unittest.TestCase):
    def test_every_command_of_the_page(self):
        """A block that ends in `# exits with N` does; the others succeed."""
        shutil.rmtree(WORK, ignore_errors=True)
        subprocess.run(["cmake", "--install", BUILT, "--prefix", PREFIX], check=True, stdout=subprocess.DEVNULL)
        shutil.copytree(CI / "example", PROJECT)
        committed = (PROJECT / "bucketprof-baseline.json").read_bytes()
        (PROJECT / "bucketprof-baseline.json").unlink()
        statuses = []
        for language, block in FENCE.findall(page()):
            if language != "sh":
                continue
            expected = re.search(r"# exits with (\d)$", block.strip())
            ended = bash(block)
            self.assertEqual(ended.returncode, int(expected.group(1)) if expected else 0,
                             f"{block}\n{ended.stdout}{ended.stderr}")
            statuses.append(ended.returncode)
            # Keeps the profile of each state of the project for the other tests, symbolized, because the program
            # changes.
            kept = WORK / ("broken.pb.gz" if 1 in statuses else "fine.pb.gz")
            self.assertEqual(bash(f"bucketprof convert --to pprof -o {kept} memory.pb.gz").returncode, 0)
        self.assertEqual(statuses, [0, 0, 1])
        PROGRAM.unlink()
        # The example's baseline is the one that the page's command writes.
        self.assertEqual((PROJECT / "bucketprof-baseline.json").read_bytes(), committed)


class Action(unittest.TestCase):
    def setUp(self):
        self.action = yaml.safe_load((CI / "action.yml").read_text(encoding="utf-8"))
        self.summary = WORK / "summary.md"
        self.summary.unlink(missing_ok=True)

    def run_step(self, **inputs):
        """Runs the only step, with the inputs in place of their expressions."""
        values = {name: str(one.get("default", "")) for name, one in self.action["inputs"].items()}
        for name, value in inputs.items():
            self.assertIn(name.replace("_", "-"), values)
            values[name.replace("_", "-")] = value
        (step,) = self.action["runs"]["steps"]
        self.assertEqual(step["shell"], "bash")
        self.assertNotIn("${{", step["run"], "inputs are data, not script: they come as variables")
        settings = {}
        for name, expression in step["env"].items():
            (used,) = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", expression).groups()
            settings[name] = values[used]
        return bash(step["run"], GITHUB_STEP_SUMMARY=str(self.summary), GITHUB_WORKSPACE=str(PROJECT), **settings)

    def test_is_a_composite_action(self):
        self.assertEqual(self.action["runs"]["using"], "composite")
        required = [name for name, one in self.action["inputs"].items() if one.get("required")]
        self.assertEqual(required, ["profile"])
        self.assertTrue(all(one["description"] for one in self.action["inputs"].values()))

    def test_a_profile_that_passes(self):
        ended = self.run_step(profile=str(WORK / "fine.pb.gz"), baseline="bucketprof-baseline.json")
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertNotIn("::error", ended.stdout)
        self.assertIn("limits hold", self.summary.read_text(encoding="utf-8"))

    def test_a_profile_that_fails(self):
        ended = self.run_step(profile=str(WORK / "broken.pb.gz"), baseline="bucketprof-baseline.json",
                              junit=str(WORK / "action.xml"))
        self.assertEqual(ended.returncode, 1, ended.stdout + ended.stderr)
        marked = [line for line in ended.stdout.splitlines() if line.startswith("::error file=src/sessions.cpp,line=")]
        self.assertTrue(marked, ended.stdout)
        self.assertIn("sessions", self.summary.read_text(encoding="utf-8"))
        failures = xml.etree.ElementTree.parse(WORK / "action.xml").getroot().iter("failure")
        self.assertTrue(list(failures))

    def test_summaries_are_added_to_what_is_there(self):
        self.summary.write_text("before\n", encoding="utf-8")
        self.run_step(profile=str(WORK / "fine.pb.gz"), baseline="bucketprof-baseline.json")
        self.assertTrue(self.summary.read_text(encoding="utf-8").startswith("before\n"))

    def test_several_runs_one_a_line(self):
        fine = WORK / "fine.pb.gz"
        shutil.copy(fine, WORK / "with space.pb.gz")
        ended = self.run_step(profile=f"{fine}\n  {WORK / 'with space.pb.gz'}  \n\n", baseline="bucketprof-baseline.json")
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_what_cannot_be_compared_is_an_error_of_its_own(self):
        hostile = WORK / "$(touch hacked); 100%.pb.gz"
        for profile, name in ((str(WORK / "missing.pb.gz"), "missing.pb.gz"), (str(hostile), "100%25.pb.gz")):
            ended = self.run_step(profile=profile, baseline="bucketprof-baseline.json")
            self.assertEqual(ended.returncode, 2)
            errors = [line for line in ended.stdout.splitlines() if line.startswith("::error title=bucketprof check::")]
            self.assertEqual(len(errors), 1, ended.stdout)
            self.assertIn(name, errors[0])
        self.assertFalse((PROJECT / "hacked").exists())

    def test_the_workflow_gives_it_inputs_that_it_has(self):
        workflow = yaml.safe_load((CI / "example/.github/workflows/memory.yml").read_text(encoding="utf-8"))
        steps = workflow["jobs"]["hash-tables"]["steps"]
        (check,) = [step for step in steps if step.get("uses", "").endswith("/bucketprof")]
        self.assertLessEqual(set(check["with"]), set(self.action["inputs"]))
        (measured,) = [step for step in steps if "BUCKETPROF_OUTPUT" in step.get("env", {})]
        shutil.copy(CI / "example/src/sessions.cpp", PROJECT / "src/sessions.cpp")
        self.addCleanup(PROGRAM.unlink)
        self.assertEqual(bash("cmake --build build").returncode, 0)
        self.assertEqual(bash(measured["run"], **measured["env"]).returncode, 0)
        self.assertEqual(self.run_step(**check["with"]).returncode, 0)


class GitLab(unittest.TestCase):
    def run_job(self, **settings):
        jobs = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))
        (job,) = jobs.values()
        variables = {**job["variables"], **settings}
        for file in job["artifacts"]["reports"].values():
            (PROJECT / file).unlink(missing_ok=True)
        ended = bash("\n".join(job["script"]), CI_PROJECT_DIR=str(PROJECT), **variables)
        return ended, PROJECT / job["artifacts"]["reports"]["junit"], PROJECT / job["artifacts"]["paths"][0]

    def test_a_profile_that_passes(self):
        ended, junit, markdown = self.run_job(PROFILE=str(WORK / "fine.pb.gz"))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertFalse(list(xml.etree.ElementTree.parse(junit).getroot().iter("failure")))
        self.assertTrue(markdown.read_text(encoding="utf-8"))

    def test_a_profile_that_fails(self):
        ended, junit, markdown = self.run_job(PROFILE=str(WORK / "broken.pb.gz"))
        self.assertEqual(ended.returncode, 1, ended.stdout + ended.stderr)
        failures = list(xml.etree.ElementTree.parse(junit).getroot().iter("failure"))
        self.assertTrue(any("src/sessions.cpp:6" in "".join(one.itertext()) for one in failures))
        self.assertIn("sessions", markdown.read_text(encoding="utf-8"))

    def test_what_cannot_be_compared(self):
        ended, junit, _ = self.run_job(PROFILE="missing.pb.gz")
        self.assertEqual(ended.returncode, 2)
        self.assertFalse(junit.exists())

    def test_the_example_extends_it(self):
        example = yaml.safe_load((CI / "example/.gitlab-ci.yml").read_text(encoding="utf-8"))
        self.assertEqual(example["memory"]["extends"], ".bucketprof")


class Page(unittest.TestCase):
    def test_what_it_shows_of_files_is_in_them(self):
        files = [path.read_text(encoding="utf-8") for path in CI.rglob("*") if path.is_file()]
        shown = [(language, block) for language, block in FENCE.findall(page()) if language != "sh"]
        self.assertGreater(len(shown), 4)
        for language, block in shown:
            self.assertTrue(any(block in text for text in files), f"no file of docs/ci has this {language}:\n{block}")

    def test_policies_that_it_shows_are_policies(self):
        for name in ("bucketprof.toml", "every-key.toml"):
            ended = bash(f"bucketprof check {WORK / 'fine.pb.gz'} --policy {CI / 'example' / name} "
                         "--baseline bucketprof-baseline.json")
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_it_names_every_key(self):
        """The tool lists the known keys when it reads an unknown one."""
        for policy in ("x = 1", "[total]\nx = 1", "[table]\nx = 1", "[site]\nx = 1", "[finding]\nx = 1",
                       "[total]\nrehashes = { x = 1 }", "[[allow]]\nx = 1"):
            (PROJECT / "unknown.toml").write_text(policy, encoding="utf-8")
            ended = bash(f"bucketprof check {WORK / 'fine.pb.gz'} --policy unknown.toml")
            self.assertEqual(ended.returncode, 2)
            keys = ended.stderr.split("it can be ")[1].strip().split(", ")
            self.assertGreater(len(keys), 2)
            for key in keys:
                self.assertIn(f"`{key}`", page())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
