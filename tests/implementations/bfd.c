// SPDX-License-Identifier: Apache-2.0
//
// BFD's bfd_hash_table. Its memory is a pool of 4 KB blocks; what is larger than 512 bytes has a block of its own. A
// size that is given, and the default one, come from the same function.
// packages: binutils-dev libiberty-dev libzstd-dev
// source: binutils 2.40, with bfd configured: DIR is its source. The table and its pool are compiled, the rest is Debian's.
// compile: -I$DIR/bfd -I$DIR/include -DHAVE_STDLIB_H -DHAVE_STRING_H $DIR/bfd/hash.c $DIR/libiberty/objalloc.c -l:libbfd.a -l:libiberty.a -l:libsframe.a -lz -lzstd -ldl
#define PACKAGE "bucketprof"
#include <stdint.h>
#include <stdlib.h>

#include "bfd.h"

static char names[30000][8];

struct cart {
  struct bfd_hash_entry root;
  uint64_t number;
};

static struct bfd_hash_entry* new_cart(struct bfd_hash_entry* entry, struct bfd_hash_table* table, const char* name) {
  if (entry == NULL) entry = bfd_hash_allocate(table, sizeof(struct cart));  // expect: bfd_hash other/unknown
  return bfd_hash_newfunc(entry, table, name);
}

static void name_all(void) {
  for (int i = 0; i < 30000; ++i) {
    int rest = i;
    for (int at = 0; at < 6; ++at, rest /= 10) names[i][at] = (char)('0' + rest % 10);
  }
}

int main(void) {
  struct bfd_hash_table plain, small, carts;
  name_all();
  if (!bfd_hash_table_init(&plain, bfd_hash_newfunc, sizeof(struct bfd_hash_entry))) return 1;  // expect: bfd_hash other/first_insert buckets/first_insert
  for (int i = 0; i < 30000; ++i) {
    if (!bfd_hash_lookup(&plain, names[i], true, false)) return 1;  // expect: bfd_hash buckets/rehash other/unknown
  }
  bfd_hash_table_free(&plain);

  if (!bfd_hash_table_init_n(&small, bfd_hash_newfunc, sizeof(struct bfd_hash_entry), 1021)) return 1;  // expect: bfd_hash other/first_insert buckets/first_insert
  for (int i = 0; i < 3000; ++i) {
    if (!bfd_hash_lookup(&small, names[i], true, true)) return 1;  // expect: bfd_hash buckets/rehash other/unknown (copies of keys)
  }
  bfd_hash_table_free(&small);

  if (!bfd_hash_table_init(&carts, new_cart, sizeof(struct cart))) return 1;  // expect: bfd_hash other/first_insert buckets/first_insert
  for (int i = 0; i < 10000; ++i) {
    if (!bfd_hash_insert(&carts, names[i], (unsigned long)i)) return 1;  // expect: bfd_hash buckets/rehash
  }
  bfd_hash_table_free(&carts);
  return 0;
}
