// SPDX-License-Identifier: Apache-2.0
//
// Rules 21 to 33 of validate.h, which a valid pprof profile must satisfy in addition to be one of ours.
#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "profiler/model/broken.h"
#include "profiler/model/comments.h"
#include "profiler/model/schema.h"
#include "profiler/model/validate.h"

namespace bucketprof::model {
namespace {

bool is_type(const Profile& p, const ValueType& type, const SampleTypeName& name) {
  return p.str(type.type) == name.type && p.str(type.unit) == name.unit;
}

/// A delta profile covers a window of time; every other profile covers the whole run.
bool is_delta(const Profile& p) { return p.duration_nanos > 0; }

Status check_header(const Profile& p) {
  if (p.sample_types.size() != kSampleTypeCount) {
    return broken(21, "there are {} sample types, not {}", p.sample_types.size(), std::size_t{kSampleTypeCount});
  }
  for (std::size_t i = 0; i < kSampleTypeCount; ++i) {
    if (!is_type(p, p.sample_types[i], kSampleTypes[i])) {
      return broken(21, "sample type {} is {}/{}, not {}/{}", i + 1, p.str(p.sample_types[i].type),
                    p.str(p.sample_types[i].unit), kSampleTypes[i].type, kSampleTypes[i].unit);
    }
  }
  if (p.str(p.default_sample_type) != kDefaultSampleType) {
    return broken(22, "the default sample type is '{}', not '{}'", p.str(p.default_sample_type), kDefaultSampleType);
  }
  if (!is_type(p, p.period_type, kPeriodType)) {
    return broken(22, "the period type is {}/{}, not {}/{}", p.str(p.period_type.type), p.str(p.period_type.unit),
                  kPeriodType.type, kPeriodType.unit);
  }
  if (p.period < 1) return broken(22, "the period is {}; an exact profile has 1", p.period);
  if (p.time_nanos == 0) return broken(23, "the time is not set");
  for (const std::string_view prefix : {kCommentVersion, kCommentLosses}) {
    if (find_comment(p, prefix).empty()) return broken(24, "no comment starts with {}", prefix);
  }
  return ok_status();
}

struct LabelRule {
  std::string_view key;
  std::string_view unit;  // empty: a string label
};
constexpr std::array<LabelRule, 16> kLabelRules{{{kLabelTable, ""},
                                                 {kLabelKind, ""},
                                                 {kLabelPart, ""},
                                                 {kLabelCause, ""},
                                                 {kLabelLife, ""},
                                                 {kLabelStart, ""},
                                                 {kLabelLayout, ""},
                                                 {kLabelSeen, kUnitEntries},
                                                 {kLabelDeleted, kUnitEntries},
                                                 {kLabelSlotBytes, kUnitBytes},
                                                 {kLabelBytes, kUnitBytes},
                                                 {kLabelEntryBytes, kUnitBytes},
                                                 {kLabelSlots, kUnitEntries},
                                                 {kLabelHint, kUnitEntries},
                                                 {kLabelLimit, kUnitEntries},
                                                 {kLabelPeak, kUnitEntries}}};

Status check_label(const Profile& p, std::size_t sample, const Label& label) {
  const std::string_view key = p.str(label.key);
  const auto* rule = std::ranges::find(kLabelRules, key, &LabelRule::key);
  if (rule == kLabelRules.end()) return broken(25, "sample {} has the unknown label '{}'", sample, key);
  if (label.is_number == rule->unit.empty()) {
    return broken(25, "label '{}' of sample {} is not a {}", key, sample, rule->unit.empty() ? "string" : "number");
  }
  if (label.is_number && p.str(label.unit) != rule->unit) {
    return broken(25, "label '{}' of sample {} is in '{}', not in {}", key, sample, p.str(label.unit), rule->unit);
  }
  if (label.is_number && label.num < 0) {
    return broken(25, "label '{}' of sample {} is negative: {}", key, sample, label.num);
  }
  if (key == kLabelTable && p.str(label.str).find(',') != std::string_view::npos) {
    return broken(27, "the table name '{}' has a comma (sample {})", p.str(label.str), sample);
  }
  if (is_delta(p) && (key == kLabelPeak || key == kLabelSeen || key == kLabelDeleted))
    return broken(30, "sample {} of a delta profile has the label '{}'", sample, key);
  return ok_status();
}

Status check_our_labels(const Profile& p) {
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    const auto labels = p.labels(i);
    for (std::size_t j = 0; j < labels.size(); ++j) {
      if (Status status = check_label(p, i + 1, labels[j]); !status) return status;
      // Labels are sorted and no key has both strings and numbers, so equal keys are neighbours.
      if (j > 0 && p.str(labels[j].key) == p.str(labels[j - 1].key)) {
        return broken(26, "sample {} has the label '{}' twice", i + 1, p.str(labels[j].key));
      }
    }
  }
  return ok_status();
}

Status check_values(const Profile& p) {
  const bool delta = is_delta(p);
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    const auto v = p.values(i);
    for (std::size_t t = 0; t < kSampleTypeCount; ++t) {
      const bool slack = t == kAllocSlack || t == kInuseSlack;
      if (v[t] < 0) return broken(slack ? 29 : 28, "sample {} has {} = {}", i + 1, kSampleTypes[t].type, v[t]);
    }
    if (!delta && v[kInuseObjects] > v[kAllocObjects]) {
      return broken(28, "sample {} has {} objects in use, {} allocated", i + 1, v[kInuseObjects], v[kAllocObjects]);
    }
    if (!delta && v[kInuseSpace] > v[kAllocSpace]) {
      return broken(28, "sample {} has {} bytes in use, {} allocated", i + 1, v[kInuseSpace], v[kAllocSpace]);
    }
    if (!delta && v[kAllocSlack] > v[kAllocSpace]) {
      return broken(29, "sample {} has {} bytes of slack in {} allocated", i + 1, v[kAllocSlack], v[kAllocSpace]);
    }
    if (v[kInuseSlack] > v[kInuseSpace]) {
      return broken(29, "sample {} has {} bytes of slack in {} in use", i + 1, v[kInuseSlack], v[kInuseSpace]);
    }
  }
  return ok_status();
}

Status check_segments(const Profile& p) {
  for (std::size_t i = 0; i < p.mappings.size(); ++i) {
    const Mapping& m = p.mappings[i];
    if (p.str(m.file).empty()) return broken(31, "mapping {} names no file", i + 1);
    if (p.str(m.build_id).find_first_not_of("0123456789abcdef") != std::string_view::npos) {
      return broken(31, "the build id '{}' of mapping {} is not lower-case hex", p.str(m.build_id), i + 1);
    }
  }
  std::vector<std::size_t> order(p.mappings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {},
                    [&p](std::size_t i) { return std::pair(p.str(p.mappings[i].file), p.mappings[i].start); });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Mapping& a = p.mappings[order[i - 1]];
    const Mapping& b = p.mappings[order[i]];
    if (p.str(a.file) == p.str(b.file) && a.limit == b.start && b.offset == a.offset + (a.limit - a.start)) {
      return broken(31, "mappings {} and {} are one segment of {}", order[i - 1] + 1, order[i] + 1, p.str(a.file));
    }
  }
  return ok_status();
}

Status check_our_stacks(const Profile& p) {
  for (std::size_t i = 0; i < p.locations.size(); ++i) {
    const Location& l = p.locations[i];
    if (l.lines.size() > 1 && l.mapping != kNone && !p.mappings[l.mapping].has_inline_frames) {
      return broken(32, "location {} has {} lines, but mapping {} has no inline frames", i + 1, l.lines.size(),
                    l.mapping + 1);
    }
  }
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    if (p.samples[i].frame_count == 0) return broken(33, "sample {} has no frame", i + 1);
  }
  return ok_status();
}

}  // namespace

Status validate_ours(const Profile& profile) {
  for (const auto check : {validate, check_header, check_our_labels, check_values, check_segments, check_our_stacks}) {
    if (Status status = check(profile); !status) return status;
  }
  return ok_status();
}

}  // namespace bucketprof::model
