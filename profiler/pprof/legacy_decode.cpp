// SPDX-License-Identifier: Apache-2.0
//
// Reads the legacy heap text line by line with from_chars. No line is trusted.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "profiler/base/statistics.h"
#include "profiler/model/builder.h"
#include "profiler/model/module.h"
#include "profiler/model/schema.h"
#include "profiler/pprof/legacy.h"

namespace bucketprof::pprof {
namespace {

constexpr std::string_view kHeader = "heap profile:";
constexpr std::string_view kSpace = " \t\r";
constexpr std::size_t kMaxBytes = std::size_t{256} << 20;

/// Reads a line from left to right. A step that does not match returns false and skips white space only.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool literal(std::string_view text) {
    skip_space();
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  template <class T>
  bool number(T& value, int base = 10) {
    skip_space();
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, base);
    if (error != std::errc{}) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }
  std::string_view word() {
    skip_space();
    const std::string_view word = rest_.substr(0, rest_.find_first_of(kSpace));
    rest_.remove_prefix(word.size());
    return word;
  }
  std::string_view rest() {
    skip_space();
    const std::size_t last = rest_.find_last_not_of(kSpace);
    return rest_.substr(0, last == std::string_view::npos ? 0 : last + 1);
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size())); }

  std::string_view rest_;
};

struct Counts {
  std::int64_t inuse_objects = 0;
  std::int64_t inuse_bytes = 0;
  std::int64_t alloc_objects = 0;
  std::int64_t alloc_bytes = 0;
};

/// "5: 40000 [10: 55000] @"
bool read_counts(Cursor& in, Counts& c) {
  return in.number(c.inuse_objects) && in.literal(":") && in.number(c.inuse_bytes) && in.literal("[") &&
         in.number(c.alloc_objects) && in.literal(":") && in.number(c.alloc_bytes) && in.literal("]") &&
         in.literal("@");
}

/// Scales both values by the inverse of 1 - exp(-s / period), the probability that a block of mean size s is sampled.
/// False if a result does not fit into 64 bits.
bool unsample(std::int64_t& objects, std::int64_t& bytes, std::int64_t period) {
  if (period <= 1 || objects == 0) return true;
  const double mean = static_cast<double>(bytes) / static_cast<double>(objects);
  const double scale = 1 / sampling_probability(mean, static_cast<double>(period));
  const auto scaled = [scale](std::int64_t& value) {
    const double result = static_cast<double>(value) * scale;
    if (!(result < 0x1p63)) return false;
    value = static_cast<std::int64_t>(result);
    return true;
  };
  return bytes == 0 || (scaled(objects) && scaled(bytes));
}

model::Profile empty_profile(std::int64_t period) {
  model::Builder strings{model::Profile{}};
  for (std::size_t i = model::kAllocObjects; i <= model::kInuseSpace; ++i) {
    const model::StringId type = strings.string(model::kSampleTypes[i].type);
    strings.header().sample_types.push_back({type, strings.string(model::kSampleTypes[i].unit)});
  }
  strings.header().default_sample_type = strings.string(model::kDefaultSampleType);
  strings.header().period_type.type = strings.string(model::kPeriodType.type);
  strings.header().period_type.unit = strings.string(model::kPeriodType.unit);
  strings.header().period = period;
  return std::move(strings).finish();
}

/// The sampling period, from "heapprofile" (1) or for example "heap_v2/524288".
Result<std::int64_t> read_kind(std::string_view kind) {
  if (kind == "heapprofile") return 1;
  for (const std::string_view sampled : {"heap_v2/", "heapz_v2/"}) {
    if (!kind.starts_with(sampled)) continue;
    std::int64_t period = 0;
    Cursor in(kind.substr(sampled.size()));
    if (in.number(period) && period > 0 && in.rest().empty()) return period;
  }
  return Error{fmt::format("line 1: the kind of heap profile '{}' is not known: heapprofile and heap_v2/N are", kind)};
}

class LegacyDecoder {
 public:
  LegacyDecoder(std::string_view text, std::int64_t period)
      : text_(text), period_(period), builder_(empty_profile(period)) {}

  Result<model::Profile> run() {
    // Two passes over the lines, because the maps come last but locations need them.
    each_line([this](std::string_view line, std::size_t, bool in_maps) {
      if (in_maps) read_map(line);
    });
    add_mappings();
    Status status = ok_status();
    each_line([&](std::string_view line, std::size_t number, bool in_maps) {
      if (!in_maps && status) status = read_stack(line, number);
    });
    if (!status) return Error{status.error()};
    return std::move(builder_).finish();
  }

 private:
  template <class Take>
  void each_line(Take&& take) const {
    bool in_maps = false;
    std::string_view text = text_;
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = Cursor(text.substr(0, end)).rest();
      text.remove_prefix(std::min(end + 1, text.size()));
      if (number == 1 || line.empty()) continue;
      if (line == "MAPPED_LIBRARIES:" || line == "--- Memory map: ---") {
        in_maps = true;
      } else {
        take(line, number, in_maps);
      }
    }
  }

  /// Takes "start-limit r-xp offset dev inode path"; other lines are no executable mappings and are ignored.
  void read_map(std::string_view line) {
    Cursor in(line);
    model::Mapping m;
    if (!in.number(m.start, 16) || !in.literal("-") || !in.number(m.limit, 16) || m.start >= m.limit) return;
    if (in.word().find('x') == std::string_view::npos || !in.number(m.offset, 16)) return;
    in.word();  // device
    in.word();  // inode
    m.file = builder_.string(in.rest());
    maps_.push_back(m);
  }

  void add_mappings() {
    const auto main = std::ranges::find_if(
        maps_, [this](const model::Mapping& m) { return m.file != 0 && !model::is_side_module(file(m)); });
    if (main != maps_.end()) std::rotate(maps_.begin(), main, main + 1);
    for (const model::Mapping& m : maps_) by_start_.emplace_back(m, builder_.mapping(m));
    std::ranges::sort(by_start_, {}, [](const auto& m) { return m.first.start; });
  }

  std::string_view file(const model::Mapping& m) { return builder_.header().str(m.file); }

  Status read_stack(std::string_view text, std::size_t number) {
    Cursor in(text);
    Counts c;
    if (!read_counts(in, c)) {
      return Error{fmt::format("line {}: not of the form 'objects: bytes [objects: bytes] @ addresses'", number)};
    }
    if (std::min({c.inuse_objects, c.inuse_bytes, c.alloc_objects, c.alloc_bytes}) < 0) {
      return Error{fmt::format("line {}: a count is negative", number)};
    }
    if ((c.inuse_objects == 0 && c.inuse_bytes != 0) || (c.alloc_objects == 0 && c.alloc_bytes != 0)) {
      return Error{fmt::format("line {}: bytes without objects", number)};
    }
    if (!unsample(c.inuse_objects, c.inuse_bytes, period_) || !unsample(c.alloc_objects, c.alloc_bytes, period_)) {
      return Error{fmt::format("line {}: a count is too large", number)};
    }
    addresses_.clear();
    while (!in.rest().empty()) {
      std::uint64_t address = 0;
      if (!in.literal("0x") || !in.number(address, 16)) {
        return Error{fmt::format("line {}: '{}' is not an address", number, in.word())};
      }
      addresses_.push_back(address);
    }
    if (addresses_ == std::vector<std::uint64_t>{1}) addresses_.clear();  // how encode_legacy() writes an empty stack
    stack_.clear();
    for (const std::uint64_t address : addresses_) stack_.push_back(locate(address == 0 ? 0 : address - 1));
    builder_.sample(stack_, {}, std::array{c.alloc_objects, c.alloc_bytes, c.inuse_objects, c.inuse_bytes});
    return ok_status();
  }

  model::LocationId locate(std::uint64_t address) {
    model::Location location;
    location.address = address;
    const auto above = std::ranges::upper_bound(by_start_, address, {}, [](const auto& m) { return m.first.start; });
    if (above != by_start_.begin() && address < std::prev(above)->first.limit) {
      location.mapping = std::prev(above)->second;
    }
    return builder_.location(std::move(location));
  }

  std::string_view text_;
  std::int64_t period_;
  model::Builder builder_;
  std::vector<model::Mapping> maps_;
  std::vector<std::pair<model::Mapping, model::MappingId>> by_start_;
  std::vector<std::uint64_t> addresses_;  // of one line
  std::vector<model::LocationId> stack_;
};

}  // namespace

bool is_legacy_heap(std::string_view bytes) { return bytes.starts_with(kHeader); }

Result<model::Profile> decode_legacy(std::string_view bytes) {
  if (bytes.size() > kMaxBytes) return Error{fmt::format("the heap profile is larger than {} bytes", kMaxBytes)};
  Cursor in(bytes.substr(0, bytes.find('\n')));
  Counts totals;
  if (!in.literal(kHeader) || !read_counts(in, totals)) {
    return Error{"line 1: not of the form 'heap profile: objects: bytes [objects: bytes] @ heapprofile'"};
  }
  const Result<std::int64_t> period = read_kind(in.rest());
  if (!period) return Error{period.error()};
  return LegacyDecoder(bytes, *period).run();
}

}  // namespace bucketprof::pprof
