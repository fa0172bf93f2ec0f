// SPDX-License-Identifier: Apache-2.0
#include "profiler/record/sites.h"

#include <cmath>
#include <cstring>
#include <iterator>

#include "profiler/base/hash.h"
#include "profiler/record/sampler.h"

namespace bucketprof::record {
namespace {

std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = text.size();
  for (const char c : text) hash = mix(hash, static_cast<unsigned char>(c));
  return hash;
}

std::uint64_t hash_of(const SiteKey& key) noexcept {
  const std::uint64_t words[] = {
      (std::uint64_t{key.stack} << 32U) | key.name,
      hash_of(key.type_name),
      key.bytes,
      key.slots,
      key.hint,
      key.interval,
      (std::uint64_t{key.scope_id.thread} << 32U) | key.scope_id.era,
      (std::uint64_t{key.entry_bytes} << 32U) | (static_cast<std::uint64_t>(key.kind) << 16U) |
          (static_cast<std::uint64_t>(key.part) << 8U) | static_cast<std::uint64_t>(key.cause),
  };
  return hash_words(words, std::size(words));
}

std::int64_t weighted_bytes(const SiteKey& site) noexcept {
  if (site.interval <= 1) return static_cast<std::int64_t>(site.bytes);
  return std::llround(static_cast<double>(site.bytes) * weight(site.bytes, site.interval));
}

}  // namespace

Site* Sites::intern(const SiteKey& key) noexcept {
  const auto equal = [&key](const Site& site) { return site.key == key; };
  const auto make = [this, &key](Site& site) {
    if (!key.type_name.empty()) {
      char* const copy = arena_->allocate_array<char>(key.type_name.size());
      if (copy == nullptr) return false;
      std::memcpy(copy, key.type_name.data(), key.type_name.size());
      site.key = key;
      site.key.type_name = {copy, key.type_name.size()};
    } else {
      site.key = key;
    }
    site.number = sites_.size() + 1;
    site.weighted_bytes = weighted_bytes(key);
    return true;
  };
  const std::uint32_t number = sites_.intern(hash_of(key), equal, make);
  if (number == 0) return nullptr;
  sites_[number].type_name_at.store(key.type_name.data(), std::memory_order_relaxed);
  return &sites_[number];
}

}  // namespace bucketprof::record
