// SPDX-License-Identifier: Apache-2.0
//
// GLib's GHashTable. Debian's library has no names of its static functions; a build with -g has.
// packages: libglib2.0-dev
// source: glib2.0, built with debug information: DIR has libglib-2.0.so (optional)
// compile: $(pkg-config --cflags --libs glib-2.0)
#include <glib.h>

int main(void) {
  GHashTable* grown = g_hash_table_new(g_direct_hash, g_direct_equal);  // expect: glib_hash other/first_insert buckets/first_insert
  for (gsize i = 1; i <= 5000; ++i) {
    g_hash_table_insert(grown, GSIZE_TO_POINTER(i), NULL);  // expect: glib_hash buckets/rehash
  }
  for (gsize i = 1; i <= 4990; ++i) {
    g_hash_table_remove(grown, GSIZE_TO_POINTER(i));  // expect: glib_hash buckets/shrink
  }
  g_hash_table_remove_all(grown);  // expect: glib_hash buckets/first_insert
  g_hash_table_destroy(grown);
  return 0;
}
