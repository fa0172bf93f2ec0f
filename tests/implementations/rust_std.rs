// SPDX-License-Identifier: Apache-2.0
//
// Rust's HashMap and HashSet: hashbrown, as the standard library was compiled with it.
// source: Rust's standard library
use std::collections::{HashMap, HashSet};
use std::hint::black_box;

#[inline(never)]
fn fill(map: &mut HashMap<u64, u64>, count: u64) {
    for i in 0..count {
        map.insert(i, i); // expect: rust_hashbrown buckets/rehash
    }
}

fn main() {
    let mut grown = HashMap::new();
    fill(&mut grown, 5000);
    let copy = black_box(grown.clone()); // expect: rust_hashbrown buckets/copy
    let mut hinted: HashMap<u64, u64> = HashMap::with_capacity(1000); // expect: rust_hashbrown buckets/hint
    hinted.reserve(5000); // expect: rust_hashbrown buckets/hint
    fill(&mut hinted, 100);
    hinted.shrink_to_fit(); // expect: rust_hashbrown buckets/shrink
    hinted.shrink_to(0);
    grown.clear();
    *grown.entry(1).or_insert(0) += 1;
    let mut entries: HashMap<u32, u32> = HashMap::new();
    for i in 0..1000 {
        *entries.entry(i).or_insert(0) += 1; // expect: rust_hashbrown buckets/rehash
    }
    let collected: HashMap<u64, u64> = (0..1000).map(|i| (i, i)).collect(); // expect: rust_hashbrown buckets/rehash
    let mut set = HashSet::new();
    for i in 0..1000u64 {
        set.insert(i); // expect: rust_hashbrown buckets/rehash
    }
    set.reserve(3000); // expect: rust_hashbrown buckets/hint
    let sized: HashSet<u64> = HashSet::with_capacity(500); // expect: rust_hashbrown buckets/hint
    let cloned = black_box(set.clone()); // expect: rust_hashbrown buckets/copy
    for i in 10..1000 {
        set.remove(&i);
    }
    set.shrink_to_fit(); // expect: rust_hashbrown buckets/shrink
    let both: HashSet<u64> = set.union(&cloned).copied().collect(); // expect: rust_hashbrown buckets/rehash
    black_box((copy, grown, hinted, entries, collected, set, sized, cloned, both));
}
