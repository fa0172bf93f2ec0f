// SPDX-License-Identifier: Apache-2.0
//
// The functions of libunwind that we use. It is loaded when recording starts, and not with the program: loading it
// takes three libraries and a millisecond, which a program that does not record is spared, and where it is not
// installed stacks are walked by libgcc alone. It keeps its symbols to itself, among them those with which exceptions
// are thrown. If it is linked anyway, as to the agent, that one is used.
#pragma once

#include <libunwind.h>

#include <atomic>

namespace bucketprof::stack::libunwind {

/// Looks the functions up; false if one is missing. Calls dlopen, so no lock may be held. Thread-safe.
bool load() noexcept;

using SearchTable = int(unw_addr_space_t, unw_word_t, unw_dyn_info_t*, unw_proc_info_t*, int, void*);

/// nullptr before load().
struct Functions {
  std::atomic<decltype(&unw_create_addr_space)> create_addr_space{nullptr};
  std::atomic<decltype(&unw_set_caching_policy)> set_caching_policy{nullptr};
  std::atomic<decltype(&unw_init_remote)> init_remote{nullptr};
  std::atomic<decltype(&unw_step)> step{nullptr};
  std::atomic<decltype(&unw_get_reg)> get_reg{nullptr};
  std::atomic<decltype(&unw_get_save_loc)> get_save_loc{nullptr};
  /// Converts an entry of .eh_frame_hdr to libunwind's form. It is exported, and used by other tools, but not declared
  /// in any of libunwind's headers.
  std::atomic<SearchTable*> search_unwind_table{nullptr};
};
extern constinit Functions functions;

}  // namespace bucketprof::stack::libunwind
