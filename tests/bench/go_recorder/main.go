// SPDX-License-Identifier: Apache-2.0
//
// Go's own map under Go's own heap profiler: a contender of `scripts/bench recorder`. The same work as
// ../recorder_bench.cpp; change both together. Prints the nanoseconds per key.
// Usage: go_recorder RATE node|flat TABLES    (RATE: runtime.MemProfileRate; 0 off, 1 every block)
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

var state uint64

func nextKey() uint64 {
	state += 0x9e3779b97f4a7c15
	x := state
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

//go:noinline
func fillAndDrop(keys int) int {
	table := map[uint64]uint64{}
	for i := 0; i < keys; i++ {
		table[nextKey()] = 1
	}
	return len(table)
}

//go:noinline
func nested(depth, keys int) int {
	if depth == 0 {
		return fillAndDrop(keys)
	}
	return nested(depth-1, keys) + 0
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: go_recorder RATE node|flat TABLES")
		os.Exit(2)
	}
	runtime.MemProfileRate, _ = strconv.Atoi(os.Args[1])
	tables, _ := strconv.Atoi(os.Args[3])
	keys := 1000
	if os.Args[2] == "flat" {
		keys = 100
	}
	sum := nested(12, keys)
	begin := time.Now()
	for i := 0; i < tables; i++ {
		sum += nested(12, keys)
	}
	elapsed := time.Since(begin)
	if sum == 0 {
		os.Exit(1)
	}
	fmt.Printf("%.3f\n", float64(elapsed.Nanoseconds())/float64(tables*keys))
}
