// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/names.h"

#include <cstring>

#include "profiler/base/hash.h"
#include "profiler/base/utf8.h"

namespace bucketprof::record {
namespace {

/// Copies `name` to `out`; replaces commas (they separate pprof's tag filters), control characters (they can break
/// lines) and invalid UTF-8. Returns the number of bytes written, at most kMaxBytes.
std::size_t clean(std::string_view name, char* out) noexcept {
  std::size_t used = 0;
  while (!name.empty()) {
    std::size_t length = character_length(name);
    const bool bad = length == 0;
    if (bad) length = 1;
    if (used + length > Names::kMaxBytes) break;
    if (bad || static_cast<unsigned char>(name[0]) < 0x20 || name[0] == 0x7F) {
      out[used] = '?';
    } else {
      std::memcpy(out + used, name.data(), length);
      if (out[used] == ',') out[used] = ';';
    }
    used += length;
    name.remove_prefix(length);
  }
  return used;
}

}  // namespace

std::uint32_t Names::intern(std::string_view name) noexcept {
  char buffer[kMaxBytes];
  const std::string_view text(buffer, clean(name, buffer));
  if (text.empty()) return 0;
  std::uint64_t hash = text.size();
  for (const char c : text) hash = mix(hash, static_cast<unsigned char>(c));
  const auto same = [text](const Name& other) { return other.text == text; };
  const auto make = [this, text](Name& made) {
    if (names_.size() >= kMaxNames) return false;
    char* copy = arena_->allocate_array<char>(text.size());
    if (copy == nullptr) return false;
    std::memcpy(copy, text.data(), text.size());
    made.text = {copy, text.size()};
    return true;
  };
  return names_.intern(hash, same, make);
}

}  // namespace bucketprof::record
