# SPDX-License-Identifier: Apache-2.0
"""tool_table.py ROUNDS BUCKETPROF DIRECTORY: runs both tools in turn; prints medians of wall time and peak memory, and
their ratios."""
import os
import statistics
import subprocess
import sys
import time

# What a team would write: limits on the total, on each table and on each site.
POLICY = """min_bytes = "64 KiB"
[total]
alloc_space = { growth = "2 %" }
inuse_space = { max = "1 GiB", growth = "2 %" }
[[table]]
alloc_space = { growth = "5 %" }
inuse_slack = { growth = "5 %" }
[[site]]
alloc_space = { growth = "10 %" }
"""
BOUND_TIME = 20
BOUND_MEMORY = 4
BOUND_MILLION = 1.5e9


def measure(command, codes):
    """Seconds of wall time and bytes of peak memory."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code not in codes:
        sys.exit(f"scripts/bench tool: {' '.join(command)} ended with {code}: {errors.decode()}")
    return time.monotonic() - start, usage.ru_maxrss * 1024


def main():
    rounds, tool, work = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    policy = f"{work}/policy.toml"
    with open(policy, "w", encoding="utf-8") as file:
        file.write(POLICY)

    def check(size):
        files = [f"{work}/{size}.3.pb.gz", "--baseline", f"{work}/{size}.0.pb.gz"]
        return measure([tool, "check", *files, "--policy", policy], (0, 1))

    ours, theirs = [], []
    for number in range(rounds):
        if sys.stderr.isatty():
            print(f"\r\033[Kround {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        ours.append(check(100000))
        files = [f"-diff_base={work}/100000.0.pb.gz", f"{work}/100000.3.pb.gz"]
        theirs.append(measure(["go", "tool", "pprof", "-top", "-sample_index=alloc_space", *files], (0,)))
    if sys.stderr.isatty():
        print("\r\033[Ka million samples", end="", file=sys.stderr, flush=True)
    million = check(1000000)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)

    def row(name, runs):
        seconds = statistics.median(run[0] for run in runs)
        memory = statistics.median(run[1] for run in runs)
        print(f"{name:<44} {seconds:8.2f} s {memory / 2**20:8.0f} MiB")
        return seconds, memory

    print(f"two profiles of 100,000 samples, medians of {rounds} rounds")
    mine = row("bucketprof check", ours)
    other = row("go tool pprof -top -diff_base", theirs)
    print(f"{'ratio (at most 1/' + str(BOUND_TIME) + ' of the time, 1/' + str(BOUND_MEMORY) + ' of the memory)':<44}"
          f"   1/{other[0] / mine[0]:.1f}       1/{other[1] / mine[1]:.1f}")
    print("two profiles of 1,000,000 samples, one run")
    row("bucketprof check (at most 1,430 MiB)", [million])
    good = mine[0] * BOUND_TIME <= other[0] and mine[1] * BOUND_MEMORY <= other[1] and million[1] <= BOUND_MILLION
    print("within the bounds" if good else "NOT within the bounds")


main()
