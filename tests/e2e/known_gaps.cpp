// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/known_gaps.h"

#include <array>

namespace bucketprof::e2e {
namespace {

constexpr std::array<KnownGap, 27> kGaps{{
    {"cause", "grown_once", "absl_flat", "one staircase is the first thing people read"},
    {"cause", "grown_once", "boost_closed", "one staircase is the first thing people read"},
    {"cause", "grown_once", "boost_flat", "one staircase is the first thing people read"},
    {"cause", "grown_once", "map", "one staircase is the first thing people read"},
    {"cause", "grown_once", "std", "one staircase is the first thing people read"},
    {"cause", "lookup_inserts", "absl_flat", "advises a larger reserve() for entries that another line makes"},
    {"cause", "lookup_inserts", "boost_flat", "advises a larger reserve() for entries that another line makes"},
    {"cause", "lookup_inserts", "map", "advises a larger reserve() for entries that another line makes"},
    {"cause", "unbounded_cache", "absl_flat", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "boost_closed", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "boost_flat", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "map", "a larger reserve() for a table that only grows"},
    {"cause", "unbounded_cache", "std", "a larger reserve() for a table that only grows"},
    {"healthy", "churn_at_full_load", "boost_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "churn_at_full_load", "map", "room for what erased entries use up counts as too much"},
    {"healthy", "erased_while_iterating", "absl_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "erased_while_iterating", "boost_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "erased_while_iterating", "map", "room for what erased entries use up counts as too much"},
    {"healthy", "moved_results", "boost_flat", "growing twice allocates a little less than the right reserve()"},
    {"healthy", "unbounded_cache", "absl_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "unbounded_cache", "boost_flat", "room for what erased entries use up counts as too much"},
    {"healthy", "unbounded_cache", "map", "room for what erased entries use up counts as too much"},
    {"numbers", "copies_in_lambda", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "copies_in_loop", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "copies_returned", "*", "emptied, before the entries came; or a rounded peak"},
    {"numbers", "lookup_inserts", "*", "a capacity as what was asked for"},
    {"numbers", "reserved_members", "*", "a capacity as what was asked for"},
}};

}  // namespace

const KnownGap* known_gap(std::string_view name, std::string_view family, std::string_view check) {
  for (const KnownGap& gap : kGaps) {
    if (gap.name == name && gap.check == check && (gap.family == "*" || gap.family == family)) return &gap;
  }
  return nullptr;
}

}  // namespace bucketprof::e2e
