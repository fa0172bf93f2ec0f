// SPDX-License-Identifier: Apache-2.0
//
// libiberty's htab_t. A table's object and its first array come from the same function: both count as its array.
// source: binutils 2.40: DIR is its source
// compile: -I$DIR/include -DHAVE_CONFIG_H=0 -DHAVE_STDLIB_H -DHAVE_STRING_H -DHAVE_LIMITS_H -DHAVE_STDINT_H -DHAVE_INTTYPES_H -DHAVE_SYS_TYPES_H -DHAVE_UNISTD_H $DIR/libiberty/hashtab.c $DIR/libiberty/xmalloc.c $DIR/libiberty/xexit.c
#include <stdlib.h>
#include <stdint.h>

#include "libiberty.h"
#include "hashtab.h"

static hashval_t hash_of(const void* entry) { return (hashval_t)(uintptr_t)entry * 2654435761U; }
static int is_same(const void* a, const void* b) { return a == b; }
static int visit(void** slot, void* sum) {
  *(uintptr_t*)sum += (uintptr_t)*slot;
  return 1;
}
static void insert(htab_t table, uintptr_t key) {
  void** slot = htab_find_slot(table, (void*)key, INSERT);  // expect: libiberty_htab buckets/rehash
  *slot = (void*)key;
}

int main(void) {
  htab_t grown = htab_create_alloc(10, hash_of, is_same, NULL, xcalloc, free);  // expect: libiberty_htab buckets/hint
  for (uintptr_t i = 2; i < 10000; ++i) insert(grown, i);
  for (uintptr_t i = 2; i < 9990; ++i) htab_remove_elt(grown, (void*)i);
  uintptr_t sum = 0;
  htab_traverse(grown, visit, &sum);  // expect: libiberty_htab buckets/shrink
  htab_delete(grown);

  htab_t large = htab_try_create(200000, hash_of, is_same, NULL);  // expect: libiberty_htab buckets/hint
  for (uintptr_t i = 2; i < 1000; ++i) {
    void** slot = htab_find_slot_with_hash(large, (void*)i, hash_of((void*)i), INSERT);
    *slot = (void*)i;
  }
  htab_empty(large);  // expect: libiberty_htab buckets/shrink
  htab_delete(large);

  htab_t typed = htab_create_typed_alloc(500, hash_of, is_same, NULL, xcalloc, calloc, free);  // expect: libiberty_htab buckets/hint
  for (uintptr_t i = 2; i < 3000; ++i) {
    void** slot = htab_find_slot_with_hash(typed, (void*)i, hash_of((void*)i), INSERT);  // expect: libiberty_htab buckets/rehash
    *slot = (void*)i;
  }
  htab_delete(typed);
  return sum == 0;
}
