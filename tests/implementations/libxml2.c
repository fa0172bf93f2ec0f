// SPDX-License-Identifier: Apache-2.0
//
// libxml2's xmlHashTable, as it is since 2.12: entries in one array. The first comes with the first entry. Keys are
// copied by the table's own functions, or are in a dictionary, as here.
// source: libxml2 2.15.3, built with -g -O2 in DIR/build (libxml2.a), without zlib, lzma, iconv and Python
// compile: -I$DIR/include -I$DIR/build $DIR/build/libxml2.a -lm
#include <libxml/dict.h>
#include <libxml/hash.h>

static xmlChar names[5000][8];

static void* same(void* payload, const xmlChar* name) {
  (void)name;
  return payload;
}

static void name_all(void) {
  for (int i = 0; i < 5000; ++i) {
    int rest = i;
    for (int at = 0; at < 6; ++at, rest /= 10) names[i][at] = (xmlChar)('a' + rest % 10);
  }
}

static void add_copy(xmlHashTablePtr table, int i) {
  xmlHashAddEntry(table, names[i], names[i]);  // expect: none (its array has grown before)
}

int main(void) {
  name_all();
  xmlDictPtr dictionary = xmlDictCreate();
  const xmlChar* owned[5000];
  for (int i = 0; i < 5000; ++i) owned[i] = xmlDictLookup(dictionary, names[i], -1);
  xmlHashTablePtr table = xmlHashCreateDict(100, dictionary);  // expect: libxml_hash buckets/hint (its object)
  for (int i = 0; i < 4000; ++i) {
    xmlHashAddEntry(table, owned[i], names[i]);  // expect: libxml_hash buckets/rehash
  }
  xmlHashTablePtr other = xmlHashCreateDict(0, dictionary);  // expect: libxml_hash buckets/hint
  for (int i = 0; i < 5000; ++i) {
    xmlHashUpdateEntry2(other, owned[i], owned[4999 - i], names[i], NULL);  // expect: libxml_hash buckets/rehash
  }
  xmlHashRemoveEntry2(other, owned[0], owned[4999], NULL);
  xmlHashFree(other, NULL);
  xmlHashFree(table, NULL);
  xmlDictFree(dictionary);

  xmlHashTablePtr copied = xmlHashCreate(0);  // expect: libxml_hash buckets/hint
  // Without a dictionary names are copied, and a line that adds does both: these are lines of another file.
#line 1 "libxml2_keys.c"
  for (int i = 0; i < 8; ++i) xmlHashAddEntry(copied, names[i], names[i]);
  xmlHashTablePtr copy = xmlHashCopy(copied, same);
#line 52 "libxml2.c"
  add_copy(copy, 8);
  xmlHashFree(copy, NULL);
  xmlHashFree(copied, NULL);
  return 0;
}
