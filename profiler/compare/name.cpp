// SPDX-License-Identifier: Apache-2.0
//
// Strings are kept in a set whose nodes never move and are never freed.
#include "profiler/compare/name.h"

#include <mutex>
#include <unordered_set>

namespace bucketprof::compare {
namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

const std::string* interned(std::string_view text) {
  static std::mutex lock;
  static auto& texts = *new std::unordered_set<std::string, TextHash, std::equal_to<>>();
  const std::scoped_lock guard(lock);
  const auto known = texts.find(text);
  return known != texts.end() ? &*known : &*texts.emplace(text).first;
}

}  // namespace

Name::Name() {
  static const std::string* const kEmpty = interned("");
  text_ = kEmpty;
}

Name::Name(std::string_view text) : text_(interned(text)) {}

}  // namespace bucketprof::compare
