// SPDX-License-Identifier: Apache-2.0
//
// SQLite's Hash, which holds the schema. Its functions are static in the library, so the library is part of this file.
// source: SQLite 3.40.1: DIR has sqlite3.c
// compile: -I$DIR -lpthread -ldl -lm
#include "sqlite3.c"

static char names[3000][8];

int main(void) {
  if (sqlite3_initialize() != SQLITE_OK) return 1;
  for (int i = 0; i < 3000; ++i) {
    int rest = i;
    for (int at = 0; at < 6; ++at, rest /= 10) names[i][at] = (char)('a' + rest % 10);
  }
  Hash table;
  sqlite3HashInit(&table);
  for (int i = 0; i < 3000; ++i) {
    sqlite3HashInsert(&table, names[i], names[i]);  // expect: sqlite_hash nodes/node buckets/rehash
  }
  for (int i = 0; i < 2000; ++i) sqlite3HashInsert(&table, names[i], NULL);
  sqlite3HashClear(&table);
  sqlite3HashInsert(&table, names[0], names[0]);  // expect: sqlite_hash nodes/node
  sqlite3HashClear(&table);
  sqlite3_shutdown();
  return 0;
}
