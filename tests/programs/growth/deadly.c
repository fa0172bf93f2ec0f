// SPDX-License-Identifier: Apache-2.0
//
// Preloaded into the tool, in front of elfutils: a call of the function that DEADLY_FUNCTION names raises
// DEADLY_SIGNAL. Other calls are passed on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void end_if_it_is(const char* function) {
  const char* named = getenv("DEADLY_FUNCTION");
  const char* signal_number = getenv("DEADLY_SIGNAL");
  if (named != NULL && signal_number != NULL && strcmp(named, function) == 0) raise(atoi(signal_number));
}

Dwarf_Line* dwarf_getsrc_die(Dwarf_Die* die, Dwarf_Addr address) {
  end_if_it_is("dwarf_getsrc_die");
  Dwarf_Line* (*next)(Dwarf_Die*, Dwarf_Addr) = (Dwarf_Line * (*)(Dwarf_Die*, Dwarf_Addr)) dlsym(RTLD_NEXT, "dwarf_getsrc_die");
  return next(die, address);
}

Dwfl* dwfl_begin(const Dwfl_Callbacks* callbacks) {
  end_if_it_is("dwfl_begin");
  Dwfl* (*next)(const Dwfl_Callbacks*) = (Dwfl * (*)(const Dwfl_Callbacks*)) dlsym(RTLD_NEXT, "dwfl_begin");
  return next(callbacks);
}
