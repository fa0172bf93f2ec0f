// SPDX-License-Identifier: Apache-2.0
//
// The flags, and that a call which finds a write under way aborts the process with a message.
#include "hashmap/flags.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "hashmap/map.h"

namespace bucketprof::hashmap {
namespace {

TEST(Flags, WritingIsMarkedForAScopeEvenThroughAnException) {
  Flags flags;
  flags.set(Flags::kIterator);
  try {
    const Flags::Writing writing(flags);
    EXPECT_TRUE(flags.has(Flags::kWriting));
    throw std::runtime_error("");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(flags.get(), Flags::kIterator);
}

TEST(Flags, StartingAnIteratorSetsBothIteratorFlags) {
  Flags flags;
  flags.set(Flags::kSameSizeGrow);
  flags.iterator_started();
  EXPECT_EQ(flags.get(), Flags::kSameSizeGrow | Flags::kIterator | Flags::kOldIterator);
}

struct Meddler {  // uses the map that is constructing it, in the middle of a write
  template <class F>
  explicit Meddler(F meddle) {
    meddle();
  }
};

TEST(FlagsDeathTest, MisuseEndsTheProcess) {
  Map<int, Meddler> map;
  map.try_emplace(0, [] {});
  EXPECT_DEATH(map.try_emplace(1, [&] { map.erase(0); }), "fatal error: concurrent map writes");
  EXPECT_DEATH(map.try_emplace(1, [&] { static_cast<void>(map.contains(0)); }),
               "fatal error: concurrent map read and map write");
  auto at = map.begin();
  EXPECT_DEATH(map.try_emplace(1, [&] { ++at; }), "fatal error: concurrent map iteration and map write");
}

}  // namespace
}  // namespace bucketprof::hashmap
