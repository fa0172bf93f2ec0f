// SPDX-License-Identifier: Apache-2.0
//
// A frame's rule is found by one step of libunwind in an artificial address space, whose registers and stack words hold
// tokens: numbers so far apart, and so far from every mapped address, that each result shows which token it was
// computed from. A frame whose results do not have the form of a rule is opaque. The step is taken twice with different
// tokens and must give the same rule both times, which excludes computations that are not linear (a mask, a product).
#include "profiler/stack/probe.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>

#include "profiler/base/sandbox.h"
#include "profiler/stack/libunwind.h"
#include "profiler/stack/loaded_object.h"

namespace bucketprof::stack {
namespace {

constexpr Address kReturnOffset = 8;

/// The tokens are non-canonical addresses, further apart than any offset in a rule.
struct Tokens {
  Address stack_pointer;
  Address frame_pointer;
  Address other_register;
  Address first_word;  // value of the first stack word that is read
  Address word_step;
};
constexpr Tokens kFirst{0x1100'0000'0000'0000, 0x2200'0000'0000'0000, 0x3300'0000'0000'0000, 0x4400'0000'0000'0000,
                        0x0001'0000'0000'0000};
constexpr Tokens kSecond{0x2512'3450'9876'5430, 0x1634'5678'1234'5678, 0x3765'4321'8765'4328, 0x4876'1234'5678'9ab0,
                         0x0002'1357'9bdf'0248};
constexpr Address kLowestToken = kFirst.stack_pointer;

/// The state of one step. Besides stack words, libunwind may read the segments of the frame's object that are not
/// writable.
struct Probe {
  static constexpr std::size_t kMostWords = 4;

  const Tokens& tokens;
  Address pc;
  LoadedObject object;
  std::array<Address, kMostWords> words{};  // addresses of the stack words that were read
  std::size_t count = 0;
  bool foreign = false;    // something was read that a rule cannot express
  bool covered = false;    // unwind tables were found
  bool searching = false;  // for tables; reads a personality routine's address, too, which the loader has written

  [[nodiscard]] Address value_of(std::size_t word) const noexcept {
    return tokens.first_word + tokens.word_step * word;
  }
};

template <class Function, class... Arguments>
auto call(const std::atomic<Function*>& function, Arguments... arguments) noexcept {
  return function.load(std::memory_order_relaxed)(arguments...);
}

Probe& probe_of(void* argument) noexcept { return *static_cast<Probe*>(argument); }

int read_memory(unw_addr_space_t, unw_word_t address, unw_word_t* value, int write, void* argument) noexcept {
  Probe& probe = probe_of(argument);
  if (write != 0) return -UNW_EINVAL;
  if (address < kLowestToken) {
    if (!(probe.searching ? probe.object.holds(address) : probe.object.holds_constant(address))) {
      probe.foreign = true;
      return -UNW_EINVAL;
    }
    std::memcpy(value, reinterpret_cast<const void*>(address), sizeof(*value));
    return 0;
  }
  std::size_t word = 0;
  while (word < probe.count && probe.words[word] != address) ++word;
  if (word == Probe::kMostWords) {
    probe.foreign = true;
    return -UNW_EINVAL;
  }
  if (word == probe.count) probe.words[probe.count++] = address;
  *value = probe.value_of(word);
  return 0;
}

int read_register(unw_addr_space_t, unw_regnum_t number, unw_word_t* value, int write, void* argument) noexcept {
  Probe& probe = probe_of(argument);
  if (write != 0) return -UNW_EINVAL;
  switch (number) {
    case UNW_X86_64_RSP:
      *value = probe.tokens.stack_pointer;
      break;
    case UNW_X86_64_RBP:
      *value = probe.tokens.frame_pointer;
      break;
    case UNW_X86_64_RIP:
      *value = probe.pc;
      break;
    default:
      *value = probe.tokens.other_register;
      probe.foreign = true;
  }
  return 0;
}

int find_tables(unw_addr_space_t space, unw_word_t pc, unw_proc_info_t* info, int need, void* argument) noexcept {
  Probe& probe = probe_of(argument);
  if (!probe.object.find(pc)) return -UNW_ENOINFO;
  // Pass only this entry to libunwind: its own search would call read_memory for each byte.
  const LoadedObject::SearchEntry* const entry = probe.object.entry_of(pc);
  if (entry == nullptr) return -UNW_ENOINFO;
  unw_dyn_info_t where{};
  where.format = UNW_INFO_FORMAT_REMOTE_TABLE;
  where.start_ip = probe.object.start();
  where.end_ip = probe.object.end();
  where.u.rti.segbase = probe.object.search_table();
  where.u.rti.table_data = reinterpret_cast<Address>(entry);
  where.u.rti.table_len = 1;
  probe.searching = true;
  const int result = call(libunwind::functions.search_unwind_table, space, pc, &where, info, need, argument);
  probe.searching = false;
  probe.covered = result == 0;
  return result;
}

// Called by libunwind, which states their parameters.
void put_tables(unw_addr_space_t, unw_proc_info_t*, void*) noexcept {}
int no_dynamic_list(unw_addr_space_t, unw_word_t*, void*) noexcept { return -UNW_ENOINFO; }
int no_float(unw_addr_space_t, unw_regnum_t, unw_fpreg_t*, int, void*) noexcept { return -UNW_EBADREG; }
int no_resume(unw_addr_space_t, unw_cursor_t*, void*) noexcept { return -UNW_EINVAL; }
int no_name(unw_addr_space_t, unw_word_t, char*, std::size_t, unw_word_t*, void*) noexcept { return -UNW_ENOINFO; }

constinit std::atomic<unw_addr_space_t> probe_space{nullptr};

/// address - base, if it fits into the `Bits` bits that a rule has for it.
template <int Bits>
std::optional<std::int32_t> offset_from(Address base, Address address) noexcept {
  constexpr std::int64_t kLimit = std::int64_t{1} << (Bits - 1);
  const auto offset = static_cast<std::int64_t>(address - base);
  if (offset < -kLimit || offset >= kLimit) return std::nullopt;
  return static_cast<std::int32_t>(offset);
}

/// Finds what the CFA was computed from; false if no rule expresses it. The last word read is the return address.
bool explain_cfa(const Probe& probe, Address cfa, Rule& rule) noexcept {
  const auto take = [&rule](Rule::Cfa from, std::optional<std::int32_t> offset) {
    if (!offset.has_value()) return false;
    rule.cfa = from;
    rule.cfa_offset = *offset;
    return true;
  };
  if (probe.count == 1) {
    return take(Rule::Cfa::kStackPointer, offset_from<32>(probe.tokens.stack_pointer, cfa)) ||
           take(Rule::Cfa::kFramePointer, offset_from<32>(probe.tokens.frame_pointer, cfa));
  }
  return probe.count == 2 && cfa == probe.value_of(0) &&
         take(Rule::Cfa::kThroughFramePointer, offset_from<32>(probe.tokens.frame_pointer, probe.words[0]));
}

bool explain_saved(const Probe& probe, unw_cursor_t& after, Address cfa, Rule& rule) noexcept {
  unw_save_loc_t place{};
  if (call(libunwind::functions.get_save_loc, &after, UNW_X86_64_RBP, &place) != 0) return false;
  if (place.type == UNW_SLT_REG && place.u.regnum == UNW_X86_64_RBP) return true;
  if (place.type != UNW_SLT_MEMORY) return false;
  // If rbp is kept in another register, libunwind reports the place where that register's own old value was saved.
  for (const int other : {UNW_X86_64_RBX, UNW_X86_64_R12, UNW_X86_64_R13, UNW_X86_64_R14, UNW_X86_64_R15}) {
    unw_save_loc_t elsewhere{};
    if (call(libunwind::functions.get_save_loc, &after, other, &elsewhere) != 0) return false;
    if (elsewhere.type == UNW_SLT_MEMORY && elsewhere.u.addr == place.u.addr) return false;
  }
  if (const auto from_cfa = offset_from<Rule::kSavedBits>(cfa, place.u.addr)) {
    rule.saved = Rule::Saved::kAtCfa;
    rule.saved_offset = *from_cfa;
    return true;
  }
  // If the CFA is computed from rsp, compilers give rbp's place relative to the CFA. The only other place that a rule
  // can express is relative to rbp.
  const auto from_frame = offset_from<Rule::kSavedBits>(probe.tokens.frame_pointer, place.u.addr);
  if (!from_frame.has_value()) return false;
  rule.saved = Rule::Saved::kAtFramePointer;
  rule.saved_offset = *from_frame;
  return true;
}

Rule probe_with(const Tokens& tokens, std::uintptr_t return_address) noexcept {
  Probe probe{.tokens = tokens, .pc = return_address - 1, .object = {}};
  unw_cursor_t cursor;
  if (call(libunwind::functions.init_remote, &cursor, probe_space.load(std::memory_order_relaxed), &probe) != 0)
    return kOpaqueRule;
  probe.count = 0;
  probe.foreign = false;
  const int step = call(libunwind::functions.step, &cursor);
  if (!probe.covered) return kOpaqueRule;  // without tables libunwind guesses
  if (step == 0 && probe.count == 0 && !probe.foreign) return {.kind = Rule::Kind::kLast};
  if (step <= 0 || probe.foreign || probe.count == 0) return kOpaqueRule;

  unw_word_t cfa = 0;
  unw_word_t caller = 0;
  if (call(libunwind::functions.get_reg, &cursor, UNW_REG_SP, &cfa) != 0 ||
      call(libunwind::functions.get_reg, &cursor, UNW_REG_IP, &caller) != 0)
    return kOpaqueRule;
  unw_save_loc_t saved{};  // of rsp, which rules take to be the CFA
  if (call(libunwind::functions.get_save_loc, &cursor, UNW_X86_64_RSP, &saved) != 0 || saved.type == UNW_SLT_MEMORY)
    return kOpaqueRule;
  const std::size_t last = probe.count - 1;
  if (probe.words[last] != cfa - kReturnOffset || caller != probe.value_of(last)) return kOpaqueRule;
  Rule rule{.kind = Rule::Kind::kStep};
  return explain_cfa(probe, cfa, rule) && explain_saved(probe, cursor, cfa, rule) ? rule : kOpaqueRule;
}

}  // namespace

bool prepare_probing() noexcept {
  static unw_accessors_t accessors{.find_proc_info = &find_tables,
                                   .put_unwind_info = &put_tables,
                                   .get_dyn_info_list_addr = &no_dynamic_list,
                                   .access_mem = &read_memory,
                                   .access_reg = &read_register,
                                   .access_fpreg = &no_float,
                                   .resume = &no_resume,
                                   .get_proc_name = &no_name};
  if (probe_space.load(std::memory_order_acquire) != nullptr) return true;
  if (!libunwind::load()) return false;
  unw_addr_space_t const space = call(libunwind::functions.create_addr_space, &accessors, 0);
  if (space == nullptr) return false;
  call(libunwind::functions.set_caching_policy, space, UNW_CACHE_NONE);  // a cache would outlive unloaded code
  probe_space.store(space, std::memory_order_release);                   // of two threads' equal ones the later
  return true;
}

Rule probe(std::uintptr_t return_address) noexcept {
  if (probe_space.load(std::memory_order_acquire) == nullptr || return_address == 0) return {};
  if (sandbox::entered()) return {};  // libunwind masks signals, which is a system call
  const Rule rule = probe_with(kFirst, return_address);
  if (rule.kind != Rule::Kind::kStep && rule.kind != Rule::Kind::kLast) return rule;
  return probe_with(kSecond, return_address) == rule ? rule : kOpaqueRule;
}

}  // namespace bucketprof::stack
