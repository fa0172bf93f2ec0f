// SPDX-License-Identifier: Apache-2.0
//
// One function for each small message of profile.proto, from bytes to a plain struct. String indexes are checked here;
// ids are passed on unchecked. Only the decoder includes this file.
#pragma once

#include <cstddef>
#include <cstdint>

#include "profiler/model/profile.h"
#include "profiler/pprof/proto_fields.h"
#include "profiler/pprof/proto_reader.h"

namespace bucketprof::pprof {

/// Converts string indexes of the file to ids of the model; throws Damage if one is out of range.
struct StringTable {
  std::size_t size = 0;

  template <class Field>
  [[nodiscard]] model::StringId id(std::uint64_t index, const Message<Field>& in) const {
    if (index >= size) {
      damaged("{} has the bad string index {}: the table has {}", in.where(), static_cast<std::int64_t>(index), size);
    }
    return static_cast<model::StringId>(index);
  }
};

/// An element with its id in the file (for a line, its function's id).
template <class T>
struct Identified {
  std::uint64_t id = 0;
  T value{};
};

/// A value type whose strings are not known yet.
struct RawType {
  std::uint64_t type = 0;
  std::uint64_t unit = 0;
};

inline RawType parse_type(protozero::data_view bytes, const char* name, std::uint64_t number) {
  Message<field::ValueType> m(bytes, name, number);
  RawType type;
  while (m.next()) {
    switch (m.tag()) {
      case field::ValueType::kType:
        type.type = m.varint();
        break;
      case field::ValueType::kUnit:
        type.unit = m.varint();
        break;
      default:
        m.skip();
    }
  }
  return type;
}

inline Identified<model::Mapping> parse_mapping(Message<field::Mapping>& m, const StringTable& strings) {
  using enum field::Mapping;
  Identified<model::Mapping> mapping;
  while (m.next()) {
    switch (m.tag()) {
      case kId:
        mapping.id = m.varint();
        break;
      case kStart:
        mapping.value.start = m.varint();
        break;
      case kLimit:
        mapping.value.limit = m.varint();
        break;
      case kOffset:
        mapping.value.offset = m.varint();
        break;
      case kFile:
        mapping.value.file = strings.id(m.varint(), m);
        break;
      case kBuildId:
        mapping.value.build_id = strings.id(m.varint(), m);
        break;
      case kHasFunctions:
        mapping.value.has_functions = m.varint() != 0;
        break;
      case kHasFilenames:
        mapping.value.has_filenames = m.varint() != 0;
        break;
      case kHasLineNumbers:
        mapping.value.has_line_numbers = m.varint() != 0;
        break;
      case kHasInlineFrames:
        mapping.value.has_inline_frames = m.varint() != 0;
        break;
      default:
        m.skip();
    }
  }
  return mapping;
}

inline Identified<model::Function> parse_function(Message<field::Function>& m, const StringTable& strings) {
  using enum field::Function;
  Identified<model::Function> function;
  while (m.next()) {
    switch (m.tag()) {
      case kId:
        function.id = m.varint();
        break;
      case kName:
        function.value.name = strings.id(m.varint(), m);
        break;
      case kSystemName:
        function.value.system_name = strings.id(m.varint(), m);
        break;
      case kFile:
        function.value.file = strings.id(m.varint(), m);
        break;
      case kStartLine:
        function.value.start_line = static_cast<std::int64_t>(m.varint());
        break;
      default:
        m.skip();
    }
  }
  return function;
}

inline Identified<model::Line> parse_line(Message<field::Line>& m) {
  Identified<model::Line> line;
  while (m.next()) {
    switch (m.tag()) {
      case field::Line::kFunctionId:
        line.id = m.varint();
        break;
      case field::Line::kLine:
        line.value.line = static_cast<std::int64_t>(m.varint());
        break;
      default:
        m.skip();
    }
  }
  return line;
}

/// A label with a text and a number is a string label, as in pprof. A label with neither becomes the number 0.
inline model::Label parse_label(protozero::data_view bytes, std::uint64_t number, const StringTable& strings) {
  using enum field::Label;
  Message<field::Label> m(bytes, "a label of sample", number);
  model::Label label;
  while (m.next()) {
    switch (m.tag()) {
      case kKey:
        label.key = strings.id(m.varint(), m);
        break;
      case kStr:
        label.str = strings.id(m.varint(), m);
        break;
      case kNum:
        label.num = static_cast<std::int64_t>(m.varint());
        break;
      case kNumUnit:
        label.unit = strings.id(m.varint(), m);
        break;
      default:
        m.skip();
    }
  }
  label.is_number = label.str == 0;
  if (!label.is_number) {
    label.num = 0;
    label.unit = 0;
  }
  return label;
}

}  // namespace bucketprof::pprof
