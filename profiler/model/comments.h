// SPDX-License-Identifier: Apache-2.0
//
// The comments of our profiles, each with its writer and its reader. A comment is "<prefix> <key>=<value> ...", one
// group of facts; the prefixes are in schema.h, docs/profile_format.md describes the keys. Readers return nullopt for a
// comment with another prefix, and skip keys that they do not know and values that are not numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profiler/model/profile.h"
#include "profiler/model/schema.h"

namespace bucketprof::model {

/// The first comment of a profile with this prefix; "" if there is none.
[[nodiscard]] std::string_view find_comment(const Profile& profile, std::string_view prefix);

/// kCommentVersion: the version of the library that wrote the profile.
[[nodiscard]] std::string write_version(std::string_view version);
[[nodiscard]] std::optional<std::string> read_version(std::string_view comment);

/// kCommentMoment: the moment of a profile's in-use values.
struct Moment {
  std::string at;                // "peak": the high-water mark; "now": when the profile was written
  std::int64_t inuse_space = 0;  // bytes in use at that moment
  std::string asked;             // the requested moment: for "peak", `at` is "now" if nothing was higher; "" if unknown
  std::string after;             // time since recording began, with its unit ("4.567s"); "" if unknown
  friend bool operator==(const Moment&, const Moment&) = default;
};
[[nodiscard]] std::string write_moment(const Moment& moment);
[[nodiscard]] std::optional<Moment> read_moment(std::string_view comment);

/// kCommentLosses, kCommentMemory, kCommentStacks and kCommentSampling: numbers with a key each.
using Count = std::pair<std::string_view, std::uint64_t>;
[[nodiscard]] std::string write_counts(std::string_view prefix, std::span<const Count> counts);
/// The keys are parts of `comment`.
[[nodiscard]] std::optional<std::vector<Count>> read_counts(std::string_view prefix, std::string_view comment);

/// kCommentClassified: values of what belonged to no table and was left out, by SampleType. Slack is never written.
using LeftOut = std::array<std::int64_t, kSampleTypeCount>;
[[nodiscard]] std::string write_classified(const LeftOut& left_out);
[[nodiscard]] std::optional<LeftOut> read_classified(std::string_view comment);

/// kCommentLooks: blocks that were looked at, by what was taken of it.
struct LooksTaken {
  std::int64_t accepted = 0;  // names and bytes say the same table
  std::int64_t by_bytes = 0;  // there are no names
  std::int64_t rejected = 0;  // names say another: nothing was taken
  friend bool operator==(const LooksTaken&, const LooksTaken&) = default;
};
[[nodiscard]] std::string write_looks(const LooksTaken& looks);
[[nodiscard]] std::optional<LooksTaken> read_looks(std::string_view comment);

/// kCommentAgent: the agent that wrote the profile.
struct AgentFacts {
  std::string version;
  std::string allocator;                          // a space is written as '-'
  std::optional<std::uint64_t> unseen_bytes = 0;  // in use before the agent started; nullopt: not known
  friend bool operator==(const AgentFacts&, const AgentFacts&) = default;
};
[[nodiscard]] std::string write_agent(const AgentFacts& agent);
[[nodiscard]] std::optional<AgentFacts> read_agent(std::string_view comment);

}  // namespace bucketprof::model
