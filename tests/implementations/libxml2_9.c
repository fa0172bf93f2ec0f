// SPDX-License-Identifier: Apache-2.0
//
// libxml2's xmlHashTable, as it was up to 2.11: the first entry of a bucket is in the array, others are in chains. A
// table's object and its first array come from the same function: both count as its array.
// source: libxml2 2.9.14, built with -g -O2 in DIR/build (libxml2.a), without zlib, lzma, iconv and Python
// compile: -I$DIR/include -I$DIR/build $DIR/build/libxml2.a -lm
#include <libxml/xmlstring.h>

#include <libxml/dict.h>
#include <libxml/hash.h>
#include <time.h>

// The hash depends on the time, and so does how many entries are in chains.
time_t time(time_t* now) {
  if (now != NULL) *now = 1;
  return 1;
}

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

int main(void) {
  name_all();
  xmlDictPtr dictionary = xmlDictCreate();
  const xmlChar* owned[5000];
  for (int i = 0; i < 5000; ++i) owned[i] = xmlDictLookup(dictionary, names[i], -1);
  xmlHashTablePtr table = xmlHashCreateDict(10, dictionary);  // expect: libxml_hash buckets/hint
  for (int i = 0; i < 4000; ++i) {
    xmlHashAddEntry(table, owned[i], names[i]);  // expect: libxml_hash buckets/rehash overflow/overflow
  }
  xmlHashTablePtr other = xmlHashCreateDict(0, dictionary);  // expect: libxml_hash buckets/hint
  for (int i = 0; i < 3000; ++i) {
    xmlHashUpdateEntry2(other, owned[i], owned[4999 - i], names[i], NULL);  // expect: libxml_hash overflow/overflow
  }
  xmlHashFree(other, NULL);
  // Names are copied as well, and text is not the table's: this is a line of another file.
#line 1 "libxml2_keys.c"
  xmlHashTablePtr copy = xmlHashCopy(table, same);
#line 51 "libxml2_9.c"
  xmlHashFree(copy, NULL);
  xmlHashFree(table, NULL);
  xmlDictFree(dictionary);
  return 0;
}
