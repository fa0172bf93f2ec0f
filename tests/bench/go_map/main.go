// SPDX-License-Identifier: Apache-2.0
//
// Go's own map as a contender of `scripts/bench map`: the same work in the same order as ../map_bench.cpp, with the
// same output. Change both together.
// Usage: go_map ENTRIES
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

const work = 1000000 // entries handled per operation, in as many repetitions as that takes

func randomKey(i uint64) uint64 {
	x := i * 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

var present, shuffled, absent []uint64

type stopwatch struct {
	begin time.Time
	total time.Duration
}

func (w *stopwatch) start() { w.begin = time.Now() }
func (w *stopwatch) stop()  { w.total += time.Since(w.begin) }

func fill(m map[uint64]uint64) {
	for _, key := range present {
		m[key] = key
	}
}

func measure(name string, n uint64, operation func(*stopwatch) uint64) {
	repetitions := work / n
	if repetitions == 0 {
		repetitions = 1
	}
	var watch stopwatch
	sum := uint64(0)
	runtime.GC()
	for i := uint64(0); i < repetitions; i++ {
		sum += operation(&watch)
	}
	fmt.Printf("go %d %s %.3f %d\n", n, name, float64(watch.total.Nanoseconds())/float64(repetitions*n), sum)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go_map ENTRIES")
		os.Exit(2)
	}
	n, err := strconv.ParseUint(os.Args[1], 10, 64)
	if err != nil || n == 0 {
		fmt.Fprintln(os.Stderr, "go_map: ENTRIES is a number above 0")
		os.Exit(2)
	}
	for i := uint64(1); i <= n; i++ {
		present = append(present, randomKey(i))
		absent = append(absent, randomKey(i+1<<40))
	}
	shuffled = append(shuffled, present...)
	for i := n; i > 1; i-- {
		j := randomKey(i) % i
		shuffled[i-1], shuffled[j] = shuffled[j], shuffled[i-1]
	}

	measure("insert", n, func(watch *stopwatch) uint64 {
		watch.start()
		m := map[uint64]uint64{}
		fill(m)
		watch.stop()
		return uint64(len(m))
	})
	measure("reserved", n, func(watch *stopwatch) uint64 {
		watch.start()
		m := make(map[uint64]uint64, n)
		fill(m)
		watch.stop()
		return uint64(len(m))
	})
	full := map[uint64]uint64{}
	fill(full)
	measure("hit", n, func(watch *stopwatch) uint64 {
		sum := uint64(0)
		watch.start()
		for _, key := range shuffled {
			sum += full[key]
		}
		watch.stop()
		return sum
	})
	measure("miss", n, func(watch *stopwatch) uint64 {
		sum := uint64(0)
		watch.start()
		for _, key := range absent {
			if _, found := full[key]; !found {
				sum++
			}
		}
		watch.stop()
		return sum
	})
	measure("iterate", n, func(watch *stopwatch) uint64 {
		sum := uint64(0)
		watch.start()
		for key, value := range full {
			sum += key ^ value
		}
		watch.stop()
		return sum
	})
	measure("erase", n, func(watch *stopwatch) uint64 {
		m := map[uint64]uint64{}
		fill(m)
		watch.start()
		for _, key := range shuffled {
			delete(m, key)
		}
		watch.stop()
		return uint64(len(m))
	})
}
