// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/names.h"

#include <cstring>

#include "profiler/record/hash.h"

namespace bucketprof::record {
namespace {

/// Length of the UTF-8 sequence at the front of `text`; 0 if it is invalid (overlong and surrogate forms are).
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// Copies `name` to `out`; replaces commas (they separate pprof's tag filters), control characters (they can break
/// lines) and invalid UTF-8. Returns the number of bytes written, at most kMaxBytes.
std::size_t clean(std::string_view name, char* out) noexcept {
  std::size_t used = 0;
  while (!name.empty()) {
    std::size_t length = utf8_length(name);
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
