#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table and the chart of `scripts/bench recorder`.

Usage: recorder_table.py RESULTS CHART.svg
RESULTS has lines "contender workload threads nanoseconds-per-key", one for each run. The table shows medians.
"""
import collections
import math
import statistics
import sys

# contender, what it is called, whose cost it is measured against
CONTENDERS = [
    ("plain", "glibc malloc", None),
    ("off", "bucketprof, not recording", "plain"),
    ("sampled", "bucketprof, 512 KiB", "plain"),
    ("exact", "bucketprof, exact", "plain"),
    ("tcmalloc", "tcmalloc", None),
    ("tcmalloc_sampled", "tcmalloc, 512 KiB", "tcmalloc"),
    ("heapprofile", "gperftools HEAPPROFILE", "tcmalloc"),
    ("jemalloc", "jemalloc", None),
    ("jemalloc_19", "jemalloc lg_prof_sample:19", "jemalloc"),
    ("jemalloc_0", "jemalloc lg_prof_sample:0", "jemalloc"),
    ("heaptrack", "heaptrack", "plain"),
    ("go_0", "Go, MemProfileRate 0", None),
    ("go_524288", "Go, 512 KiB", "go_0"),
    ("go_1", "Go, MemProfileRate 1", "go_0"),
]
WORKLOADS = {
    "node": "node churn: std::unordered_map, 1,000 keys a table, one node a key",
    "flat": "flat churn: boost::unordered_flat_map, 100 keys a table",
}


def medians(path):
    runs = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            contender, workload, threads, ns = line.split()
            runs[workload, int(threads), contender].append(float(ns))
    return {key: statistics.median(values) for key, values in runs.items()}, max(map(len, runs.values()))


def added(ns, workload, contender, base):
    """Nanoseconds per key in addition to those of the underlying allocator."""
    return ns[workload, 1, contender] - ns[workload, 1, base]


def table(ns, rounds):
    print(f"one thread, median of {rounds} rounds, nanoseconds per key\n")
    for workload, title in WORKLOADS.items():
        print(title)
        print(f"  {'':28} {'whole':>9} {'added':>9}  added / bucketprof exact")
        ours = added(ns, workload, "exact", "plain")
        for contender, name, base in CONTENDERS:
            row = f"  {name:28} {ns[workload, 1, contender]:9.1f}"
            if base is not None:
                extra = added(ns, workload, contender, base)
                row += f" {extra:9.1f}  {extra / ours:8.2f}"
            print(row)
        print()
    print("bundled map, insert 1,000 keys and drop")
    for contender in ("off", "sampled"):
        ratio = ns["map", 1, contender] / ns["map", 1, "plain"]
        print(f"  {contender:28} {ns['map', 1, contender]:9.1f}   {ratio:6.3f} of the same map without the profiler")
    scaling = [ns["node", 1, c] / ns["node", 2, c] for c in ("plain", "exact")]
    print(f"\nnode churn on 2 threads: speed of each as part of one alone: bare {scaling[0]:.2f}, exact {scaling[1]:.2f};"
          f" exact keeps {scaling[1] / scaling[0]:.2f} of the bare scaling")


def chart(ns, path):
    """Bars of the added cost, on a logarithmic scale from 0.1 to 10,000 ns."""
    rows = [(w, name, added(ns, w, c, base)) for w in WORKLOADS for c, name, base in CONTENDERS if base is not None]
    height = 24 * (len(rows) + 2 * len(WORKLOADS)) + 50
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="860" height="{height}" font-family="sans-serif" '
           'font-size="13"><rect width="100%" height="100%" fill="white"/>']
    position = lambda value: 230 + 100 * (math.log10(max(value, 0.1)) + 1)
    for power in range(-1, 5):
        x = position(10.0**power)
        out.append(f'<line x1="{x}" y1="20" x2="{x}" y2="{height - 30}" stroke="#ddd"/>'
                   f'<text x="{x}" y="{height - 12}" text-anchor="middle">{10.0**power:g}</text>')
    out.append(f'<text x="780" y="{height - 12}">ns a key</text>')
    y, last = 20, None
    for workload, name, value in rows:
        if workload != last:
            out.append(f'<text x="10" y="{y + 30}" font-weight="bold">{WORKLOADS[workload]}</text>')
            y, last = y + 44, workload
        colour = "#2a6fbb" if name.startswith("bucketprof") else "#b0b0b0"
        out.append(f'<text x="222" y="{y + 14}" text-anchor="end">{name}</text><rect x="230" y="{y + 2}" '
                   f'width="{max(1, position(value) - 230)}" height="16" fill="{colour}"/>'
                   f'<text x="{max(231, position(value)) + 6}" y="{y + 14}">{value:.1f}</text>')
        y += 24
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out + ["</svg>\n"]))
    print(f"\nchart: {path}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    ns, rounds = medians(sys.argv[1])
    table(ns, rounds)
    chart(ns, sys.argv[2])


if __name__ == "__main__":
    main()
