// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL's dynahash, with the server's memory contexts. A table has a context of its own, whose blocks serve arrays
// and entries: they are `other`. The rest of the server is left out: what reports errors is here, and ends the program.
// source: PostgreSQL 15.18, configured, with make -C src/backend generated-headers: DIR is its source
// compile: -D_GNU_SOURCE -I$DIR/src/include $DIR/src/backend/utils/hash/dynahash.c $DIR/src/backend/utils/mmgr/mcxt.c $DIR/src/backend/utils/mmgr/aset.c $DIR/src/common/hashfn.c $DIR/src/port/strlcpy.c
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/s_lock.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

int MyProcPid;
volatile sig_atomic_t InterruptPending;
volatile sig_atomic_t LogMemoryContextPending;
sigjmp_buf* PG_exception_stack;
ErrorContextCallback* error_context_stack;

bool errstart(int level, const char* domain) { return level >= ERROR && domain == NULL; }
bool errstart_cold(int level, const char* domain) { return errstart(level, domain); }
void errfinish(const char* file, int line, const char* function) { _exit(line != 0 && file != function); }
int errcode(int code) { return code; }
int errmsg(const char* text, ...) { return text == NULL; }
int errmsg_internal(const char* text, ...) { return text == NULL; }
int errdetail(const char* text, ...) { return text == NULL; }
int errhidestmt(bool hide) { return hide; }
int errhidecontext(bool hide) { return hide; }
void pg_re_throw(void) { _exit(1); }
int pg_fprintf(FILE* file, const char* format, ...) { return file == NULL && format == NULL; }
int pg_snprintf(char* text, size_t size, const char* format, ...) { return text == NULL && size == 0 && format == NULL; }
int pg_mbcliplen(const char* text, int length, int limit) { return text == NULL || length < limit ? length : limit; }
int GetCurrentTransactionNestLevel(void) { return 1; }
int s_lock(volatile slock_t* lock, const char* file, int line, const char* function) {
  return lock == NULL && file == function ? line : 0;
}

struct cart {
  uint64 key;
  uint64 value[3];
};

static void insert(HTAB* table, uint64 key) {
  bool found;
  struct cart* entry = hash_search(table, &key, HASH_ENTER, &found);  // expect: postgres_dynahash other/unknown other/rehash
  entry->value[0] = key;
}

int main(void) {
  MemoryContextInit();
  HASHCTL info = {.keysize = sizeof(uint64), .entrysize = sizeof(struct cart)};
  HTAB* grown = hash_create("grown", 16, &info, HASH_ELEM | HASH_BLOBS);  // expect: postgres_dynahash other/first_insert
  for (uint64 i = 0; i < 100000; ++i) insert(grown, i);
  for (uint64 i = 0; i < 100000; ++i) hash_search(grown, &i, HASH_REMOVE, NULL);
  hash_destroy(grown);

  info.hcxt = TopMemoryContext;
  HTAB* large = hash_create("large", 1000000, &info, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);  // expect: postgres_dynahash other/hint
  for (uint64 i = 0; i < 300000; ++i) {
    bool found;
    hash_search_with_hash_value(large, &i, get_hash_value(large, &i), HASH_ENTER, &found);  // expect: postgres_dynahash other/unknown
  }
  hash_destroy(large);
  return 0;
}
