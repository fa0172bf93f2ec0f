# SPDX-License-Identifier: Apache-2.0
"""agent_table.py ROUNDS BUILD ROOT WORK [CONTENDERS [PROCESSOR]]: runs real programs under each contender in turn (a
comma-separated list; default: all), on PROCESSOR if given. Prints medians of ratios and their confidence intervals."""
import math
import os
import shutil
import statistics
import subprocess
import sys
import time

TCMALLOC = "libtcmalloc_minimal.so.4"
PYTHON = """
d = {}
for i in range(6000000):
    d[str(i % 400000)] = [i, str(i)]
print(len(d))
"""
NODE = """
const all = new Map();
for (let i = 0; i < 3e6; ++i) all.set('k' + (i % 500000), Buffer.from('value ' + i));
console.log(all.size);
"""
CMAKE = """
foreach(i RANGE 600000)
  set(item_${i} "value ${i}")
  string(REPLACE "value" "other" text "${item_${i}}")
  string(REGEX MATCH "[0-9]+" digits "${text}")
endforeach()
"""
CPP = "#include <algorithm>\n#include <functional>\n#include <iostream>\n#include <map>\n#include <regex>\n#include <string>\n" \
      "#include <unordered_map>\nint main() { std::regex r(\"a+b\"); std::unordered_map<std::string, std::map<int, std::string>> m;" \
      " m[\"a\"][1] = \"b\"; std::function<bool(std::string)> f = [&](std::string s) { return std::regex_match(s, r); };" \
      " std::cout << f(\"aab\") << m.size(); }\n"


# An interpreter with deep stacks: thousands of different ones come back in each round.
OCTAVE = """
s = 0; c = {};
for i = 1:5000, s = s + mod(i, 7) * sqrt(i); c{mod(i, 10) + 1} = num2str(i); end
disp(s)
"""


def programs(root, build, work):
    for name, text in (("a.py", PYTHON), ("a.js", NODE), ("a.cmake", CMAKE), ("a.cpp", CPP), ("a.m", OCTAVE)):
        with open(f"{work}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    for folder in ("profiler", "hashmap"):
        shutil.copytree(f"{root}/{folder}", f"{work}/twice/{folder}", dirs_exist_ok=True)
    found = {
        "cmake -P": ["cmake", "-P", f"{work}/a.cmake"],
        "clang++ -O2": ["clang++-14", "-std=c++20", "-O2", "-c", f"{work}/a.cpp", "-o", f"{work}/a.o"],
        "node": ["node", f"{work}/a.js"],
        "python3": ["/usr/bin/python3", f"{work}/a.py"],
        "octave": ["octave-cli", "--norc", f"{work}/a.m"],
        "cppcheck": ["cppcheck", "-q", "--enable=all", "--suppress=*", "--max-configs=2", *(
            f"{root}/{folder}" for folder in ("profiler", "hashmap", "docs/examples", "tests")), f"{work}/twice"],
        "git log -p": ["git", "-C", root, "log", "-p", "-U5000", "--stat", "-C3%", "--find-copies-harder",
                       "--word-diff-regex=."],
    }
    if os.path.exists(f"{build}/tests/bench/cold_arrays"):
        found["cold arrays"] = [f"{build}/tests/bench/cold_arrays"]
    return {name: words for name, words in found.items() if shutil.which(words[0])}


def environment(settings, work):
    # Without a fixed hash seed, Python would do different work in every run.
    return {**os.environ, "PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0", "TMPDIR": work, **settings}


def on_tcmalloc():
    return {"LD_PRELOAD": TCMALLOC}


def below_agent(build, work, allocator=""):
    """Under the agent, on an allocator or, if none is given, on the program's own."""
    behind = f":{allocator}" if allocator else ""
    return {"LD_PRELOAD": f"{build}/libbucketprof_agent.so{behind}", "BUCKETPROF_OUTPUT": f"{work}/p.pb.gz"}


def sampled(build, work, allocator=""):
    return {**below_agent(build, work, allocator), "BUCKETPROF_INTERVAL": "524288"}


def show_progress(text=""):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def cell(ratios):
    """The median of `ratios` and its confidence interval."""
    low, high = interval(ratios)
    return f"{statistics.median(ratios):>10.3f} ({low:.2f}-{high:.2f})"


class Failed(Exception):
    """A program that failed under a contender."""


def seconds(words, settings, work, processors):
    """Seconds of wall time, and of processor time on all processors."""
    start = time.monotonic()
    with open(f"{work}/err", "w+", encoding="utf-8") as errors:
        process = subprocess.Popen(words, env=environment(settings, work), stdout=subprocess.DEVNULL, stderr=errors, cwd=work,
                                   preexec_fn=lambda: os.sched_setaffinity(0, processors))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise Failed(f"{' '.join(words)} ended with {process.returncode}: {errors.read()}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime


def interval(values):
    """The 95 % confidence interval of the median, for any distribution: the narrowest pair of order statistics. The median
    is below the k-th smallest of n values with the probability P(B < k), B binomial (n, 1/2). Fewer than 6 values: all."""
    n, ordered = len(values), sorted(values)
    k, below = 0, 0.0
    while (below := below + math.comb(n, k) / 2**n) <= 0.025:
        k += 1
    k = max(k, 1)
    return ordered[k - 1], ordered[n - k]


def main():
    rounds, build, root, work = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    contenders = {
        "bare": ([], {}),
        "sampled": ([], sampled(build, work)),
        "again": ([], {}),
        "exact": ([], below_agent(build, work)),
        "blind": ([], {**below_agent(build, work), "BUCKETPROF_LOOK_FROM": "0"}),
        "tcmalloc": ([], on_tcmalloc()),
        "t-sampled": ([], sampled(build, work, TCMALLOC)),
        "t-again": ([], on_tcmalloc()),
        "t-exact": ([], below_agent(build, work, TCMALLOC)),
        "empty hooks": ([], {"LD_PRELOAD": f"{build}/tests/bench/empty_hook.so:{TCMALLOC}"}),
    }
    if shutil.which("heaptrack"):
        contenders["heaptrack"] = (["heaptrack", "-o", f"{work}/heaptrack"], {})
    if len(sys.argv) > 5:
        chosen = sys.argv[5].split(",")
        for name in chosen:
            if name not in contenders:
                print(f"scripts/bench agent: no contender '{name}': there are {', '.join(contenders)}", file=sys.stderr)
                sys.exit(2)
        contenders = {name: contenders[name] for name in contenders if name in chosen}
    processors = os.sched_getaffinity(0)
    if len(sys.argv) > 6:
        if not sys.argv[6].isdecimal() or int(sys.argv[6]) not in processors:
            sys.exit(f"scripts/bench agent: no processor '{sys.argv[6]}': there are {', '.join(map(str, sorted(processors)))}")
        processors = {int(sys.argv[6])}
    # heaptrack writes its file in a second process, so it keeps all processors.
    allowed = {name: os.sched_getaffinity(0) if name == "heaptrack" else processors for name in contenders}
    wanted = programs(root, build, work)
    times, whole, failure = {}, 0, None
    try:
        for number in range(rounds):
            for name, words in wanted.items():
                # Every other round runs backwards, because a run depends on the state in which the one before it left
                # the machine.
                for contender, (prefix, settings) in list(contenders.items())[::1 if number % 2 == 0 else -1]:
                    show_progress(f"round {number + 1} of {rounds}: {name}, {contender}")
                    times.setdefault((name, contender), []).append(seconds(prefix + words, settings, work, allowed[contender]))
            whole += 1
    except Failed as problem:
        failure = problem
    show_progress()
    if whole > 0:
        show_tables(wanted, contenders, {key: values[:whole] for key, values in times.items()})
    if failure:
        print(f"scripts/bench agent: {failure}", file=sys.stderr)
        sys.exit(f"scripts/bench agent: stopped after {whole} of {rounds} rounds")


def show_tables(wanted, contenders, times):
    """Prints the tables. `times` has, for each program and contender, a pair of seconds (wall, processors) per round."""
    for which, title in enumerate(("wall time", "processor time, for busy machines")):
        others = [c for c in contenders if c != "bare"]
        verdicts = [("sampled", "bare"), ("again", "bare"), ("t-sampled", "tcmalloc"), ("t-again", "tcmalloc"),
                    ("t-exact", "tcmalloc"), ("t-sampled", "empty hooks"), ("exact", "blind"), ("exact", "heaptrack")]
        verdicts = [pair for pair in verdicts if pair[0] in contenders and pair[1] in contenders]
        base = [name for name in ("bare",) if name in contenders]
        width = 9 * len(base) + 13 * len(others)
        print(f"{title}\n{'':14}" + ("over bare" if base else "seconds").center(width) + "over each other (the median, and between what it lies)")
        print(f"{'program':14}" + "".join(f"{c:>9}" for c in base) + "".join(f"{c:>13}" for c in others) +
              "".join(f"{ours + '/' + other:>23}" for ours, other in verdicts))
        for name in wanted:
            def typical(contender):
                return statistics.median(t[which] for t in times[name, contender])
            # The median of the rounds' ratios: a machine that slows down does not count against later contenders. If
            # both runs without the agent are chosen, the sampled run lies between them and is compared with their mean.
            def ratios(ours, other):
                again = {("sampled", "bare"): "again", ("t-sampled", "tcmalloc"): "t-again"}.get((ours, other))
                others = [other, again] if again in contenders else [other]
                return [times[name, ours][i][which] / statistics.geometric_mean(times[name, o][i][which] for o in others)
                        for i in range(len(times[name, ours]))]

            print(f"{name:14}" + "".join(f"{typical(c):>8.2f}s" for c in base) +
                  "".join(f"{statistics.median(ratios(c, 'bare')):>12.2f}x" if base else f"{typical(c):>12.2f}s" for c in others) +
                  "".join(f"{cell(ratios(ours, other)):>23}" for ours, other in verdicts))


if __name__ == "__main__":
    main()
