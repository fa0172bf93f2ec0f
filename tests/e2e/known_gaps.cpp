// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/known_gaps.h"

#include <array>

namespace bucketprof::e2e {
namespace {

constexpr std::array<KnownGap, 71> kGaps{{
    {"advice", "grown_chains", "boost_closed", "max_load_factor() is not known"},
    {"advice", "grown_chains", "std", "max_load_factor() is not known"},
    {"advice", "reserved_late", "absl_flat", "the later reserve() stays, and counts as a table or a growth"},
    {"advice", "reserved_late", "map", "the later reserve() stays, and counts as a table or a growth"},
    {"advice", "reserved_late", "std", "the later reserve() stays, and counts as a table or a growth"},
    {"advice", "sparse_on_purpose", "boost_closed", "max_load_factor() is not known"},
    {"advice", "sparse_on_purpose", "std", "max_load_factor() is not known"},
    {"advice", "step_reserve", "std", "a reserve() of a table that has entries counts as a table"},
    {"cause", "grown_once", "absl_flat", "one staircase is the first thing people read"},
    {"cause", "grown_once", "boost_closed", "one staircase is the first thing people read"},
    {"cause", "grown_once", "boost_flat", "one staircase is the first thing people read"},
    {"cause", "grown_once", "map", "one staircase is the first thing people read"},
    {"cause", "grown_once", "std", "one staircase is the first thing people read"},
    {"cause", "lookup_inserts", "absl_flat", "advises a larger reserve() for entries that another line makes"},
    {"cause", "lookup_inserts", "boost_closed", "advises a larger reserve() for entries that another line makes"},
    {"cause", "lookup_inserts", "boost_flat", "advises a larger reserve() for entries that another line makes"},
    {"cause", "lookup_inserts", "map", "advises a larger reserve() for entries that another line makes"},
    {"cause", "lookup_inserts", "std", "advises a larger reserve() for entries that another line makes"},
    {"cause", "scratch_table", "boost_closed", "a larger reserve() comes before the array that is kept"},
    {"cause", "scratch_table", "boost_flat", "a larger reserve() comes before the array that is kept"},
    {"cause", "scratch_table", "map", "a larger reserve() comes before the array that is kept"},
    {"cause", "scratch_table", "std", "a larger reserve() comes before the array that is kept"},
    {"cause", "sparse_on_purpose", "boost_closed", "max_load_factor() is not known"},
    {"cause", "sparse_on_purpose", "std", "max_load_factor() is not known"},
    {"cause", "unbounded_cache", "absl_flat", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "boost_closed", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "boost_flat", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "map", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "std", "a larger reserve() for a table that only grows"},
    {"healthy", "churn_at_full_load", "absl_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "churn_at_full_load", "boost_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "churn_at_full_load", "map", "room for what erased entries use up counts as too much"},
    {"healthy", "erased_while_iterating", "absl_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "erased_while_iterating", "boost_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "erased_while_iterating", "map", "room for what erased entries use up counts as too much"},
    {"healthy", "merged_shards", "absl_flat", "emptied, in the profile of a moment before the entries came"},
    {"healthy", "merged_shards", "boost_flat", "emptied, in the profile of a moment before the entries came"},
    {"healthy", "merged_shards", "map", "emptied, in the profile of a moment before the entries came"},
    {"healthy", "moved_results", "boost_flat", "growing twice allocates a little less than the right reserve()"},
    {"healthy", "sparse_on_purpose", "boost_closed", "max_load_factor() is not known"},
    {"healthy", "sparse_on_purpose", "std", "max_load_factor() is not known"},
    {"healthy", "unbounded_cache", "absl_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "unbounded_cache", "boost_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "unbounded_cache", "map", "room for what erased entries use up counts as too much"},
    {"numbers", "append_batches", "*", "a capacity as what was asked for"},
    {"numbers", "copies_in_lambda", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "copies_in_loop", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "copies_returned", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "double_reserve", "*", "a capacity as what was asked for"},
    {"numbers", "fresh_each_round", "*", "a rounded peak as the entries"},
    {"numbers", "grown_chains", "*", "a rounded peak as the entries"},
    {"numbers", "grown_once", "*", "a rounded peak as the entries"},
    {"numbers", "idle_sessions", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "large_values", "*", "a rounded peak as the entries"},
    {"numbers", "lookup_inserts", "*", "a capacity as what was asked for"},
    {"numbers", "merged_shards", "*", "a rounded peak as the entries"},
    {"numbers", "moved_results", "*", "a capacity as what was asked for"},
    {"numbers", "one_line_two_uses", "*", "a capacity as what was asked for"},
    {"numbers", "rebuilt_each_call", "*", "a rounded peak as the entries"},
    {"numbers", "rebuilt_reserved", "*", "a capacity as what was asked for"},
    {"numbers", "reserved_bytes", "*", "a capacity as what was asked for"},
    {"numbers", "reserved_late", "*", "a rounded peak as the entries"},
    {"numbers", "reserved_members", "*", "a capacity as what was asked for"},
    {"numbers", "saved_bucket_count", "*", "a capacity as what was asked for"},
    {"numbers", "scratch_table", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "sparse_on_purpose", "*", "a capacity as what was asked for"},
    {"numbers", "step_reserve", "*", "one table counts as many"},
    {"numbers", "string_keys", "*", "a capacity as what was asked for"},
    {"numbers", "thread_tables", "*", "a capacity as what was asked for"},
    {"numbers", "unbounded_cache", "*", "a rounded peak as the entries"},
    {"numbers", "untrusted_size", "*", "a capacity as what was asked for"},
}};

}  // namespace

const KnownGap* known_gap(std::string_view name, std::string_view family, std::string_view check) {
  for (const KnownGap& gap : kGaps) {
    if (gap.name == name && gap.check == check && (gap.family == "*" || gap.family == family)) return &gap;
  }
  return nullptr;
}

}  // namespace bucketprof::e2e
