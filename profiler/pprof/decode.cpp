// SPDX-License-Identifier: Apache-2.0
//
// Converts profile.proto to model::Profile. Strings may come at the end of the file and ids in any order, so the file
// is read once for each table: strings and header, mappings, functions, locations, samples. A budget of model bytes
// bounds the memory that a small input can demand. Damage never leaves this file as an exception: decode() returns it
// as a Result.
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "profiler/model/labels.h"
#include "profiler/pprof/gzip.h"
#include "profiler/pprof/id_table.h"
#include "profiler/pprof/pprof.h"
#include "profiler/pprof/proto_elements.h"
#include "profiler/pprof/proto_fields.h"
#include "profiler/pprof/proto_reader.h"

namespace bucketprof::pprof {
namespace {

using protozero::data_view;

class Decoder {
 public:
  Decoder(std::string_view bytes, std::uint64_t max_bytes) : bytes_(bytes), limit_(max_bytes), budget_(max_bytes) {
    p_.strings.clear();  // the file has its own string 0
  }

  model::Profile run() && {
    read_header();
    if (p_.strings.empty()) damaged("this is not a pprof profile: it has no string table");
    if (!p_.strings[0].empty()) damaged("string 0 is not empty");
    resolve_header();
    IdTable mappings(mapping_count_);
    each(field::Profile::kMapping, [&](data_view v, std::uint64_t n) { read_mapping(v, n, mappings); });
    IdTable functions(function_count_);
    each(field::Profile::kFunction, [&](data_view v, std::uint64_t n) { read_function(v, n, functions); });
    IdTable locations(location_count_);
    each(field::Profile::kLocation,
         [&](data_view v, std::uint64_t n) { read_location(v, n, mappings, functions, locations); });
    each(field::Profile::kSample, [&](data_view v, std::uint64_t n) { read_sample(v, n, locations); });
    return std::move(p_);
  }

 private:
  using Top = Message<field::Profile>;

  void spend(std::uint64_t bytes) {
    if (bytes > budget_) damaged("the profile needs more than the limit of {} bytes of memory", limit_);
    budget_ -= bytes;
  }

  template <class Read>
  void each(field::Profile wanted, Read&& read) {
    Top top({bytes_.data(), bytes_.size()}, "the profile");
    for (std::uint64_t number = 1; top.next();) {
      if (top.tag() == wanted) {
        read(top.bytes(), number++);
      } else {
        top.skip();
      }
    }
  }

  /// The first pass sees every top-level field, so only it can distinguish a file of another format from a truncated
  /// one.
  void read_header() {
    Top top({bytes_.data(), bytes_.size()}, "the profile");
    std::size_t at = 0;
    try {
      while (at = bytes_.size() - top.bytes_left(), top.next()) read_header_field(top);
    } catch (const Damage&) {
      if (p_.strings.empty() && types_.empty()) damaged("this is not a pprof profile: no field of one at byte {}", at);
      throw;
    }
  }

  void read_header_field(Top& top) {
    using enum field::Profile;
    switch (top.tag()) {
      case kSampleType:
        types_.push_back(read_type(top.bytes(), "sample type", types_.size() + 1));
        break;
      case kPeriodType:
        period_type_ = read_type(top.bytes(), "the period type");
        break;
      case kString: {
        const data_view text = top.bytes();
        spend(sizeof(std::string) + text.size());
        p_.strings.emplace_back(text.data(), text.size());
        break;
      }
      case kDropFrames:
        drop_frames_ = top.varint();
        break;
      case kKeepFrames:
        keep_frames_ = top.varint();
        break;
      case kTimeNanos: {
        if (p_.time_nanos != 0)
          damaged("the time is set twice: these are several profiles in one file; merge them instead");
        p_.time_nanos = static_cast<std::int64_t>(top.varint());
        break;
      }
      case kDurationNanos:
        p_.duration_nanos = static_cast<std::int64_t>(top.varint());
        break;
      case kPeriod:
        p_.period = static_cast<std::int64_t>(top.varint());
        break;
      case kComment:
        top.varints([this](std::uint64_t v) {
          spend(sizeof v);
          comments_.push_back(v);
        });
        break;
      case kDefaultSampleType:
        default_type_ = top.varint();
        break;
      case kMapping:
        count(top, mapping_count_, sizeof(model::Mapping));
        break;
      case kFunction:
        count(top, function_count_, sizeof(model::Function));
        break;
      case kLocation:
        count(top, location_count_, sizeof(model::Location));
        break;
      case kSample:
        count(top, sample_count_, sizeof(model::Sample));
        break;
      default:
        top.skip();
    }
  }

  void count(Top& top, std::size_t& counter, std::size_t element_bytes) {
    spend(element_bytes + sizeof(std::uint32_t));  // and its slot in the id table
    top.bytes();
    ++counter;
  }

  RawType read_type(data_view bytes, const char* name, std::uint64_t number = 0) {
    spend(sizeof(RawType));
    return parse_type(bytes, name, number);
  }

  [[nodiscard]] StringTable strings() const { return {p_.strings.size()}; }

  void resolve_header() {
    const Top header({}, "the header");
    const auto string = [&](std::uint64_t index) { return strings().id(index, header); };
    const auto type = [&](const RawType& raw) { return model::ValueType{string(raw.type), string(raw.unit)}; };
    for (const RawType& raw : types_) p_.sample_types.push_back(type(raw));
    p_.period_type = type(period_type_);
    p_.drop_frames = string(drop_frames_);
    p_.keep_frames = string(keep_frames_);
    p_.default_sample_type = string(default_type_);
    for (const std::uint64_t comment : comments_) p_.comments.push_back(string(comment));
    p_.mappings.reserve(mapping_count_);
    p_.functions.reserve(function_count_);
    p_.locations.reserve(location_count_);
    p_.samples.reserve(sample_count_);
    if (types_.empty() && sample_count_ != 0) damaged("there are samples, but no sample types");
  }

  template <class Field>
  static void remember(IdTable& ids, std::uint64_t id, std::size_t index, const Message<Field>& m) {
    if (id == 0) damaged("{} has the id 0, which is reserved", m.where());
    if (!ids.add(id, static_cast<std::uint32_t>(index))) damaged("{} has the id {}, which is taken", m.where(), id);
  }

  void read_mapping(data_view bytes, std::uint64_t number, IdTable& ids) {
    Message<field::Mapping> m(bytes, "mapping", number);
    const Identified<model::Mapping> mapping = parse_mapping(m, strings());
    remember(ids, mapping.id, p_.mappings.size(), m);
    p_.mappings.push_back(mapping.value);
  }

  void read_function(data_view bytes, std::uint64_t number, IdTable& ids) {
    Message<field::Function> m(bytes, "function", number);
    const Identified<model::Function> function = parse_function(m, strings());
    remember(ids, function.id, p_.functions.size(), m);
    p_.functions.push_back(function.value);
  }

  void read_location(data_view bytes, std::uint64_t number, const IdTable& mappings, const IdTable& functions,
                     IdTable& ids) {
    using enum field::Location;
    Message<field::Location> m(bytes, "location", number);
    std::uint64_t id = 0;
    std::uint64_t mapping = 0;
    model::Location location;
    while (m.next()) {
      switch (m.tag()) {
        case kId:
          id = m.varint();
          break;
        case kMappingId:
          mapping = m.varint();
          break;
        case kAddress:
          location.address = m.varint();
          break;
        case kLine:
          spend(sizeof(model::Line));
          location.lines.push_back(read_line(m.bytes(), number, functions));
          break;
        case kIsFolded:
          location.is_folded = m.varint() != 0;
          break;
        default:
          m.skip();
      }
    }
    if (mapping != 0) {
      location.mapping = mappings.find(mapping);
      if (location.mapping == model::kNone) damaged("{} is in mapping {}, which is not there", m.where(), mapping);
    }
    remember(ids, id, p_.locations.size(), m);
    p_.locations.push_back(std::move(location));
  }

  static model::Line read_line(data_view bytes, std::uint64_t number, const IdTable& functions) {
    Message<field::Line> m(bytes, "a line of location", number);
    const Identified<model::Line> line = parse_line(m);
    const model::FunctionId function = functions.find(line.id);
    if (function == model::kNone) damaged("{} is in function {}, which is not there", m.where(), line.id);
    return {function, line.value.line};
  }

  void read_sample(data_view bytes, std::uint64_t number, const IdTable& locations) {
    using enum field::Sample;
    Message<field::Sample> m(bytes, "sample", number);
    model::Sample sample{p_.frame_pool.size(), p_.label_pool.size(), 0, 0};
    std::size_t values = 0;
    while (m.next()) {
      switch (m.tag()) {
        case kLocation:
          m.varints([&](std::uint64_t id) {
            const model::LocationId location = locations.find(id);
            if (location == model::kNone) damaged("{} is at location {}, which is not there", m.where(), id);
            spend(sizeof location);
            p_.frame_pool.push_back(location);
          });
          break;
        case kValue:
          m.varints([&](std::uint64_t value) {
            spend(sizeof value);
            p_.value_pool.push_back(static_cast<std::int64_t>(value));
            ++values;
          });
          break;
        case kLabel:
          spend(sizeof(model::Label));
          p_.label_pool.push_back(parse_label(m.bytes(), number, strings()));
          break;
        default:
          m.skip();
      }
    }
    if (values != types_.size()) damaged("{} has {} values for {} sample types", m.where(), values, types_.size());
    sample.frame_count = static_cast<std::uint32_t>(p_.frame_pool.size() - sample.first_frame);
    sample.label_count = static_cast<std::uint32_t>(p_.label_pool.size() - sample.first_label);
    model::sort_labels(p_, std::span(p_.label_pool).subspan(sample.first_label));
    p_.samples.push_back(sample);
  }

  std::string_view bytes_;
  std::uint64_t limit_;
  std::uint64_t budget_;  // model bytes that may still be used

  // Header fields whose strings are not known until the first pass is over.
  std::vector<RawType> types_;
  RawType period_type_;
  std::vector<std::uint64_t> comments_;
  std::uint64_t drop_frames_ = 0;
  std::uint64_t keep_frames_ = 0;
  std::uint64_t default_type_ = 0;
  std::size_t mapping_count_ = 0;
  std::size_t function_count_ = 0;
  std::size_t location_count_ = 0;
  std::size_t sample_count_ = 0;

  model::Profile p_;
};

Result<model::Profile> decode_plain(std::string_view bytes, std::uint64_t max_bytes) {
  if (bytes.size() > max_bytes)
    return Error{fmt::format("the profile is larger than the limit of {} bytes", max_bytes)};
  if (bytes.empty()) return Error{"the profile is empty"};
  try {
    return Decoder(bytes, max_bytes).run();
  } catch (const Damage& damage) {
    return Error{damage.message};
  }
}

}  // namespace

Result<model::Profile> decode(std::string_view bytes, std::uint64_t max_bytes) {
  if (bytes.empty()) return Error{"the file is empty"};
  try {
    if (!is_gzip(bytes)) return decode_plain(bytes, max_bytes);
    const Result<std::string> plain = gunzip(bytes, max_bytes);
    return plain ? decode_plain(*plain, max_bytes) : Result<model::Profile>(Error{plain.error()});
  } catch (const std::bad_alloc&) {
    return Error{"there is not enough memory to read the profile"};
  }
}

}  // namespace bucketprof::pprof
