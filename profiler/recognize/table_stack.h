// SPDX-License-Identifier: Apache-2.0
//
// Which table's block a call stack shows: the frames of one known table below those of allocators.
// docs/implementations.md has the rules. Thread-compatible. The profile and the texts must outlive the reader.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "hashmap/part.h"
#include "profiler/model/profile.h"
#include "profiler/recognize/implementations.h"
#include "profiler/recognize/roles.h"
#include "profiler/recognize/texts.h"
#include "profiler/tables/kind.h"

namespace bucketprof::recognize {

/// What a block is, according to its call stack; without a table, nothing.
struct StackTable {
  const Implementation* table = nullptr;
  tables::Kind kind = tables::Kind::kUnknown;
  std::optional<hashmap::Part> part;
  std::optional<hashmap::Cause> cause;
  model::StringId name = 0;
};

class StackReader {
 public:
  StackReader(const model::Profile& profile, Texts& texts)
      : profile_(profile), texts_(texts), roles_(profile), types_(profile.functions.size()) {}

  /// `bytes`: of each block; 0 if that is not known.
  [[nodiscard]] StackTable read(std::size_t sample, std::int64_t bytes);

  /// Whether the code that allocated has no names that could show a table: neither its own, nor, without debug
  /// information, those of what was inlined into it.
  [[nodiscard]] bool is_unnamed(std::size_t sample) const;

 private:
  static constexpr std::size_t kMostCommon = 8;  // frames of common names below a table's

  /// State while a call stack is read, leaf first, inlined frames included.
  struct Reading {
    StackTable found;
    bool is_part = false;   // the table is one of several that another consists of
    bool nameless = false;  // a frame without a name came before the table's
    bool vectors = false;
    std::optional<hashmap::Part> vector_part;
    std::size_t common = 0;  // size of `commons`: frames just read that are the table's if it called them
    std::array<model::FunctionId, kMostCommon> commons{};
    std::optional<hashmap::Cause> outermost_cause;
    std::optional<hashmap::Cause> alone;  // cause if no function of the table called the outermost
    bool outermost_is_cxx = false;        // C++ with debug information, so functions inlined into it are known
  };

  struct Type {
    bool is_known = false;  // the function's name has been parsed
    model::StringId name = 0;
    bool is_node = false;
  };

  [[nodiscard]] static bool take_nameless(Reading& reading);
  bool take(model::FunctionId function, Reading& reading);
  void name_by(model::FunctionId function, StackTable& found);
  StackTable finish(const Reading& reading, std::int64_t bytes);

  const model::Profile& profile_;
  Texts& texts_;
  Roles roles_;
  std::vector<Type> types_;  // by function
};

}  // namespace bucketprof::recognize
