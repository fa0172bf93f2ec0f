// SPDX-License-Identifier: Apache-2.0
//
// The list of live iterators: linking and unlinking in any order, which arrays are in use, and swapping two lists.
#include "hashmap/walks.h"

#include <gtest/gtest.h>

namespace bucketprof::hashmap {
namespace {

using List = WalkList<int, int>;

TEST(Walks, KnowsWhatIsInUse) {
  List list;
  int owner = 0;
  List::Link walks[3];
  for (int i = 0; i < 3; ++i) {
    walks[i].owner = &owner;
    walks[i].array = i + 1;
    walks[i].side = 10;
    list.link(walks[i]);
  }
  EXPECT_TRUE(list.uses(2));
  EXPECT_TRUE(list.uses(10));
  list.unlink(walks[1]);  // from the middle
  EXPECT_EQ(walks[1].owner, nullptr);
  EXPECT_FALSE(list.uses(2));
  list.unlink(walks[2]);  // the head
  list.unlink(walks[0]);  // the last
  EXPECT_EQ(list.head(), nullptr);
  EXPECT_FALSE(list.uses(10));
}

TEST(Walks, GoToTheOtherOwner) {
  List a;
  List b;
  int owners[2] = {};
  List::Link walk_a;
  List::Link walk_b;
  walk_a.owner = &owners[0];
  walk_b.owner = &owners[1];
  a.link(walk_a);
  b.link(walk_b);
  a.exchange(b, &owners[0], &owners[1]);
  EXPECT_EQ(a.head(), &walk_b);
  EXPECT_EQ(walk_b.owner, &owners[0]);
  EXPECT_EQ(walk_a.owner, &owners[1]);
}

}  // namespace
}  // namespace bucketprof::hashmap
