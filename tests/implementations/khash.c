// SPDX-License-Identifier: Apache-2.0
//
// khash. kh_resize() may make a table smaller as well, which its name does not show.
// packages: libhts-dev
// source: htslib 1.16's khash.h, which is klib's 0.2.8 with less
// compile: -I/usr/include/htslib
#include <stdint.h>

#include "khash.h"

// Sites are then lines of this file, and not those of the macros.
#line 1 "khash_carts.h"
KHASH_MAP_INIT_INT64(carts, uint64_t)
KHASH_SET_INIT_INT(seen)
#line 16 "khash.c"

static void put(kh_carts_t* table, uint64_t key) {
  int is_new = 0;
  const khint_t at = kh_put(carts, table, key, &is_new);  // expect: khash buckets/rehash
  kh_val(table, at) = key;
}

int main(void) {
  kh_carts_t* grown = kh_init(carts);  // expect: khash other/first_insert
  for (uint64_t i = 0; i < 10000; ++i) put(grown, i << 33);
  for (uint64_t i = 0; i < 9000; ++i) kh_del(carts, grown, kh_get(carts, grown, i << 33));
  kh_resize(carts, grown, 2048);  // expect: khash buckets/hint
  kh_clear(carts, grown);
  kh_destroy(carts, grown);

  kh_seen_t* set = kh_init(seen);  // expect: khash other/first_insert
  kh_resize(seen, set, 1000);  // expect: khash buckets/hint
  for (khint32_t i = 0; i < 5000; ++i) {
    int is_new = 0;
    kh_put(seen, set, i, &is_new);  // expect: khash buckets/rehash
  }
  kh_destroy(seen, set);
  return 0;
}
