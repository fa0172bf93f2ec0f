// SPDX-License-Identifier: Apache-2.0
//
// Comments have the form "<prefix> <key>=<value> ..."; anything else is skipped.
#include "profiler/facts/facts.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "profiler/base/saturating.h"
#include "profiler/model/schema.h"

namespace bucketprof::facts {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

Pairs key_values(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size() == text.size() ? text.size() : word.size() + 1);
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos && equals > 0)
      pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return pairs;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Moment moment_of(const Pairs& pairs) {
  Moment moment;
  for (const auto& [key, value] : pairs) {
    if (key == "at") moment.at = value;
    if (key == "asked") moment.asked = value;
    if (key == "inuse_space") moment.inuse_space = number(value);
    if (key == "after") moment.after = value;
  }
  return moment;
}

}  // namespace

Facts read_facts(const model::Profile& profile) {
  Facts facts;
  if (!profile.mappings.empty()) facts.program = profile.str(profile.mappings[0].file);
  facts.time_nanos = profile.time_nanos;
  facts.period = profile.period;
  for (const model::StringId id : profile.comments) {
    const std::string_view comment = profile.str(id);
    const std::string_view prefix = comment.substr(0, comment.find(' '));
    const std::string_view rest = prefix.size() == comment.size() ? "" : comment.substr(prefix.size() + 1);
    if (prefix == model::kCommentVersion) {
      facts.version = rest;
    } else if (prefix == model::kCommentMoment) {
      facts.moments.push_back(moment_of(key_values(rest)));
    } else if (prefix == model::kCommentClassified) {
      facts.classified = true;
      for (const auto& [key, value] : key_values(rest)) {
        for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
          if (key == model::kSampleTypes[i].type) add_saturated(facts.other.of[i], number(value));
        }
      }
    } else if (prefix == model::kCommentLosses) {
      for (const auto& [key, value] : key_values(rest)) {
        if (const std::int64_t lost = number(value); lost > 0) add_saturated(facts.losses[std::string(key)], lost);
      }
    }
  }
  return facts;
}

}  // namespace bucketprof::facts
