// SPDX-License-Identifier: Apache-2.0
//
// Gives each sample the labels of what its stack (table_stack.h) and a look at its blocks (looks.h) say.
#include "profiler/recognize/classify.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "profiler/base/saturating.h"
#include "profiler/model/comments.h"
#include "profiler/model/labels.h"
#include "profiler/model/schema.h"
#include "profiler/recognize/looks.h"
#include "profiler/recognize/table_stack.h"
#include "profiler/recognize/texts.h"
#include "profiler/tables/boost_node.h"
#include "profiler/tables/std_node.h"

namespace bucketprof::recognize {
namespace {

using hashmap::Cause;
using hashmap::Part;
using tables::BoostNodeArrays;
using tables::Kind;
using tables::StdNodeArrays;

constexpr std::size_t kMostAdded = 7;  // labels added to a sample: table, kind, part, cause, bytes, slots, entry_bytes

/// What a block is: by its call stack, and by what was seen in it.
struct Found : StackTable {
  std::optional<layout::Look> look;  // if it is taken
  bool is_by_bytes = false;          // no name says what it is
  [[nodiscard]] bool is_table() const { return table != nullptr || is_by_bytes; }
};

/// Whether the profile is of memory: one of its sample types is a space or size in bytes.
bool is_of_memory(const model::Profile& profile) {
  return std::any_of(profile.sample_types.begin(), profile.sample_types.end(), [&](const model::ValueType& type) {
    const std::string_view name = profile.str(type.type);
    return profile.str(type.unit) == "bytes" && (name.ends_with("space") || name.ends_with("size"));
  });
}

/// Whether a comment marks the profile as one of all allocations: the agent wrote it, or it has been classified before.
/// Samples without a label are then not from tables that use our allocator.
bool is_of_all_allocations(const model::Profile& profile) {
  return !model::find_comment(profile, model::kCommentAgent).empty() ||
         !model::find_comment(profile, model::kCommentClassified).empty();
}

/// Slots of an array of pointers, which follow from its size; 0 if they do not.
std::uint64_t slots_of(Kind kind, std::uint64_t bytes) {
  if (kind == Kind::kStdNode || kind == Kind::kLibcxxNode) return StdNodeArrays::slots(bytes);
  return kind == Kind::kBoostNode ? BoostNodeArrays::slots_of(bytes) : 0;
}

class Classifier {
 public:
  Classifier(model::Profile& profile, Unclassified unclassified)
      : profile_(profile),
        unclassified_(unclassified),
        look_labels_(profile),
        texts_(profile.strings),
        stacks_(profile, texts_) {
    for (std::size_t column = 0; column < profile.sample_types.size(); ++column) {
      const std::string_view type = profile.str(profile.sample_types[column].type);
      for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
        if (type == model::kSampleTypes[i].type) columns_[i] = column;
      }
    }
  }

  /// Returns false if the profile is left unchanged.
  bool run() {
    const model::StringId table = texts_.id(model::kLabelTable);
    std::vector<Found> found(profile_.samples.size());
    std::vector<bool> labelled(profile_.samples.size());
    bool any = is_of_all_allocations(profile_);
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) {
      const auto labels = profile_.labels(i);
      labelled[i] = std::any_of(labels.begin(), labels.end(),
                                [table](const model::Label& label) { return label.key == table && !label.is_number; });
      if (labelled[i]) continue;
      found[i] = {stacks_.read(i, bytes_of(i)), {}, false};
      if (const auto look = look_labels_.read(labels)) weigh(i, *look, found[i]);
      any = any || found[i].is_table();
    }
    if (!any) return false;
    // The old pools must stay until all samples have been copied, because these refer to them.
    std::vector<model::Label> labels;
    labels.reserve(profile_.label_pool.size() + kMostAdded * profile_.samples.size());
    std::vector<model::Sample> samples;
    samples.reserve(profile_.samples.size());
    std::vector<std::int64_t> values;
    values.reserve(profile_.value_pool.size());
    for (std::size_t i = 0; i < profile_.samples.size(); ++i) {
      const bool other = !labelled[i] && !found[i].is_table();
      if (other && unclassified_ == Unclassified::kLeaveOut) {
        leave_out(i);
        continue;
      }
      model::Sample& sample = samples.emplace_back(profile_.samples[i]);
      sample.first_label = static_cast<std::uint64_t>(labels.size());
      const bool is_given = !labelled[i] && (!other || unclassified_ == Unclassified::kOneRow);
      copy_labels(i, is_given ? &found[i] : nullptr, labels);
      if (is_given) add_labels(i, found[i], static_cast<std::size_t>(sample.first_label), labels);
      sample.label_count = static_cast<std::uint32_t>(labels.size() - sample.first_label);
      const auto old_values = profile_.values(i);
      values.insert(values.end(), old_values.begin(), old_values.end());
      if (found[i].look) set_slack(i, found[i], values);
    }
    profile_.label_pool = std::move(labels);
    profile_.samples = std::move(samples);
    profile_.value_pool = std::move(values);
    say_so();
    return true;
  }

 private:
  std::int64_t value(std::size_t sample, model::SampleType type) const {
    return columns_[type] ? profile_.values(sample)[*columns_[type]] : 0;
  }

  /// Bytes of each block of a sample; 0 if there is no label and the blocks may differ in size.
  std::int64_t bytes_of(std::size_t sample) {
    const model::StringId key = texts_.id(model::kLabelBytes);
    for (const model::Label& label : profile_.labels(sample)) {
      if (label.is_number && label.key == key) return label.num;
    }
    return profile_.period <= 1 && value(sample, model::kAllocObjects) == 1 ? value(sample, model::kAllocSpace) : 0;
  }

  /// Weighs what was seen in a block against what names say, and takes it, or neither.
  void weigh(std::size_t sample, const layout::Look& look, Found& found) {
    const Verdict verdict = judge(look, found.kind, found.part, !found.is_table() && stacks_.is_unnamed(sample));
    if (verdict == Verdict::kAccepted || verdict == Verdict::kByBytes) found.look = look;
    if (verdict == Verdict::kByBytes) {
      found.kind = layout::row_of(look.layout).kind;
      found.part = Part::kBuckets;
      found.name = texts_.id(name_by_bytes(look));
      found.is_by_bytes = true;
    }
    const std::int64_t blocks = value(sample, model::kAllocObjects);
    if (verdict == Verdict::kAccepted) add_saturated(looks_.accepted, blocks);
    if (verdict == Verdict::kByBytes) add_saturated(looks_.by_bytes, blocks);
    if (verdict == Verdict::kRejected) add_saturated(looks_.rejected, blocks);
  }

  /// Copies the labels of a sample; if it is given others (`found`), without those of a look that are not taken.
  void copy_labels(std::size_t sample, const Found* found, std::vector<model::Label>& pool) const {
    const auto old = profile_.labels(sample);
    if (found == nullptr || !look_labels_.has(old)) {
      pool.insert(pool.end(), old.begin(), old.end());
      return;
    }
    std::copy_if(old.begin(), old.end(), std::back_inserter(pool), [&](const model::Label& label) {
      if (!found->look) return !look_labels_.is_of_look(label);
      return !look_labels_.is_only_of_look(label);
    });
  }

  /// Sets the slack of the sample whose values are the last ones.
  void set_slack(std::size_t sample, const Found& found, std::vector<std::int64_t>& values) {
    const std::int64_t entry_bytes = entry_bytes_of(found.kind, *found.look);
    const auto seen = static_cast<std::int64_t>(found.look->full);
    const std::size_t first = values.size() - profile_.sample_types.size();
    for (const auto& [slack, objects, space] :
         {std::tuple{model::kAllocSlack, model::kAllocObjects, model::kAllocSpace},
          {model::kInuseSlack, model::kInuseObjects, model::kInuseSpace}}) {
      if (!columns_[slack]) continue;
      // The sums in a file may contradict its labels.
      values[first + *columns_[slack]] = std::min(slack_of(value(sample, objects), bytes_of(sample), seen, entry_bytes),
                                                  std::max<std::int64_t>(0, value(sample, space)));
    }
  }

  /// Adds labels to `sample`, whose own labels are the last ones in `pool`, from `first` on.
  void add_labels(std::size_t sample, const Found& found, std::size_t first, std::vector<model::Label>& pool) {
    const bool is_table = found.is_table();
    const std::int64_t bytes = bytes_of(sample);
    const auto text = [&](std::string_view key, model::StringId value) {
      pool.push_back({texts_.id(key), value, 0, false, 0});
    };
    const auto number = [&](std::string_view key, std::int64_t value, std::string_view unit) {
      const model::StringId id = texts_.id(key);
      const auto same = [id](const model::Label& label) { return label.key == id; };
      if (std::none_of(pool.begin() + static_cast<std::ptrdiff_t>(first), pool.end(), same))
        pool.push_back({id, 0, texts_.id(unit), true, value});
    };
    text(model::kLabelTable, is_table ? found.name : texts_.id(kOtherTable));
    text(model::kLabelKind, texts_.id(tables::name_of(found.kind)));
    text(model::kLabelPart, texts_.id(tables::name_of(found.part.value_or(Part::kOther))));
    text(model::kLabelCause, texts_.id(tables::name_of(found.cause.value_or(Cause::kUnknown))));
    if (bytes > 0) number(model::kLabelBytes, bytes, model::kUnitBytes);
    if (found.part == Part::kBuckets && bytes > 0) {
      const auto slots = static_cast<std::int64_t>(slots_of(found.kind, static_cast<std::uint64_t>(bytes)));
      if (slots > 0) number(model::kLabelSlots, slots, model::kUnitEntries);
    }
    if (found.look) number(model::kLabelEntryBytes, entry_bytes_of(found.kind, *found.look), model::kUnitBytes);
    model::sort_labels(profile_, std::span(pool).subspan(first));
  }

  void leave_out(std::size_t sample) {
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      add_saturated(left_out_[i], value(sample, static_cast<model::SampleType>(i)));
    }
  }

  void say_so() {
    add_comment(model::write_classified(left_out_));
    // A profile that is classified again has none left.
    if (looks_ != model::LooksTaken()) add_comment(model::write_looks(looks_));
  }

  void add_comment(const std::string& text) {
    const model::StringId comment = texts_.id(text);
    auto& comments = profile_.comments;
    if (std::find(comments.begin(), comments.end(), comment) == comments.end()) comments.push_back(comment);
  }

  model::Profile& profile_;
  Unclassified unclassified_;
  LookLabels look_labels_;
  Texts texts_;
  StackReader stacks_;
  std::array<std::optional<std::size_t>, model::kSampleTypeCount> columns_;
  model::LeftOut left_out_{};
  model::LooksTaken looks_;
};

/// Adds the label keys: sort_labels() needs them in the profile, but Texts appends new strings only at the end.
void add_keys(std::vector<std::string>& strings) {
  for (const std::string_view key : {model::kLabelTable, model::kLabelKind, model::kLabelPart, model::kLabelCause,
                                     model::kLabelBytes, model::kLabelSlots, model::kLabelEntryBytes}) {
    if (std::find(strings.begin(), strings.end(), key) == strings.end()) strings.emplace_back(key);
  }
}

}  // namespace

model::Profile classify(model::Profile profile, const ClassifyOptions& options) {
  if (!is_of_memory(profile)) return profile;
  const std::size_t strings = profile.strings.size();
  add_keys(profile.strings);
  if (!Classifier(profile, options.unclassified).run()) profile.strings.resize(strings);
  return profile;
}

}  // namespace bucketprof::recognize
