// SPDX-License-Identifier: Apache-2.0
#include "profiler/model/comments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "profiler/base/saturating.h"

namespace bucketprof::model {
namespace {

constexpr std::string_view kUnknown = "unknown";

using Pair = std::pair<std::string_view, std::string_view>;

/// What stands behind the prefix and the space after it.
std::optional<std::string_view> body(std::string_view comment, std::string_view prefix) {
  if (!comment.starts_with(prefix)) return std::nullopt;
  comment.remove_prefix(prefix.size());
  if (comment.empty()) return comment;
  return comment.front() == ' ' ? std::optional(comment.substr(1)) : std::nullopt;
}

std::optional<std::vector<Pair>> pairs(std::string_view comment, std::string_view prefix) {
  std::optional<std::string_view> text = body(comment, prefix);
  if (!text) return std::nullopt;
  std::vector<Pair> found;
  while (!text->empty()) {
    const std::string_view word = text->substr(0, text->find(' '));
    text->remove_prefix(std::min(word.size() + 1, text->size()));
    const std::size_t equals = word.find('=');
    if (equals != word.npos && equals > 0) found.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return found;
}

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string_view find_comment(const Profile& profile, std::string_view prefix) {
  for (const StringId id : profile.comments) {
    if (body(profile.str(id), prefix)) return profile.str(id);
  }
  return "";
}

std::string write_version(std::string_view version) { return fmt::format("{} {}", kCommentVersion, version); }

std::optional<std::string> read_version(std::string_view comment) {
  const auto version = body(comment, kCommentVersion);
  return version ? std::optional(std::string(*version)) : std::nullopt;
}

std::string write_moment(const Moment& moment) {
  return fmt::format("{} at={} asked={} inuse_space={} after={}", kCommentMoment, moment.at, moment.asked,
                     moment.inuse_space, moment.after);
}

std::optional<Moment> read_moment(std::string_view comment) {
  const auto found = pairs(comment, kCommentMoment);
  if (!found) return std::nullopt;
  Moment moment;
  for (const auto& [key, value] : *found) {
    if (key == "at") moment.at = value;
    if (key == "asked") moment.asked = value;
    if (key == kSampleTypes[kInuseSpace].type) moment.inuse_space = number<std::int64_t>(value);
    if (key == "after") moment.after = value;
  }
  return moment;
}

std::string write_counts(std::string_view prefix, std::span<const Count> counts) {
  std::string text(prefix);
  for (const auto& [key, count] : counts) text += fmt::format(" {}={}", key, count);
  return text;
}

std::optional<std::vector<Count>> read_counts(std::string_view prefix, std::string_view comment) {
  const auto found = pairs(comment, prefix);
  if (!found) return std::nullopt;
  std::vector<Count> counts;
  for (const auto& [key, value] : *found) counts.emplace_back(key, number<std::uint64_t>(value));
  return counts;
}

std::string write_classified(const LeftOut& left_out) {
  std::string text(kCommentClassified);
  for (const SampleType type : {kAllocObjects, kAllocSpace, kInuseObjects, kInuseSpace}) {
    text += fmt::format(" {}={}", kSampleTypes[type].type, left_out[type]);
  }
  return text;
}

std::optional<LeftOut> read_classified(std::string_view comment) {
  const auto found = pairs(comment, kCommentClassified);
  if (!found) return std::nullopt;
  LeftOut left_out{};
  for (const auto& [key, value] : *found) {
    for (std::size_t i = 0; i < kSampleTypeCount; ++i) {
      if (key == kSampleTypes[i].type) add_saturated(left_out[i], number<std::int64_t>(value));
    }
  }
  return left_out;
}

std::string write_looks(const LooksTaken& looks) {
  return fmt::format("{} accepted={} by_bytes={} rejected={}", kCommentLooks, looks.accepted, looks.by_bytes,
                     looks.rejected);
}

std::optional<LooksTaken> read_looks(std::string_view comment) {
  const auto found = pairs(comment, kCommentLooks);
  if (!found) return std::nullopt;
  LooksTaken looks;
  for (const auto& [key, value] : *found) {
    if (key == "accepted") looks.accepted = number<std::int64_t>(value);
    if (key == "by_bytes") looks.by_bytes = number<std::int64_t>(value);
    if (key == "rejected") looks.rejected = number<std::int64_t>(value);
  }
  return looks;
}

std::string write_agent(const AgentFacts& agent) {
  std::string allocator = agent.allocator;
  std::replace(allocator.begin(), allocator.end(), ' ', '-');
  return fmt::format("{} version={} allocator={} unseen_bytes={}", kCommentAgent, agent.version, allocator,
                     agent.unseen_bytes ? fmt::format("{}", *agent.unseen_bytes) : std::string(kUnknown));
}

std::optional<AgentFacts> read_agent(std::string_view comment) {
  const auto found = pairs(comment, kCommentAgent);
  if (!found) return std::nullopt;
  AgentFacts agent;
  for (const auto& [key, value] : *found) {
    if (key == "version") agent.version = value;
    if (key == "allocator") agent.allocator = value;
    if (key == "unseen_bytes" && value == kUnknown) agent.unseen_bytes = std::nullopt;
    if (key == "unseen_bytes" && value != kUnknown) agent.unseen_bytes = number<std::uint64_t>(value);
  }
  return agent;
}

}  // namespace bucketprof::model
