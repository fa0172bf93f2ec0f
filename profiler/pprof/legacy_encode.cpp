// SPDX-License-Identifier: Apache-2.0
//
// Writes the legacy heap text. Addresses are converted back to return addresses, which its readers expect and correct.
#include <array>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "profiler/model/schema.h"
#include "profiler/pprof/legacy.h"

namespace bucketprof::pprof {
namespace {

using Values = std::array<std::int64_t, 4>;  // alloc objects, alloc bytes, in-use objects, in-use bytes

/// The indexes of the four types among the profile's own.
Result<std::array<std::size_t, 4>> find_types(const model::Profile& p) {
  std::array<std::size_t, 4> found{};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string_view name = model::kSampleTypes[i].type;
    for (found[i] = 0; found[i] < p.sample_types.size(); ++found[i]) {
      if (p.str(p.sample_types[found[i]].type) == name) break;
    }
    if (found[i] == p.sample_types.size()) {
      return Error{fmt::format("legacy text needs the sample type {}, which the profile does not have", name)};
    }
  }
  return found;
}

}  // namespace

Result<std::string> encode_legacy(const model::Profile& p) {
  const auto types = find_types(p);
  if (!types) return Error{types.error()};

  // Ordered by the stacks' addresses, so that samples that differ only in labels are added up, and equal profiles give
  // equal text.
  std::map<std::vector<std::uint64_t>, Values> lines;
  Values total{};
  std::vector<std::uint64_t> stack;
  for (std::size_t i = 0; i < p.samples.size(); ++i) {
    stack.clear();
    for (const model::LocationId id : p.stack(i)) stack.push_back(p.locations[id].address + 1);
    if (stack.empty()) stack.push_back(1);  // google-pprof ignores a line without an address
    Values& sum = lines[stack];
    for (std::size_t t = 0; t < sum.size(); ++t) {
      const std::int64_t value = p.values(i)[(*types)[t]];
      if (value < 0) return Error{"legacy text cannot hold negative values; convert the profiles before subtracting"};
      if (__builtin_add_overflow(total[t], value, &total[t])) return Error{"the values are too large for legacy text"};
      sum[t] += value;
    }
  }

  std::string out;
  const auto line = [&out](const Values& v) {
    out += fmt::format("{:6}: {:8} [{:6}: {:8}] @", v[2], v[3], v[0], v[1]);
  };
  out += "heap profile: ";
  line(total);
  out += " heapprofile\n";
  for (const auto& [addresses, values] : lines) {
    if (values == Values{}) continue;
    if ((values[0] == 0 && values[1] != 0) || (values[2] == 0 && values[3] != 0)) {
      return Error{"legacy text cannot hold bytes without objects"};
    }
    line(values);
    for (const std::uint64_t address : addresses) out += fmt::format(" {:#x}", address);
    out += '\n';
  }
  out += "\nMAPPED_LIBRARIES:\n";
  for (const model::Mapping& m : p.mappings) {
    out += fmt::format("{:08x}-{:08x} r-xp {:08x} 00:00 0 {}\n", m.start, m.limit, m.offset, p.str(m.file));
  }
  return out;
}

}  // namespace bucketprof::pprof
