// SPDX-License-Identifier: Apache-2.0
//
// Random operations on entries that are stored in separate blocks, and on empty types.
#include "tests/hashmap/random_steps.h"

namespace bucketprof::hashmap {
namespace {

using Kinds = testing::Types<Kind<std::uint8_t, Large>, Kind<Large, Nothing>, Kind<Large, MayThrow, PoorHash>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Indirect, Random, Kinds);

}  // namespace
}  // namespace bucketprof::hashmap
