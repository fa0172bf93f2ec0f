// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "profiler/containers_absl.h"
#include "profiler/containers_map.h"
#include "tests/programs/shop/src/shop.h"

namespace shop::search {
inline namespace v1 {

/// Which products a word is in. One thread fills it.
class Index {
 public:
  void build(Number words);
  [[nodiscard]] std::size_t size() const { return words_.size() + ranks_.size(); }

 private:
  bucketprof::profiled::flat_hash_map<Number, Number> words_{bucketprof::named("words")};
  bucketprof::profiled::Map<Number, Number> ranks_{bucketprof::named("ranks")};
};

}  // namespace v1
}  // namespace shop::search
