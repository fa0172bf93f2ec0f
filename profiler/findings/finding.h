// SPDX-License-Identifier: Apache-2.0
//
// Findings about hash tables, and the thresholds from which they are reported. docs/findings.md explains each finding
// and its formula.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "profiler/recognize/frames.h"

namespace bucketprof::findings {

/// The names of findings never change, because policy files refer to them.
enum class FindingId : std::uint8_t {
  kOverPreallocated,  // over_preallocated: reserved for far more entries than it ever held
  kNeverUsed,         // never_used: reserved, but never held an entry
  kGrownInSteps,      // grown_in_steps: one reserve() would have avoided arrays and moves of entries
  kEmptied,           // emptied: the array is kept although most of its entries are gone
  kOverflowHeavy,     // overflow_heavy: many overflow buckets, because keys collide
  kSameSizeGrowth,    // same_size_growth: rehashed at the same size again and again
  kManyTinyTables,    // many_tiny_tables: thousands of tables with few entries each
  kCopied,            // copied: copied at a line again and again, and the copies destroyed
  kTombstones,        // tombstones: erased entries used up the room of a reserved array
  kLargeEntries,      // large_entries: free slots of a flat table cost as much as its large entries
};
inline constexpr std::size_t kFindingIds = 10;
[[nodiscard]] std::string_view name_of(FindingId id);

/// How reliable the avoidable bytes are.
enum class Confidence : std::uint8_t {
  kExact,   // every block was recorded
  kHigh,    // the error is at most a tenth of the avoidable bytes
  kMedium,  // at most half
  kLow,     // more than half
};
[[nodiscard]] std::string_view name_of(Confidence confidence);

/// Where the evidence is from.
enum class Basis : std::uint8_t {
  kCounted,    // the container's allocator counted it
  kInferred,   // it follows from what is usual: an array that was replaced was full, a copy was not changed
  kSeen,       // arrays were looked at when they were freed, or now: entries erased before that are not known
  kBounded,    // by the nodes that were allocated: no more entries can have been in the arrays
  kEstimated,  // by the buckets that were not empty
};
[[nodiscard]] std::string_view name_of(Basis basis);

struct Evidence {
  std::string name;  // snake_case
  double value = 0;
  std::string_view unit;  // "bytes", "entries", "tables", "blocks", "" for a ratio
};

// What is wrong, in numbers: those that the sentence about a finding states. Tables, arrays and entries are estimates
// if the profile is sampled.
struct OverPreallocated {
  double tables = 0;
  std::uint64_t hint = 0;  // the largest number of entries that was asked for
  std::uint64_t held = 0;  // the most that a table held
  double mean = 0;         // most entries of a table, on average
  bool filled = false;     // some tables may have held as many as were asked for
  double nodes = 0;        // that ever came to all tables of the name, which bound the others; 0: these are counted
};
struct NeverUsed {
  double unused = 0;  // tables that never held an entry
  double tables = 0;
  std::uint64_t hint = 0;
};
struct GrownInSteps {
  double tables = 0;
  std::uint64_t hint = 0;  // 0: none
  double growths = 0;
  double moved = 0;  // entries
  std::uint64_t held = 0;
  bool held_is_known = true;  // false: `held` is an upper limit
  std::string reserved_at{};  // the line of the reserve(), if the finding is at another one
  bool is_untold = false;     // the container does not tell of entries: `held` is what full arrays have
  bool only_grows = false;    // no entry ever came in the place of another
  bool grown_here = false;    // all growth was at the finding's line, far beyond what was reserved at another
  double expected = 0;        // entries that other lines inserted, for which it was reserved; 0: not told
  double unexpected = 0;      // entries that the finding's line inserted beyond them
};
struct Emptied {
  double tables = 0;
  double most = 0;  // entries of a table, on average
  double left = 0;  // likewise
};
struct OverflowHeavy {
  double percent = 0;       // of the tables' bytes
  double percent_good = 0;  // with a good hash
};
struct SameSizeGrowth {
  double arrays = 0;          // that replaced one of the same size
  std::string reserved_at{};  // where the tables begin, if the finding is at another line
};
struct ManyTinyTables {
  double tables = 0;
  bool in_use = false;  // they are in use, not ever allocated
  double entries = 0;   // of a table, on average
  double bytes = 0;     // allocated for an entry
  double entry_bytes = 0;
};
struct Copied {
  double copies = 0;  // tables
  double gone = 0;    // of these, destroyed
};
struct Tombstones {
  double tables = 0;
  std::uint64_t takes = 0;  // entries, the array that was replaced
  std::uint64_t held = 0;   // the most that a table held in it
};
struct LargeEntries {
  double tables = 0;
  double entry_bytes = 0;
  double bytes = 0;   // of their arrays in use
  double needed = 0;  // bytes of a table with nodes for the same entries
};
/// One for each FindingId.
using Problem = std::variant<OverPreallocated, NeverUsed, GrownInSteps, Emptied, OverflowHeavy, SameSizeGrowth,
                             ManyTinyTables, Copied, Tombstones, LargeEntries>;

/// What to do about a finding.
struct Advice {
  FindingId id = FindingId::kOverPreallocated;
  std::optional<std::uint64_t> reserve;  // the argument of reserve()
  std::uint64_t hint = 0;                // what the present array takes; 0: none
  bool is_untold = false;                // as of GrownInSteps
  bool only_grows = false;               // of a table from which nothing is erased
  bool is_seen = false;                  // entries that were erased before arrays were looked at are not known
  std::string reserve_at{};              // where, if not at the finding's line
  std::string unexpected{};  // growth by entries that perhaps were not meant to come: where to reserve for them
};

struct Finding {
  FindingId id = FindingId::kOverPreallocated;
  std::string key;  // id:table:function, the same in every run of a program
  Problem problem;
  std::vector<std::string> tables;  // names; several if the call site serves several
  std::string kind;
  recognize::Frame site;                        // the call site to change
  std::optional<recognize::Frame> reserved_at;  // of the reserve() that the advice is about, if that is another one
  std::vector<recognize::Frame> stack;          // leaf first, including the container's frames
  std::vector<Evidence> evidence;
  std::optional<std::uint64_t> reserve;  // the advised argument of reserve()
  std::int64_t avoidable = 0;            // bytes that the advice saves
  bool of_inuse = false;                 // `avoidable` counts bytes in use at the profile's moment, not ever allocated
  std::int64_t avoidable_inuse = 0;      // the part of `avoidable` that was in use at that moment
  std::int64_t error = 0;                // half the width of the 95 % confidence interval of `avoidable`; 0 if exact
  Confidence confidence = Confidence::kExact;
  Basis basis = Basis::kCounted;
  bool is_worth_reporting = false;  // reaches the thresholds
  bool is_note = false;             // the normal price of something; comes after all that are not

  [[nodiscard]] Advice advice() const;
};

/// Limits from which a finding is reported. Each can be set by its name.
struct Thresholds {
  double min_bytes = 64 * 1024;     // least avoidable bytes
  double min_share_of_all = 0.005;  // least avoidable share of the bytes of all tables, allocated or in use
  double min_share = 0.3;           // least avoidable share of the bytes of the tables that the finding is about
  double unused_share = 0.9;        // never_used: least share of unused tables, of those reserved at a call site
  double emptied_fill = 0.125;      // emptied: largest ratio of entries now to most entries
  double overflow_share = 0.25;     // overflow_heavy: least share of overflow in a table's bytes
  double same_size_share = 0.25;    // same_size_growth: least share of such arrays in the bytes of a table's arrays
  double tiny_tables = 1000;        // many_tiny_tables: least number of tables
  double tiny_entries = 4;          // many_tiny_tables: largest mean number of entries
};

/// "file.cpp:12", or the function if the line is not known.
[[nodiscard]] std::string short_place(const recognize::Frame& frame);

/// Sets a threshold by its name. Returns false if the name is unknown, or the value is negative or not finite.
[[nodiscard]] bool set_threshold(Thresholds& thresholds, std::string_view name, double value);

/// The names of all thresholds, in the order of their declaration.
[[nodiscard]] std::vector<std::string_view> threshold_names();

}  // namespace bucketprof::findings
