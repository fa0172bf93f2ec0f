// SPDX-License-Identifier: Apache-2.0
//
// The constructor looks up each string of the profile once, so that reading a sample only compares numbers.
#include "profiler/facts/sample_facts.h"

#include <algorithm>
#include <utility>

#include "profiler/tables/names.h"

namespace bucketprof::facts {
namespace {

enum Key : std::uint8_t {
  kNoKey,
  kTable,
  kKind,
  kPart,
  kCause,
  kLife,
  kStart,
  kBytes,
  kEntryBytes,
  kSlots,
  kHint,
  kLimit,
  kPeak,
  kSeen,
  kDeleted
};

constexpr std::array<std::pair<std::string_view, Key>, 14> kKeys{{{model::kLabelTable, kTable},
                                                                  {model::kLabelKind, kKind},
                                                                  {model::kLabelPart, kPart},
                                                                  {model::kLabelCause, kCause},
                                                                  {model::kLabelLife, kLife},
                                                                  {model::kLabelStart, kStart},
                                                                  {model::kLabelBytes, kBytes},
                                                                  {model::kLabelEntryBytes, kEntryBytes},
                                                                  {model::kLabelSlots, kSlots},
                                                                  {model::kLabelHint, kHint},
                                                                  {model::kLabelLimit, kLimit},
                                                                  {model::kLabelPeak, kPeak},
                                                                  {model::kLabelSeen, kSeen},
                                                                  {model::kLabelDeleted, kDeleted}}};

Key key_of(std::string_view name) {
  for (const auto& [known, key] : kKeys) {
    if (known == name) return key;
  }
  return kNoKey;
}

tables::Life life_in(std::string_view words) {
  tables::Life life = 0;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    life |= tables::life_of(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return life;
}

}  // namespace

SampleReader::SampleReader(const model::Profile& profile) : profile_(profile) {
  words_.reserve(profile.strings.size());
  for (const std::string& text : profile.strings) {
    words_.push_back({key_of(text), tables::part_of(text), tables::cause_of(text)});
  }
  for (std::size_t column = 0; column < profile.sample_types.size(); ++column) {
    const model::ValueType& type = profile.sample_types[column];
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      if (profile.str(type.type) != model::kSampleTypes[i].type) continue;
      has_[i] = true;
      columns_[i] = column;
    }
    if (type.type == profile.default_sample_type) weight_column_ = column;
  }
  // If no default is set, pprof uses the last type.
  if (!weight_column_ && !profile.sample_types.empty()) weight_column_ = profile.sample_types.size() - 1;
}

std::string_view SampleReader::weight_type() const {
  return weight_column_ ? profile_.str(profile_.sample_types[*weight_column_].type) : "";
}
std::string_view SampleReader::weight_unit() const {
  return weight_column_ ? profile_.str(profile_.sample_types[*weight_column_].unit) : "";
}

void SampleReader::read_label(const model::Label& label, SampleFacts& facts) const {
  const std::uint8_t key = words_[label.key].key;
  if (label.is_number) {
    if (key == kBytes) facts.bytes = label.num;
    if (key == kEntryBytes) facts.entry_bytes = label.num;
    if (key == kSlots) facts.slots = label.num;
    if (key == kHint) facts.hint = label.num;
    if (key == kLimit) facts.limit = label.num;
    if (key == kPeak) facts.peak = label.num;
    if (key == kSeen) facts.seen = label.num;
    if (key == kDeleted) facts.deleted = label.num;
    return;
  }
  if (key == kTable && facts.table == 0) facts.table = label.str;
  if (key == kKind && facts.kind == 0) facts.kind = label.str;
  if (key == kStart) facts.start = label.str;
  if (key == kLife) facts.life = life_in(profile_.str(label.str));
  if (key == kPart) {
    facts.part_name = label.str;
    facts.part = words_[label.str].part;
  }
  if (key == kCause) {
    facts.cause_name = label.str;
    facts.cause = words_[label.str].cause;
  }
}

SampleFacts SampleReader::read(std::size_t sample) const {
  SampleFacts facts;
  for (const model::Label& label : profile_.labels(sample)) read_label(label, facts);
  const auto values = profile_.values(sample);
  for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
    if (has_[i]) facts.amounts.values[i] = values[columns_[i]];
  }
  if (weight_column_) facts.amounts.weight = values[*weight_column_];
  return facts;
}

}  // namespace bucketprof::facts
