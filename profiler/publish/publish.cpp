// SPDX-License-Identifier: Apache-2.0
#include "profiler/publish/publish.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "profiler/base/hash.h"
#include "profiler/base/version.h"
#include "profiler/layout/look.h"
#include "profiler/model/builder.h"
#include "profiler/model/comments.h"
#include "profiler/model/index_table.h"
#include "profiler/model/schema.h"
#include "profiler/publish/mappings.h"
#include "profiler/publish/scale.h"
#include "profiler/record/sampler.h"
#include "profiler/tables/life.h"
#include "profiler/tables/names.h"

namespace bucketprof::publish {
namespace {

using model::Builder;
using model::Label;
using model::LocationId;
using record::Row;
using record::SiteKey;

constexpr std::uint64_t kRoundingSeed = 0x62756b6574;  // fixed: the same counts give the same file

/// Maps return addresses to locations of the profile, each with the mapping of its segment.
class Locations {
 public:
  explicit Locations(Builder& builder) : builder_(&builder), segments_(executable_segments()) {
    for (const Segment& segment : segments_) {
      mappings_.push_back(builder.mapping({.start = segment.start,
                                           .limit = segment.limit,
                                           .offset = segment.offset,
                                           .file = builder.string(segment.file),
                                           .build_id = builder.string(segment.build_id)}));
    }
  }

  [[nodiscard]] LocationId at(std::uintptr_t return_address) {
    const std::uint64_t address = return_address == 0 ? 0 : return_address - 1;
    const auto next = static_cast<std::uint32_t>(known_.size());
    const std::uint32_t known =
        by_address_.find_or_insert(mix(0, address), next, [&](std::uint32_t i) { return known_[i].first == address; });
    if (known == next) {
      known_.emplace_back(address,
                          builder_->location({.mapping = mapping_of(address), .address = address, .lines = {}}));
    }
    return known_[known].second;
  }
  [[nodiscard]] model::MappingId mapping_of(std::uint64_t address) const {
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      if (address >= segments_[i].start && address < segments_[i].limit) return mappings_[i];
    }
    return model::kNone;
  }
  [[nodiscard]] model::MappingId mapping_of_location(LocationId location) const {
    return builder_->header().locations[location].mapping;
  }

 private:
  Builder* builder_;
  std::vector<Segment> segments_;
  std::vector<model::MappingId> mappings_;
  model::IndexTable by_address_;  // indexes known_
  std::vector<std::pair<std::uint64_t, LocationId>> known_;
};

/// Removes the frames of mapping `agent` from the leaf end of a stack, but never its last frame.
void drop_agent_frames(const Locations& locations, model::MappingId agent, std::vector<LocationId>& stack) {
  const auto of_caller = std::find_if(stack.begin(), stack.end(), [&](LocationId location) {
    return locations.mapping_of_location(location) != agent;
  });
  stack.erase(stack.begin(), of_caller == stack.end() ? stack.end() - (stack.empty() ? 0 : 1) : of_caller);
}

/// A number for each stack, the same in each process of a program: it is made of addresses in files.
class StackNumbers {
 public:
  StackNumbers(Builder& builder, Locations& locations, const record::Recorder& recorder)
      : builder_(&builder), locations_(&locations), recorder_(&recorder) {}

  /// 0 if there is no such stack.
  [[nodiscard]] std::uint64_t of(std::uint32_t stack) {
    if (stack == 0) return 0;
    const auto [known, is_new] = known_.try_emplace(stack, 0);
    if (!is_new) return known->second;
    std::uint64_t number = 0;
    for (const std::uintptr_t frame : recorder_->stacks().frames(stack)) {
      const model::Location& location = builder_->header().locations[locations_->at(frame)];
      std::uint64_t address = location.address;
      if (location.mapping != model::kNone) {
        const model::Mapping& mapping = builder_->header().mappings[location.mapping];
        address += mapping.offset - mapping.start;
      }
      number = mix(number, address);
    }
    return known->second = (number >> kUnusedBits) | 1;
  }

 private:
  static constexpr unsigned kUnusedBits = 16;  // people may have to read it

  Builder* builder_;
  Locations* locations_;
  const record::Recorder* recorder_;
  std::unordered_map<std::uint32_t, std::uint64_t> known_;
};

std::string words_of(tables::Life life) {
  if (life == 0) return std::string(tables::kPlainLife);
  std::string words;
  for (std::size_t i = 0; i < tables::kLifeWords.size(); ++i) {
    if ((life & (1U << i)) == 0) continue;
    if (!words.empty()) words += ' ';
    words += tables::kLifeWords[i];
  }
  return words;
}

/// What was seen in blocks of no table.
void add_look(Builder& builder, const layout::Look& look, std::vector<Label>& labels) {
  using namespace model;
  if (look.layout == layout::Layout::kNone) return;
  const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  labels.push_back(builder.label(kLabelLayout, layout::label_of(look)));
  labels.push_back(builder.label(kLabelSlots, number(look.slots), kUnitEntries));
  labels.push_back(builder.label(kLabelSlotBytes, number(look.slot_bytes), kUnitBytes));
  labels.push_back(builder.label(kLabelSeen, number(look.full), kUnitEntries));
  if (look.is_deleted_known) labels.push_back(builder.label(kLabelDeleted, number(look.deleted), kUnitEntries));
}

void add_labels(Builder& builder, const SiteKey& site, std::string_view table, const Row& row, const layout::Look& look,
                std::uint64_t start, std::vector<Label>& labels) {
  using namespace model;
  const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  labels.clear();
  labels.push_back(builder.label(kLabelBytes, number(site.bytes), kUnitBytes));
  if (table.empty()) return add_look(builder, look, labels);
  labels.push_back(builder.label(kLabelTable, table));
  labels.push_back(builder.label(kLabelKind, tables::name_of(site.kind)));
  labels.push_back(builder.label(kLabelPart, tables::name_of(site.part)));
  labels.push_back(builder.label(kLabelCause, tables::name_of(site.cause)));
  labels.push_back(builder.label(kLabelEntryBytes, number(site.entry_bytes), kUnitBytes));
  const bool is_array = site.part == hashmap::Part::kBuckets;
  if (is_array || site.slots != 0) labels.push_back(builder.label(kLabelSlots, number(site.slots), kUnitEntries));
  if (!is_array) return;
  labels.push_back(
      builder.label(kLabelHint, site.cause == hashmap::Cause::kHint ? number(site.hint) : 0, kUnitEntries));
  if (site.hint != 0 && tables::has_unusual_limit(site.kind, site.slots, site.hint))
    labels.push_back(builder.label(kLabelLimit, number(site.hint), kUnitEntries));
  if (row.has_peak && tables::tells_entries(site.kind))
    labels.push_back(builder.label(kLabelPeak, number(row.peak), kUnitEntries));
  labels.push_back(builder.label(kLabelLife, words_of(row.life)));
  if (start != 0) labels.push_back(builder.label(kLabelStart, fmt::format("{:012x}", start)));
}

std::string_view name_of(At moment) { return moment == At::kPeak ? "peak" : "now"; }

void add_comments(Builder& builder, const record::Snapshot& snapshot, std::int64_t inuse_space) {
  builder.comment(model::write_version(kVersion));
  const double after = static_cast<double>(snapshot.moment_nanos - snapshot.started_nanos) * 1e-9;
  builder.comment(model::write_moment({.at = std::string(name_of(snapshot.moment)),
                                       .inuse_space = inuse_space,
                                       .asked = std::string(name_of(snapshot.asked)),
                                       .after = fmt::format("{:.3f}s", after)}));
  const auto counts = [&builder](std::string_view prefix, const std::vector<model::Count>& numbers) {
    builder.comment(model::write_counts(prefix, numbers));
  };
  counts(model::kCommentSampling, {{"interval", snapshot.interval}, {"seed", snapshot.seed}});
  std::vector<model::Count> losses;
  for (std::size_t i = 0; i < snapshot.losses.size(); ++i) {
    losses.emplace_back(record::kLossNames[i], snapshot.losses[i]);
  }
  losses.emplace_back("incomplete_snapshot", snapshot.complete ? 0 : 1);
  counts(model::kCommentLosses, losses);
  const record::Memory& memory = snapshot.memory;
  counts(model::kCommentMemory, {{"bytes", memory.all},
                                 {"live", memory.live},
                                 {"tables", memory.tables},
                                 {"sites", memory.sites},
                                 {"stacks", memory.stacks},
                                 {"threads", memory.threads},
                                 {"replay", memory.replay}});
  if (const record::LookCounts& looks = snapshot.looks; looks.freed + looks.live + looks.skipped != 0) {
    counts(model::kCommentLooked,
           {{"freed", looks.freed}, {"live", looks.live}, {"arrays", looks.arrays}, {"skipped", looks.skipped}});
  }
  const stack::CaptureCounts& found = snapshot.captures;
  counts(model::kCommentStacks, {{"replays", found.replays},
                                 {"unpredicted", found.unpredicted},
                                 {"walks", found.walks},
                                 {"backtraces", found.backtraces},
                                 {"audits", found.audits},
                                 {"mismatches", found.mismatches},
                                 {"flushes", found.flushes}});
}

}  // namespace

model::Profile to_profile(const record::Snapshot& snapshot, record::Recorder& recorder, const Extras& extras) {
  Builder builder = Builder::ours(static_cast<std::int64_t>(snapshot.interval));
  Locations locations(builder);
  record::Sampler random;
  random.seed(kRoundingSeed);
  std::vector<LocationId> stack;
  std::vector<Label> labels;
  StackNumbers starts(builder, locations, recorder);
  std::int64_t inuse_space = 0;
  const model::MappingId agent = extras.agent_code != 0 ? locations.mapping_of(extras.agent_code) : model::kNone;

  // The exiting host waits for this. Memory reserved up front costs one fault per page; growing in steps costs more.
  const std::span<const Row> rows = snapshot.rows.span();
  std::size_t frames = 0;
  for (const Row& row : rows) frames += recorder.stacks().frames(recorder.sites()[row.site].key.stack).size();
  builder.reserve(rows.size(), frames, rows.size());

  for (const Row& row : rows) {
    const SiteKey& site = recorder.sites()[row.site].key;
    const Scale scale(record::weight(site.bytes, site.interval), std::min(random.uniform(), 1.0 - 0x1p-53));
    const auto bytes = static_cast<std::int64_t>(site.bytes);
    std::array<std::int64_t, model::kSampleTypeCount> values{};
    values[model::kAllocObjects] = scale.blocks(row.allocs);
    values[model::kAllocSpace] = values[model::kAllocObjects] * bytes;
    values[model::kInuseObjects] = scale.blocks(row.inuse);
    values[model::kInuseSpace] = values[model::kInuseObjects] * bytes;
    const std::string_view table = site.name != 0 ? recorder.names().text(site.name) : site.type_name;
    if (!table.empty()) {  // only blocks of tables have slack
      values[model::kAllocSlack] = scale.slack(row.alloc_slack, row.allocs);
      values[model::kInuseSlack] = scale.slack(row.inuse_slack, row.inuse);
    }
    inuse_space += values[model::kInuseSpace];

    stack.clear();
    for (const std::uintptr_t frame : recorder.stacks().frames(site.stack)) stack.push_back(locations.at(frame));
    if (agent != model::kNone) drop_agent_frames(locations, agent, stack);
    const layout::Look look = row.look == 0 ? layout::Look() : recorder.looks()[row.look];
    add_labels(builder, site, table, row, look, starts.of(site.start), labels);
    builder.sample(stack, labels, values);
  }

  add_comments(builder, snapshot, inuse_space);
  if (!extras.comment.empty()) builder.comment(extras.comment);
  builder.header().time_nanos = snapshot.moment_nanos;
  return std::move(builder).finish();
}

}  // namespace bucketprof::publish
