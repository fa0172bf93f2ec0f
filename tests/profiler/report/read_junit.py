#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
#
# Reads a JUnit file as a CI system would, with junitparser, and prints it as JSON.
# Usage: read_junit.py FILE
import json
import sys

from junitparser import JUnitXml


def outcome(result):
    return {"is": type(result).__name__, "message": result.message, "type": result.type, "text": result.text or ""}


suites = JUnitXml.fromfile(sys.argv[1])
suite = next(iter(suites))
print(json.dumps({
    "tests": suites.tests, "failures": suites.failures, "skipped": suites.skipped, "errors": suites.errors,
    "properties": [[p.name, p.value] for p in suite.properties()],
    "cases": [{"classname": c.classname, "name": c.name, "results": [outcome(r) for r in c.result],
               "out": c.system_out or ""} for c in suite]}))
