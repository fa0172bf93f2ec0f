// SPDX-License-Identifier: Apache-2.0
//
// cpplib's table of identifiers, used as GCC's front ends do. Entries and text are in obstacks, whose blocks are the
// table's. Its object and its first array come from the same function: both count as its array.
// source: GCC 12.2, with libiberty and libcpp built in DIR/obj
// compile: -I$DIR/{libcpp,obj/libcpp,libcpp/include,include} $DIR/obj/{libcpp/libcpp,libiberty/libiberty}.a
#include "config.h"

#include "system.h"

#include "cpplib.h"
#include "symtab.h"

#define obstack_chunk_alloc xmalloc
#define obstack_chunk_free free

static obstack nodes;
static cpp_hash_table* table;
static unsigned char names[30000][8];

static ht_identifier* alloc_node(cpp_hash_table*) {
  return static_cast<ht_identifier*>(obstack_alloc(&nodes, sizeof(cpp_hashnode)));  // expect: cpplib_hash other/unknown
}

static void init_stringpool() {
  table = ht_create(8);  // expect: cpplib_hash buckets/first_insert other/first_insert
  table->alloc_node = alloc_node;
  obstack_init(&nodes);  // expect: cpplib_hash other/first_insert
}

// What the library calls when it gives up.
void fancy_abort(const char*, int, const char*) { abort(); }

// With the text of the key.
static void insert(const unsigned char* name) {
  ht_lookup(table, name, 6, HT_ALLOC);  // expect: cpplib_hash buckets/rehash other/unknown
}

int main() {
  for (int i = 0; i < 30000; ++i) {
    int rest = i;
    for (int at = 0; at < 6; ++at, rest /= 10) names[i][at] = static_cast<unsigned char>('a' + rest % 10);
  }
  init_stringpool();
  for (auto& name : names) insert(name);
  ht_destroy(table);
  obstack_free(&nodes, nullptr);
  return 0;
}
