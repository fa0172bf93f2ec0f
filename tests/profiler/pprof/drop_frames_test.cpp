// SPDX-License-Identifier: Apache-2.0
//
// The drop_frames of our profiles, applied by the real viewer: which names it keeps as leaf frames above `app::caller`.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/base/file.h"
#include "profiler/model/builder.h"
#include "profiler/model/schema.h"
#include "profiler/pprof/pprof.h"
#include "tests/support/temp_dir.h"
#include "tests/support/viewers.h"

namespace bucketprof::pprof {
namespace {

/// Gives pprof a stack of each name above app::caller. Returns the function names that are left after it has pruned.
std::set<std::string> kept(const std::vector<std::string_view>& names) {
  const testing_support::TempDir dir;
  model::Builder b = model::Builder::ours(1);
  const auto location = [&b](std::uint64_t address, std::string_view name) {
    return b.location({model::kNone, address, {{b.function({b.string(name), b.string("_Z1x"), 0, 0}), 1}}, false});
  };
  const model::LocationId caller = location(1, "app::caller");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::array stack{location(2 + i, names[i]), caller};
    b.sample(stack, {}, std::array<std::int64_t, model::kSampleTypeCount>{1, 8, 1, 8, 0, 0});
  }
  EXPECT_TRUE(write_file(dir / "in", encode(std::move(b).finish())));
  (void)testing_support::go_pprof({"-proto", "-output=" + (dir / "out").string(), (dir / "in").string()}, dir.path());
  const auto bytes = read_file(dir / "out");
  EXPECT_TRUE(bytes) << bytes.error();
  const auto profile = decode(*bytes);
  EXPECT_TRUE(profile) << profile.error();
  std::set<std::string> left;
  for (std::size_t i = 0; i < profile->samples.size(); ++i) {
    for (const model::LocationId id : profile->stack(i)) {
      left.emplace(profile->str(profile->functions[profile->locations[id].lines[0].function].name));
    }
  }
  EXPECT_EQ(left.erase("app::caller"), 1u);
  return left;
}

TEST(DropFrames, PlumbingGoes) {
  EXPECT_EQ(
      kept({
          "bucketprof::alloc::Allocator<std::pair<int const, R>, int, (bucketprof::alloc::Kind)2>::allocate(unsigned "
          "long)",
          "bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)0>::allocate_part(unsigned long)",
          "bucketprof::alloc::Allocator<f(int)::Local, int, (bucketprof::alloc::Kind)0>::allocate(unsigned long)",
          "bucketprof::alloc::Allocator<int, int>::allocate",
          "bucketprof::alloc::Inferred bucketprof::alloc::infer<int, int>(bucketprof::alloc::Kind, unsigned long)",
          "bucketprof::alloc::Allocator::allocate",
          "bucketprof::alloc::Resource::do_allocate(unsigned long, unsigned long)",
          "bucketprof::alloc::record_alloc_slow(void*, unsigned long)",
          "void bucketprof::alloc::detail::note<int>(int)",
          "bucketprof::record::(anonymous namespace)::Sampler::take(unsigned long)",
          "bucketprof::record::Sites::find(unsigned long) const",
          "bucketprof::record::Sites::operator()(int)",
          "unsigned long bucketprof::record::mix<int>(int)",
          "bucketprof::stack::capture(bucketprof::stack::Stack&)",
          "auto bucketprof::hashmap::allocate_part<bucketprof::alloc::Allocator<int, int> >(bucketprof::alloc::"
          "Allocator<int, int>&, unsigned long, bucketprof::hashmap::PartInfo const&)",
          "bucketprof::hashmap::allocate_part",
          "std::allocator_traits<bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2> >::allocate("
          "bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2>&, unsigned long)",
          "std::allocator_traits<bucketprof::alloc::Allocator<int, int> >::allocate",
          "std::allocator_traits::allocate",
      }),
      std::set<std::string>{});
}

// construct() and destroy() stay, too: they call code of the user, which may fill tables of its own.
TEST(DropFrames, EverythingElseStays) {
  const std::vector<std::string_view> names{
      "bucketprof::hashmap::Map<int,int,std::hash<int>,std::equal_to<int>,bucketprof::alloc::Allocator<int> "
      ">::make_bucket_array(unsigned long)",
      "bucketprof::hashmap::Map<int,int,std::hash<int>,std::equal_to<int>,bucketprof::alloc::Allocator<int> "
      ">::hash_grow",
      "bucketprof::hashmap::Map::make_bucket_array",
      "void bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2>::construct<app::Record, "
      "int>(app::Record*)",
      "void bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)2>::destroy<app::Record>(app::Record*)",
      "decltype (_S_construct({parm#1})) std::allocator_traits<bucketprof::alloc::Allocator<int, int> "
      ">::construct<int>()",
      "bucketprof::hashmap::Map<int, bucketprof::alloc::Allocator<int, int, (bucketprof::alloc::Kind)1> "
      ">::hash_grow(int)",
      "bucketprof::alloc::Inferred app::f<int>(int)",
      "bucketprof::alloc::Allocator::construct",
      "void std::allocator_traits<bucketprof::alloc::Allocator<int, int> >::construct<int, int>(int*, int&&)",
      "std::allocator_traits<std::allocator<int> >::allocate(std::allocator<int>&, unsigned long)",
      "std::_Hashtable<int, bucketprof::alloc::Allocator<int> >::_M_insert(int)",
      "void app::fill<bucketprof::alloc::Allocator<int> >(int)",
      "app::bucketprof::record::x()",
      "my_bucketprof::record::x()",
      "main",
  };
  EXPECT_EQ(kept(names), (std::set<std::string>(names.begin(), names.end())));
}

}  // namespace
}  // namespace bucketprof::pprof
