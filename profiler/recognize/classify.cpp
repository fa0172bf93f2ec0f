// SPDX-License-Identifier: Apache-2.0
//
// Each function name is matched once. A call stack is read from the leaf: first the frames of allocators, then those of
// one table, up to the first frame of other code.
#include "profiler/recognize/classify.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "profiler/base/demangle.h"
#include "profiler/base/saturating.h"
#include "profiler/model/comments.h"
#include "profiler/model/labels.h"
#include "profiler/model/schema.h"
#include "profiler/recognize/implementations.h"
#include "profiler/recognize/table_type.h"
#include "profiler/tables/std_node.h"

namespace bucketprof::recognize {
namespace {

using hashmap::Cause;
using hashmap::Part;
using tables::Kind;
using tables::StdNodeArrays;

constexpr std::size_t kMostCommon = 8;  // frames of common names below a table's
constexpr std::size_t kMostAdded = 6;   // labels added to a sample: table, kind, part, cause, bytes, slots

/// What a block is, according to its call stack.
struct Found {
  const Implementation* table = nullptr;
  Kind kind = Kind::kUnknown;
  std::optional<Part> part;
  std::optional<Cause> cause;
  model::StringId name = 0;
};

/// Interns strings: the profile's, and new ones, which the destructor appends to the profile's.
class Texts {
 public:
  explicit Texts(std::vector<std::string>& strings) : strings_(strings), first_new_(strings.size()) {
    ids_.reserve(strings.size());
    for (std::size_t i = 0; i < strings.size(); ++i) ids_.try_emplace(strings[i], static_cast<model::StringId>(i));
  }
  ~Texts() {
    for (std::string& text : added_) strings_.push_back(std::move(text));
  }
  Texts(const Texts&) = delete;
  Texts& operator=(const Texts&) = delete;

  model::StringId id(std::string_view text) {
    if (const auto known = ids_.find(text); known != ids_.end()) return known->second;
    const auto next = static_cast<model::StringId>(first_new_ + added_.size());
    ids_.emplace(added_.emplace_back(text), next);
    return next;
  }

 private:
  std::vector<std::string>& strings_;  // changed by the destructor only: `ids_` refers to it
  std::size_t first_new_;
  std::deque<std::string> added_;
  std::unordered_map<std::string_view, model::StringId> ids_;
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

class Classifier {
 public:
  Classifier(model::Profile& profile, Unclassified unclassified)
      : profile_(profile), unclassified_(unclassified), texts_(profile.strings) {
    roles_.reserve(profile.functions.size());
    for (const model::Function& function : profile.functions) {
      const std::string_view name = profile.str(function.name);
      roles_.push_back(role_of(name, profile.str(function.file)));
      if (roles_.back().owner != Owner::kCommon) continue;
      common_.emplace(static_cast<model::FunctionId>(roles_.size() - 1), common_roles(name));
    }
    types_.resize(profile.functions.size());
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
      found[i] = look_at(i);
      any = any || found[i].table != nullptr;
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
      const bool other = !labelled[i] && found[i].table == nullptr;
      if (other && unclassified_ == Unclassified::kLeaveOut) {
        leave_out(i);
        continue;
      }
      model::Sample& sample = samples.emplace_back(profile_.samples[i]);
      sample.first_label = static_cast<std::uint64_t>(labels.size());
      const auto old_labels = profile_.labels(i);
      labels.insert(labels.end(), old_labels.begin(), old_labels.end());
      if (!labelled[i] && (!other || unclassified_ == Unclassified::kOneRow)) add_labels(i, found[i], labels);
      sample.label_count = static_cast<std::uint32_t>(labels.size() - sample.first_label);
      const auto old_values = profile_.values(i);
      values.insert(values.end(), old_values.begin(), old_values.end());
    }
    profile_.label_pool = std::move(labels);
    profile_.samples = std::move(samples);
    profile_.value_pool = std::move(values);
    say_so();
    return true;
  }

 private:
  /// State while a call stack is read, leaf first, inlined frames included.
  struct Reading {
    Found found;
    bool nameless = false;  // a frame without a name came before the table's
    bool vectors = false;
    std::optional<Part> vector_part;
    std::size_t common = 0;  // size of `commons`: frames just read that are the table's if it called them
    std::array<model::FunctionId, kMostCommon> commons{};
    std::optional<Cause> outermost_cause;
    std::optional<Cause> alone;     // cause if no function of the table called the outermost
    bool outermost_is_cxx = false;  // C++ with debug information, so functions inlined into it are known
  };

  Found look_at(std::size_t sample) {
    Reading reading;
    for (const model::LocationId id : profile_.stack(sample)) {
      const auto& lines = profile_.locations[id].lines;
      if (lines.empty() && !take_nameless(reading)) return finish(sample, reading);
      for (const model::Line& line : lines) {
        if (!take(line.function, reading)) return finish(sample, reading);
      }
    }
    return finish(sample, reading);
  }

  static bool take_nameless(Reading& reading) {
    reading.nameless = true;
    return reading.found.table == nullptr && reading.common == 0;
  }

  /// Returns false to stop reading: the frame is not the table's and does not lead to one.
  bool take(model::FunctionId function, Reading& reading) {
    const Role& role = roles_[function];
    Found& found = reading.found;
    const bool is_anchor = role.anchors && found.table == nullptr && reading.common > 0;
    if (role.owner == Owner::kTable || is_anchor) {
      if (found.table != nullptr && !is_same(*found.table, *role.table)) return false;
      if (found.table == nullptr) {
        if (reading.vectors && !role.table->in_vectors) return false;
        if (role.allocates_keys && reading.common == 0) return false;
        if (reading.vectors) {
          found.part = reading.vector_part;
          if (found.part == Part::kOverflow) found.cause = Cause::kOverflow;
        }
        for (std::size_t i = 0; i < reading.common; ++i) {
          const Role* common = common_of(reading.commons[i], role.table);
          if (common == nullptr) return false;
          add_facts(*common, found);
        }
      }
      if (found.table == nullptr) found.table = role.table;
      add_facts(role, found);
      reading.outermost_cause = role.cause;
      const bool is_described = profile_.functions[function].file != 0;
      reading.alone = is_described ? role.alone : std::nullopt;
      reading.outermost_is_cxx =
          is_described && profile_.str(profile_.functions[function].name).find("::") != std::string_view::npos;
      if (found.name == 0) name_by(function, found);
      return true;
    }
    if (found.table != nullptr) {
      const Role* common = common_of(function, found.table);
      if (common == nullptr) return false;
      add_facts(*common, found);
      reading.alone = common->alone;
      return true;
    }
    switch (role.owner) {
      case Owner::kAllocator:
        return reading.common == 0;
      case Owner::kVector:
        reading.vectors = true;
        if (role.part) reading.vector_part = role.part;
        return reading.common == 0;
      case Owner::kCommon:
        if (reading.common == reading.commons.size()) return false;
        reading.commons[reading.common++] = function;
        return true;
      case Owner::kNameless:
        return take_nameless(reading);
      default:
        return false;
    }
  }

  /// What a function of a common name is as one of `table`; nullptr if that has no such function.
  const Role* common_of(model::FunctionId function, const Implementation* table) const {
    const auto known = common_.find(function);
    if (known == common_.end()) return nullptr;
    for (const Role& role : known->second) {
      if (role.table == table) return &role;
    }
    return nullptr;
  }

  /// Whether frames of both may be of one table.
  static bool is_same(const Implementation& a, const Implementation& b) {
    return &a == &b || a.name == b.name || (!a.library.empty() && a.library == b.library);
  }

  /// Which cause says more of an array: growing is how a reserve() or a copy is done, and a copy reserves.
  static int weight_of(std::optional<Cause> cause) {
    if (cause == Cause::kCopy || cause == Cause::kShrink) return 2;
    return cause == Cause::kHint ? 1 : 0;
  }

  static void add_facts(const Role& role, Found& found) {
    if (!found.part) found.part = role.part;
    const bool is_array = found.part != Part::kNodes && found.part != Part::kOverflow;
    if (is_array && role.cause == Cause::kNode) return;  // the function also grows the array
    if (!found.cause || (is_array && weight_of(role.cause) > weight_of(found.cause))) found.cause = role.cause;
  }

  struct Type {
    bool is_known = false;  // the function's name has been parsed
    model::StringId name = 0;
    bool is_node = false;
  };

  void name_by(model::FunctionId function, Found& found) {
    Type& type = types_[function];
    if (!type.is_known) {
      type.is_known = true;
      const model::Function& named = profile_.functions[function];
      const std::string full = demangled(std::string(profile_.str(named.system_name)));
      const TableType read = table_type(full.find('<') == std::string::npos ? profile_.str(named.name) : full);
      const std::string_view mark = found.table->node_mark;
      type.is_node = !mark.empty() && read.policy.find(mark) != std::string::npos;
      std::string entry = read.entry;
      std::replace(entry.begin(), entry.end(), ',', ';');
      if (!entry.empty()) type.name = texts_.id(entry);
    }
    found.name = type.name;
    if (type.is_node) found.kind = found.table->node_kind;
  }

  Found finish(std::size_t sample, const Reading& reading) {
    Found found = reading.found;
    // Without a part, the block may be from other code that was inlined into the table's. A nameless frame that a
    // node-allocating function called may be such code, too.
    if (found.table == nullptr || !found.part || (reading.nameless && found.part == Part::kNodes)) return {};
    if (found.kind == Kind::kUnknown) found.kind = found.table->kind;
    // No table function called the one that grows: it was the tail call of a reserve(). An insertion continues after
    // growing, so it would be on the stack.
    const bool is_array = found.part == Part::kBuckets || found.part == Part::kOther;
    if (reading.outermost_cause == Cause::kRehash && reading.outermost_is_cxx && is_array) {
      found.cause = Cause::kHint;
    }
    if (is_array && weight_of(reading.alone) > weight_of(found.cause)) found.cause = reading.alone;
    if (found.part == Part::kBuckets && found.kind == Kind::kStdNode && found.cause == Cause::kRehash &&
        bytes_of(sample) == std::int64_t{StdNodeArrays::bytes(StdNodeArrays{}.first_slots())}) {
      found.cause = Cause::kFirstInsert;
    }
    if (found.name == 0) found.name = texts_.id(found.table->name);
    return found;
  }

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

  /// Adds labels to `sample`, whose own labels are the last ones in `pool`.
  void add_labels(std::size_t sample, const Found& found, std::vector<model::Label>& pool) {
    const bool is_table = found.table != nullptr;
    const std::int64_t bytes = bytes_of(sample);
    const std::size_t first = pool.size() - profile_.samples[sample].label_count;
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
    const bool of_pointers = found.kind == Kind::kStdNode || found.kind == Kind::kLibcxxNode;
    if (of_pointers && found.part == Part::kBuckets && bytes > 0) {
      const auto slots = static_cast<std::int64_t>(StdNodeArrays::slots(static_cast<std::uint64_t>(bytes)));
      if (slots > 0) number(model::kLabelSlots, slots, model::kUnitEntries);
    }
    model::sort_labels(profile_, std::span(pool).subspan(first));
  }

  void leave_out(std::size_t sample) {
    for (std::size_t i = 0; i < model::kSampleTypeCount; ++i) {
      add_saturated(left_out_[i], value(sample, static_cast<model::SampleType>(i)));
    }
  }

  void say_so() {
    const model::StringId comment = texts_.id(model::write_classified(left_out_));
    auto& comments = profile_.comments;
    if (std::find(comments.begin(), comments.end(), comment) == comments.end()) comments.push_back(comment);
  }

  model::Profile& profile_;
  Unclassified unclassified_;
  Texts texts_;
  std::vector<Role> roles_;                                          // by function
  std::unordered_map<model::FunctionId, std::vector<Role>> common_;  // functions of common names
  std::vector<Type> types_;                                          // by function
  std::array<std::optional<std::size_t>, model::kSampleTypeCount> columns_;
  model::LeftOut left_out_{};
};

/// Adds the label keys: sort_labels() needs them in the profile, but Texts appends new strings only at the end.
void add_keys(std::vector<std::string>& strings) {
  for (const std::string_view key : {model::kLabelTable, model::kLabelKind, model::kLabelPart, model::kLabelCause,
                                     model::kLabelBytes, model::kLabelSlots}) {
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
