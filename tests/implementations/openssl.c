// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL's LHASH. A table's object and its first array come from the same function: both count as its array.
// packages: libssl-dev
// source: OpenSSL 3.0.22, configured: DIR is its source. The table and the allocator are compiled, the rest is Debian's.
// compile: -I$DIR/include -I$DIR $DIR/crypto/lhash/lhash.c $DIR/crypto/mem.c -l:libcrypto.a -lpthread -ldl
#include <openssl/lhash.h>
#include <stdint.h>

static unsigned long hash_of(const void* entry) { return (unsigned long)(uintptr_t)entry * 2654435761UL >> 7; }
static int compare(const void* a, const void* b) { return a != b; }

static OPENSSL_LHASH* make(void) {
  return OPENSSL_LH_new(hash_of, compare);  // expect: openssl_lhash buckets/first_insert
}

int main(void) {
  OPENSSL_LHASH* table = make();
  for (uintptr_t i = 1; i <= 10000; ++i) {
    OPENSSL_LH_insert(table, (void*)i);  // expect: openssl_lhash nodes/node buckets/rehash
  }
  for (uintptr_t i = 1; i <= 9990; ++i) {
    OPENSSL_LH_delete(table, (void*)i);  // expect: openssl_lhash buckets/shrink
  }
  OPENSSL_LH_flush(table);
  OPENSSL_LH_insert(table, (void*)7);  // expect: openssl_lhash nodes/node
  OPENSSL_LH_free(table);
  return 0;
}
