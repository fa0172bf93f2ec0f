// SPDX-License-Identifier: Apache-2.0
//
// Lua's tables. The part of integer keys is an array beside the buckets.
// source: Lua 5.4.4: DIR has its src folder
// compile: -I$DIR/src -DLUA_USE_POSIX $(ls $DIR/src/*.c | grep -v -e '/lua.c$' -e '/luac.c$') -lm
#include "lauxlib.h"
#include "lua.h"

static void fill(lua_State* state, lua_Integer from, lua_Integer step) {
  for (lua_Integer i = 0; i < 5000; ++i) {
    lua_pushinteger(state, i);
    lua_rawseti(state, -2, from + i * step);  // expect: lua_table buckets/rehash other/rehash
  }
}

int main(void) {
  // Not a line of this file: a state has tables, and much else.
#line 1 "lua_state.c"
  lua_State* state = luaL_newstate();
#line 21 "lua.c"
  lua_gc(state, LUA_GCSTOP);
  lua_createtable(state, 0, 0);  // expect: lua_table other/first_insert
  fill(state, 1000000, 1000);
  lua_pop(state, 1);
  lua_createtable(state, 0, 0);  // expect: lua_table other/first_insert
  fill(state, 1, 1);
  lua_pop(state, 1);
  lua_createtable(state, 100, 200);  // expect: lua_table other/first_insert other/hint buckets/hint
  lua_pushnumber(state, 1.5);
  lua_pushboolean(state, 1);
  lua_rawset(state, -3);
  lua_pop(state, 1);
  lua_gc(state, LUA_GCCOLLECT);
  lua_close(state);
  return 0;
}
