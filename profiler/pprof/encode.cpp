// SPDX-License-Identifier: Apache-2.0
//
// Converts model::Profile to gzip-compressed profile.proto. One message at a time goes through a small buffer into
// zlib, so that memory stays at the compressed size. Ids are index + 1, and elements are written in the order of their
// tables.
#include <protozero/pbf_builder.hpp>

#include "profiler/pprof/gzip.h"
#include "profiler/pprof/pprof.h"
#include "profiler/pprof/proto_fields.h"

namespace bucketprof::pprof {
namespace {

constexpr std::size_t kFlushAt = std::size_t{16} << 10;

using model::Profile;

/// proto3 omits fields that are 0.
template <class Field>
void add(protozero::pbf_builder<Field>& message, Field tag, std::uint64_t value) {
  if (value != 0) message.add_uint64(tag, value);
}
template <class Field>
void add_signed(protozero::pbf_builder<Field>& message, Field tag, std::int64_t value) {
  if (value != 0) message.add_int64(tag, value);
}
template <class Field>
void add_flag(protozero::pbf_builder<Field>& message, Field tag, bool value) {
  if (value) message.add_bool(tag, value);
}

class Encoder {
 public:
  explicit Encoder(const Profile& profile) : p_(profile) { buffer_.reserve(kFlushAt + kFlushAt / 4); }

  std::string run() && {
    for (const model::ValueType& type : p_.sample_types) value_type(field::Profile::kSampleType, type);
    for (std::size_t i = 0; i < p_.samples.size(); ++i) sample(i);
    for (std::size_t i = 0; i < p_.mappings.size(); ++i) mapping(p_.mappings[i], i + 1);
    for (std::size_t i = 0; i < p_.locations.size(); ++i) location(p_.locations[i], i + 1);
    for (std::size_t i = 0; i < p_.functions.size(); ++i) function(p_.functions[i], i + 1);
    for (const std::string& text : p_.strings) {
      top_.add_string(field::Profile::kString, text);
      flush_if_full();
    }
    header();
    gzip_.append(buffer_);
    return std::move(gzip_).finish();
  }

 private:
  void flush_if_full() {
    if (buffer_.size() < kFlushAt) return;
    gzip_.append(buffer_);
    buffer_.clear();
  }

  /// Builds the message in a buffer of its own, so that its length is known before it is written.
  template <class Field, class Fill>
  void message(field::Profile tag, Fill&& fill) {
    message_.clear();
    protozero::pbf_builder<Field> builder(message_);
    fill(builder);
    top_.add_message(tag, message_);
    flush_if_full();
  }

  void value_type(field::Profile tag, const model::ValueType& type) {
    message<field::ValueType>(tag, [&](auto& m) {
      add(m, field::ValueType::kType, type.type);
      add(m, field::ValueType::kUnit, type.unit);
    });
  }

  void sample(std::size_t i) {
    message<field::Sample>(field::Profile::kSample, [&](auto& m) {
      ids_.clear();
      for (const model::LocationId id : p_.stack(i)) ids_.push_back(std::uint64_t{id} + 1);
      const auto values = p_.values(i);
      m.add_packed_uint64(field::Sample::kLocation, ids_.begin(), ids_.end());
      m.add_packed_int64(field::Sample::kValue, values.begin(), values.end());
      for (const model::Label& l : p_.labels(i)) {
        inner_.clear();
        protozero::pbf_builder<field::Label> label(inner_);
        add(label, field::Label::kKey, l.key);
        if (l.is_number) {
          add_signed(label, field::Label::kNum, l.num);
          add(label, field::Label::kNumUnit, l.unit);
        } else {
          add(label, field::Label::kStr, l.str);
        }
        m.add_message(field::Sample::kLabel, inner_);
      }
    });
  }

  void mapping(const model::Mapping& mapping, std::uint64_t id) {
    message<field::Mapping>(field::Profile::kMapping, [&](auto& m) {
      add(m, field::Mapping::kId, id);
      add(m, field::Mapping::kStart, mapping.start);
      add(m, field::Mapping::kLimit, mapping.limit);
      add(m, field::Mapping::kOffset, mapping.offset);
      add(m, field::Mapping::kFile, mapping.file);
      add(m, field::Mapping::kBuildId, mapping.build_id);
      add_flag(m, field::Mapping::kHasFunctions, mapping.has_functions);
      add_flag(m, field::Mapping::kHasFilenames, mapping.has_filenames);
      add_flag(m, field::Mapping::kHasLineNumbers, mapping.has_line_numbers);
      add_flag(m, field::Mapping::kHasInlineFrames, mapping.has_inline_frames);
    });
  }

  void location(const model::Location& location, std::uint64_t id) {
    message<field::Location>(field::Profile::kLocation, [&](auto& m) {
      add(m, field::Location::kId, id);
      if (location.mapping != model::kNone) add(m, field::Location::kMappingId, std::uint64_t{location.mapping} + 1);
      add(m, field::Location::kAddress, location.address);
      for (const model::Line& line : location.lines) {
        inner_.clear();
        protozero::pbf_builder<field::Line> builder(inner_);
        add(builder, field::Line::kFunctionId, std::uint64_t{line.function} + 1);
        add_signed(builder, field::Line::kLine, line.line);
        m.add_message(field::Location::kLine, inner_);
      }
      add_flag(m, field::Location::kIsFolded, location.is_folded);
    });
  }

  void function(const model::Function& function, std::uint64_t id) {
    message<field::Function>(field::Profile::kFunction, [&](auto& m) {
      add(m, field::Function::kId, id);
      add(m, field::Function::kName, function.name);
      add(m, field::Function::kSystemName, function.system_name);
      add(m, field::Function::kFile, function.file);
      add_signed(m, field::Function::kStartLine, function.start_line);
    });
  }

  void header() {
    add(top_, field::Profile::kDropFrames, p_.drop_frames);
    add(top_, field::Profile::kKeepFrames, p_.keep_frames);
    add_signed(top_, field::Profile::kTimeNanos, p_.time_nanos);
    add_signed(top_, field::Profile::kDurationNanos, p_.duration_nanos);
    if (p_.period_type.type != 0 || p_.period_type.unit != 0) value_type(field::Profile::kPeriodType, p_.period_type);
    add_signed(top_, field::Profile::kPeriod, p_.period);
    top_.add_packed_int64(field::Profile::kComment, p_.comments.begin(), p_.comments.end());
    add(top_, field::Profile::kDefaultSampleType, p_.default_sample_type);
  }

  const Profile& p_;
  GzipWriter gzip_;
  std::string buffer_;   // top-level fields not yet compressed
  std::string message_;  // the message being filled
  std::string inner_;    // a message nested in it
  std::vector<std::uint64_t> ids_;
  protozero::pbf_builder<field::Profile> top_{buffer_};
};

}  // namespace

std::string encode(const model::Profile& profile) { return Encoder(profile).run(); }

}  // namespace bucketprof::pprof
