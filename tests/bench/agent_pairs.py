# SPDX-License-Identifier: Apache-2.0
"""agent_pairs.py ROUNDS BUILD ROOT WORK: what sampling costs real programs, where the machine's speed varies more than
that. A program runs twice at the same time, sampled on one processor and on tcmalloc alone on the other, then with the
processors changed; a round's ratio is the mean (geometric) of the two. Whatever slows the machine down slows both."""
import math
import os
import subprocess
import sys
import time

from agent_table import TCMALLOC, cell, environment, on_tcmalloc, programs, sampled, show_progress


def run_both(commands):
    """Wall times of two programs that run at the same time, each (words, settings, work, processor)."""
    started = {}
    for index, (words, settings, work, processor) in enumerate(commands):
        begin = time.monotonic()
        # Not with taskset: the agent would profile that instead of the program.
        process = subprocess.Popen(words, env=environment(settings, work), cwd=work, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, preexec_fn=lambda to=processor: os.sched_setaffinity(0, {to}))
        started[process.pid] = (index, begin, process)
    times = [0.0] * len(commands)
    for _ in commands:
        pid, status = os.wait()
        index, begin, process = started[pid]
        times[index] = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"scripts/bench agent: {' '.join(commands[index][0])} ended with {process.returncode}")
    return times


def main():
    rounds, build, root, work = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    processors = sorted(os.sched_getaffinity(0))[:2]
    if len(processors) < 2:
        sys.exit("scripts/bench agent: pairs take two processors, and there is one")
    places = [f"{work}/{processor}" for processor in processors]
    for place in places:
        os.mkdir(place)
    wanted = [programs(root, build, place) for place in places]

    def ratio(name, is_sampled):
        """The time of a program relative to the same program on tcmalloc alone."""
        product = 1.0
        for turn in (0, 1):
            commands = [(wanted[i][name], sampled(build, places[i], TCMALLOC) if is_sampled and i == turn else on_tcmalloc(), places[i],
                         processors[i]) for i in (0, 1)]
            times = run_both(commands)
            product *= times[turn] / times[1 - turn]
        return math.sqrt(product)

    ratios = {}
    for number in range(rounds):
        for name in wanted[0]:
            for is_sampled in (True, False):
                show_progress(f"round {number + 1} of {rounds}: {name}")
                ratios.setdefault((name, is_sampled), []).append(ratio(name, is_sampled))
    show_progress()
    print(f"wall time of pairs at the same time (the median, and between what it lies)\n{'program':14}{'sampled/tcmalloc':>23}"
          f"{'tcmalloc/itself':>23}")
    for name in wanted[0]:
        print(f"{name:14}" + "".join(f"{cell(ratios[name, is_sampled]):>23}" for is_sampled in (True, False)))


main()
