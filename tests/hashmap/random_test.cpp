// SPDX-License-Identifier: Apache-2.0
//
// Random operations on entries that are stored in the buckets, with a good and a poor hash.
#include "tests/hashmap/random_steps.h"

namespace bucketprof::hashmap {
namespace {

using Kinds = testing::Types<Kind<std::uint64_t, std::uint64_t>, Kind<std::uint64_t, std::uint64_t, PoorHash>,
                             Kind<std::string, MoveOnly, PoorHash>, Kind<MoveOnly, std::string>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Inline, Random, Kinds);

}  // namespace
}  // namespace bucketprof::hashmap
