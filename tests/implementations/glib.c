// SPDX-License-Identifier: Apache-2.0
//
// GLib's GHashTable. Debian's library has no names of its static functions; a build with -g has.
// packages: libglib2.0-dev
// source: glib2.0 2.74, built with -g -O2: DIR has libglib-2.0.so
// compile: $(pkg-config --cflags glib-2.0) -L$DIR -Wl,-rpath,$DIR -lglib-2.0
#include <glib.h>
#include <string.h>

extern char** environ;

// What the library sees when it starts: slices are plain blocks, as they always are in GLib 2.76 and later.
char* getenv(const char* name) {
  if (strcmp(name, "G_SLICE") == 0) return "always-malloc";
  const size_t length = strlen(name);
  for (char** entry = environ; entry != NULL && *entry != NULL; ++entry) {
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
  }
  return NULL;
}

static void forget(gpointer entry) { (void)entry; }

static gboolean is_many(gpointer key, gpointer value, gpointer limit) {
  (void)value;
  return GPOINTER_TO_SIZE(key) > GPOINTER_TO_SIZE(limit);
}

static void fill(GHashTable* table) {
  for (gsize i = 1; i <= 5000; ++i) {
    g_hash_table_add(table, GSIZE_TO_POINTER(i));  // expect: glib_hash buckets/rehash
  }
}

static void replace(GHashTable* table, gpointer key, gpointer value) {
  g_hash_table_replace(table, key, value);  // expect: glib_hash buckets/rehash (keys and values part)
}

int main(void) {
  GHashTable* grown = g_hash_table_new(g_direct_hash, g_direct_equal);  // expect: glib_hash other/first_insert buckets/first_insert
  for (gsize i = 1; i <= 5000; ++i) {
    g_hash_table_insert(grown, GSIZE_TO_POINTER(i), NULL);  // expect: glib_hash buckets/rehash
  }
  g_hash_table_insert(grown, grown, NULL);  // expect: glib_hash buckets/rehash (entries of 8 bytes)
  for (gsize i = 1; i <= 4990; ++i) {
    g_hash_table_remove(grown, GSIZE_TO_POINTER(i));  // expect: glib_hash buckets/shrink
  }
  g_hash_table_remove_all(grown);  // expect: glib_hash buckets/shrink
  g_hash_table_destroy(grown);

  GHashTable* set = g_hash_table_new_full(g_direct_hash, g_direct_equal, forget, NULL);  // expect: glib_hash other/first_insert buckets/first_insert
  fill(set);
  for (gsize i = 1; i <= 4000; ++i) {
    g_hash_table_steal(set, GSIZE_TO_POINTER(i));  // expect: glib_hash buckets/shrink
  }
  gpointer* keys = g_hash_table_get_keys_as_array(set, NULL);  // expect: none
  g_free(keys);
  g_hash_table_foreach_remove(set, is_many, GSIZE_TO_POINTER(4100));  // expect: glib_hash buckets/shrink
  g_hash_table_remove_all(set);  // expect: glib_hash buckets/shrink
  fill(set);
  g_hash_table_foreach_steal(set, is_many, GSIZE_TO_POINTER(100));  // expect: glib_hash buckets/shrink
  g_hash_table_steal_all(set);  // expect: glib_hash buckets/shrink
  replace(set, GSIZE_TO_POINTER(1), GSIZE_TO_POINTER(2));
  GHashTable* similar = g_hash_table_new_similar(set);  // expect: glib_hash other/first_insert buckets/first_insert
  g_hash_table_unref(similar);
  g_hash_table_unref(set);
  return 0;
}
