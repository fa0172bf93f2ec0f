// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/sites.h"

#include <iterator>

#include "profiler/record/hash.h"

namespace bucketprof::record {
namespace {

std::uint64_t hash_of(const SiteKey& key) noexcept {
  const std::uint64_t words[] = {
      (std::uint64_t{key.stack} << 32U) | key.name,
      reinterpret_cast<std::uintptr_t>(key.type_name.data()),
      key.bytes,
      key.slots,
      key.hint,
      key.interval,
      (std::uint64_t{key.entry_bytes} << 32U) | (static_cast<std::uint64_t>(key.kind) << 16U) |
          (static_cast<std::uint64_t>(key.part) << 8U) | static_cast<std::uint64_t>(key.cause),
  };
  return hash_words(words, std::size(words));
}

bool same(const SiteKey& a, const SiteKey& b) noexcept {
  return a.stack == b.stack && a.name == b.name && a.type_name.data() == b.type_name.data() && a.bytes == b.bytes &&
         a.slots == b.slots && a.hint == b.hint && a.interval == b.interval && a.entry_bytes == b.entry_bytes &&
         a.kind == b.kind && a.part == b.part && a.cause == b.cause;
}

}  // namespace

std::uint32_t Sites::intern(const SiteKey& key) noexcept {
  const auto equal = [&key](const Site& site) { return same(site.key, key); };
  const auto make = [&key](Site& site) {
    site.key = key;
    return true;
  };
  return sites_.intern(hash_of(key), equal, make);
}

}  // namespace bucketprof::record
