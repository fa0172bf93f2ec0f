// SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with hash tables, and from when on it is worth saying. docs/findings.md explains each finding and
// its formula. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/analyze/frames.h"

namespace bucketprof::analyze {

/// A finding's names never change; policies and people refer to them.
enum class FindingId : std::uint8_t {
  kOverPreallocated,  // over_preallocated: reserved for far more entries than ever came
  kNeverUsed,         // never_used: reserved, and no entry ever came
  kGrownInSteps,      // grown_in_steps: one reserve() would have spared arrays and moving entries
  kEmptied,           // emptied: the array is kept for entries that are gone
  kOverflowHeavy,     // overflow_heavy: keys collide
  kSameSizeGrowth,    // same_size_growth: rewritten again and again at the same size
  kManyTinyTables,    // many_tiny_tables: thousands of tables with few entries each
};
inline constexpr std::size_t kFindingIds = 7;
[[nodiscard]] std::string_view name_of(FindingId id);

/// How far an estimate can be trusted.
enum class Confidence : std::uint8_t {
  kExact,   // every block was counted
  kHigh,    // the error is at most a tenth of the avoidable bytes
  kMedium,  // at most half
  kLow,     // below all of them
};
[[nodiscard]] std::string_view name_of(Confidence confidence);

struct Evidence {
  std::string name;  // snake_case
  double value = 0;
  std::string_view unit;  // "bytes", "entries", "tables", "blocks", "" for a ratio
};

struct Finding {
  FindingId id = FindingId::kOverPreallocated;
  std::string key;                  // id:table:function, the same for every run of a program
  std::string sentence;             // what is wrong, for people
  std::string advice;               // what to do, with code
  std::vector<std::string> tables;  // names; several where one line serves several
  std::string kind;
  Frame site;                // the line to change
  std::vector<Frame> stack;  // leaf first, with the container's frames
  std::vector<Evidence> evidence;
  std::optional<std::uint64_t> reserve;  // the advised argument
  std::int64_t avoidable = 0;            // bytes that following the advice saves
  bool of_inuse = false;                 // avoidable counts bytes in use at the moment; else, bytes ever allocated
  std::int64_t avoidable_inuse = 0;      // of them, in use at the moment
  std::int64_t error = 0;                // of avoidable: it is right within this in 95 of 100 profiles; 0 when exact
  Confidence confidence = Confidence::kExact;
};

/// From when on a finding is worth saying. Each can be set by its name.
struct Thresholds {
  double min_bytes = 64 * 1024;     // avoidable bytes of a finding, at least
  double min_share_of_all = 0.005;  // of the bytes of all tables, allocated or in use
  double min_share = 0.3;           // of the bytes of the tables that it speaks of
  double unused_share = 0.9;        // never_used: of the tables reserved at a line
  double emptied_fill = 0.125;      // emptied: entries now by most entries, at most
  double overflow_share = 0.25;     // overflow_heavy: of overflow in a table's bytes
  double same_size_share = 0.25;    // same_size_growth: of such arrays in the bytes of a table's arrays
  double tiny_tables = 1000;        // many_tiny_tables: tables, at least
  double tiny_entries = 4;          // many_tiny_tables: mean of their most entries, at most
};

/// Sets one by its name; false if there is none of that name or the value is not one for it (negative, not finite).
[[nodiscard]] bool set_threshold(Thresholds& thresholds, std::string_view name, double value);

/// The names, in order.
[[nodiscard]] std::vector<std::string_view> threshold_names();

}  // namespace bucketprof::analyze
