// SPDX-License-Identifier: Apache-2.0
//
// The decoder on files written by others, on every kind of damage, on files cut at each byte and with each bit flipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <protozero/pbf_builder.hpp>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "profiler/base/file.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/gzip.h"
#include "profiler/pprof/pprof.h"
#include "profiler/pprof/proto_fields.h"
#include "tests/support/canonical.h"
#include "tests/support/random_profile.h"

namespace bucketprof::pprof {
namespace {

using protozero::pbf_builder;
using testing::ElementsAre;
using testing::HasSubstr;

/// A protobuf message filled by hand.
template <class Field>
std::string message(const std::function<void(pbf_builder<Field>&)>& fill) {
  std::string bytes;
  pbf_builder<Field> builder(bytes);
  fill(builder);
  return bytes;
}

std::string with_id(std::uint64_t id, const std::string& rest = "") {
  std::string bytes;
  protozero::pbf_writer writer(bytes);
  writer.add_uint64(1, id);
  return bytes + rest;
}

std::string sample(std::vector<std::uint64_t> locations, std::vector<std::int64_t> values,
                   const std::string& rest = "") {
  return message<field::Sample>([&](auto& m) {
           m.add_packed_uint64(field::Sample::kLocation, locations.begin(), locations.end());
           m.add_packed_int64(field::Sample::kValue, values.begin(), values.end());
         }) +
         rest;
}

struct Parts {
  std::vector<std::string> strings{"", "a", "b"};
  std::vector<std::string> types{message<field::ValueType>([](auto& m) { m.add_int64(field::ValueType::kType, 1); })};
  std::vector<std::string> mappings{with_id(1)};
  std::vector<std::string> functions{with_id(1)};
  std::vector<std::string> locations{with_id(1)};
  std::vector<std::string> samples{sample({1}, {5})};
  std::string rest;  // further top-level fields

  [[nodiscard]] std::string bytes() const {
    return message<field::Profile>([this](auto& m) {
             for (const auto& x : types) m.add_message(field::Profile::kSampleType, x);
             for (const auto& x : samples) m.add_message(field::Profile::kSample, x);
             for (const auto& x : mappings) m.add_message(field::Profile::kMapping, x);
             for (const auto& x : locations) m.add_message(field::Profile::kLocation, x);
             for (const auto& x : functions) m.add_message(field::Profile::kFunction, x);
             for (const auto& x : strings) m.add_string(field::Profile::kString, x);
           }) +
           rest;
  }
};

std::string top_varint(field::Profile tag, std::uint64_t value) {
  return message<field::Profile>([&](auto& m) { m.add_uint64(tag, value); });
}

TEST(Decode, SmallPlainProfile) {
  const auto p = decode(Parts().bytes());
  ASSERT_TRUE(p) << p.error();
  EXPECT_EQ(p->strings.size(), 3u);
  EXPECT_THAT(p->values(0), ElementsAre(5));
  EXPECT_EQ(p->locations[0].mapping, model::kNone);
}

TEST(Decode, IdsMaySparseAndOutOfOrder) {
  Parts parts;
  parts.mappings = {with_id(UINT64_MAX), with_id(7)};
  parts.functions = {with_id(90), with_id(2)};
  const std::string line = message<field::Location>([](auto& m) {
    m.add_uint64(field::Location::kMappingId, UINT64_MAX);
    m.add_message(field::Location::kLine, with_id(90));
  });
  parts.locations = {with_id(1000000000000), with_id(3, line), with_id(2)};
  parts.samples = {sample({3, 1000000000000, 2, 3}, {1})};
  const auto p = decode(parts.bytes());
  ASSERT_TRUE(p) << p.error();
  EXPECT_THAT(p->stack(0), ElementsAre(1, 0, 2, 1));
  EXPECT_EQ(p->locations[1].mapping, 0u);
  EXPECT_EQ(p->locations[1].lines[0].function, 0u);
}

TEST(Decode, UnpackedNumbersAndUnknownFields) {
  Parts parts;
  std::string unpacked;
  protozero::pbf_writer writer(unpacked);
  writer.add_uint64(1, 1);
  writer.add_uint64(1, 1);
  writer.add_int64(2, -7);
  writer.add_string(99, "unknown");
  writer.add_fixed64(98, 1);
  parts.samples = {unpacked};
  parts.rest = top_varint(field::Profile::kComment, 2) + top_varint(static_cast<field::Profile>(15), 1);
  const auto p = decode(parts.bytes());
  ASSERT_TRUE(p) << p.error();
  EXPECT_THAT(p->stack(0), ElementsAre(0, 0));
  EXPECT_THAT(p->values(0), ElementsAre(-7));
  EXPECT_THAT(p->comments, ElementsAre(2));
}

TEST(Decode, EachKindOfDamageHasItsLine) {
  const auto mapping_file = [](std::int64_t index) {
    return with_id(1, message<field::Mapping>([&](auto& m) { m.add_int64(field::Mapping::kFile, index); }));
  };
  const auto label = [](std::int64_t key) {
    return message<field::Sample>([&](auto& m) {
      m.add_message(field::Sample::kLabel,
                    message<field::Label>([&](auto& l) { l.add_int64(field::Label::kKey, key); }));
    });
  };
  const auto in_mapping = message<field::Location>([](auto& m) { m.add_uint64(field::Location::kMappingId, 9); });
  const auto in_function = message<field::Location>([](auto& m) { m.add_message(field::Location::kLine, with_id(9)); });
  const auto no_function =
      message<field::Location>([](auto& m) { m.add_message(field::Location::kLine, std::string()); });
  struct Case {
    const char* error;
    std::function<void(Parts&)> change;
  };
  const Case cases[] = {
      {"mapping 1 has the bad string index 3: the table has 3", [&](Parts& p) { p.mappings = {mapping_file(3)}; }},
      {"mapping 1 has the bad string index -1: the table has 3", [&](Parts& p) { p.mappings = {mapping_file(-1)}; }},
      {"a label of sample 1 has the bad string index 77: the table has 3",
       [&](Parts& p) { p.samples = {sample({}, {1}, label(77))}; }},
      {"the header has the bad string index 5: the table has 3",
       [](Parts& p) { p.rest = top_varint(field::Profile::kDropFrames, 5); }},
      {"the header has the bad string index 6: the table has 3",
       [](Parts& p) { p.rest = top_varint(field::Profile::kComment, 6); }},
      {"location 1 is in mapping 9, which is not there", [&](Parts& p) { p.locations = {with_id(1, in_mapping)}; }},
      {"a line of location 1 is in function 9, which is not there",
       [&](Parts& p) { p.locations = {with_id(1, in_function)}; }},
      {"a line of location 1 is in function 0, which is not there",
       [&](Parts& p) { p.locations = {with_id(1, no_function)}; }},
      {"sample 1 is at location 2, which is not there",
       [](Parts& p) {
         p.samples = {sample({1, 2}, {1})};
       }},
      {"sample 1 is at location 0, which is not there", [](Parts& p) { p.samples = {sample({0}, {1})}; }},
      {"sample 1 has 2 values for 1 sample types",
       [](Parts& p) {
         p.samples = {sample({1}, {1, 2})};
       }},
      {"sample 2 has 0 values for 1 sample types", [](Parts& p) { p.samples.push_back(sample({1}, {})); }},
      {"there are samples, but no sample types", [](Parts& p) { p.types.clear(); }},
      {"mapping 2 has the id 1, which is taken", [](Parts& p) { p.mappings.push_back(with_id(1)); }},
      {"location 3 has the id 900, which is taken",
       [](Parts& p) {
         p.locations = {with_id(1), with_id(900), with_id(900)};
       }},
      {"function 1 has the id 0, which is reserved", [](Parts& p) { p.functions = {with_id(0)}; }},
      {"location 1 has the id 0, which is reserved", [](Parts& p) { p.locations = {""}; }},
      {"string 0 is not empty", [](Parts& p) { p.strings[0] = "x"; }},
      {"this is not a pprof profile: it has no string table", [](Parts& p) { p.strings.clear(); }},
      {"mapping 1 is truncated", [](Parts& p) { p.mappings = {"\x08"}; }},
      {"mapping 1 is truncated", [](Parts& p) { p.mappings = {"\x5a\x05x"}; }},
      {"field 1 of mapping 1 has the wrong wire type 2", [](Parts& p) { p.mappings = {std::string("\x0a\x00", 2)}; }},
      {"sample 1 is truncated", [](Parts& p) { p.samples = {"\x0a\x01\x80"}; }},
      {"function 1 is not a protobuf message", [](Parts& p) { p.functions = {"\x0f\x01"}; }},
      {"the profile is truncated",
       [](Parts& p) {
         p.rest =
             "\x32\x7f"
             "abc";
       }},
      {"the time is set twice: these are several profiles in one file; merge them instead",
       [](Parts& p) {
         p.rest = top_varint(field::Profile::kTimeNanos, 1) + top_varint(field::Profile::kTimeNanos, 2);
       }},
  };
  for (const Case& c : cases) {
    Parts parts;
    c.change(parts);
    const auto p = decode(parts.bytes());
    ASSERT_FALSE(p) << c.error;
    EXPECT_EQ(p.error(), c.error);
  }
}

TEST(Decode, FilesThatAreNoProfiles) {
  EXPECT_EQ(decode("").error(), "the file is empty");
  GzipWriter nothing;
  EXPECT_EQ(decode(std::move(nothing).finish()).error(), "the profile is empty");
  for (const std::string_view bytes :
       {"#!/bin/sh\necho hello\n",
        "\x7f"
        "ELF\x02\x01\x01",
        "{\"a\": 1}", "<html>", "PK\x03\x04zip", "%PDF-1.4", "hello world, this is text"}) {
    const auto p = decode(bytes);
    ASSERT_FALSE(p) << bytes;
    EXPECT_THAT(p.error(), testing::StartsWith("this is not a pprof profile")) << bytes;
  }
}

TEST(Decode, LimitsHold) {
  const std::string bytes = Parts().bytes();
  EXPECT_EQ(decode(bytes, bytes.size() - 1).error(),
            "the profile is larger than the limit of " + std::to_string(bytes.size() - 1) + " bytes");
  GzipWriter bomb;
  bomb.append(std::string(std::size_t{32} << 20, '\0'));
  EXPECT_EQ(decode(std::move(bomb).finish(), 1 << 20).error(),
            "the gzip data holds more than the limit of 1048576 bytes");
  // A string takes two bytes in the file, but 32 in memory. The limit applies to the memory, too.
  Parts parts;
  for (int i = 0; i < 100000; ++i) parts.rest += std::string("\x32\x00", 2);
  EXPECT_EQ(decode(parts.bytes(), 1 << 20).error(), "the profile needs more than the limit of 1048576 bytes of memory");
  EXPECT_TRUE(decode(parts.bytes(), 8 << 20));
}

TEST(Decode, ProfilesOfGosRuntime) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(BUCKETPROF_TEST_DATA "/profiler/pprof/go_profiles")) {
    ++files;
    const auto bytes = read_file(entry.path());
    ASSERT_TRUE(bytes) << bytes.error();
    const auto p = decode(*bytes);
    ASSERT_TRUE(p) << entry.path() << ": " << p.error();
    const Status status = model::validate(*p);
    EXPECT_TRUE(status) << entry.path() << ": " << status.error();
    ASSERT_EQ(p->sample_types.size(), 4u);
    EXPECT_EQ(p->str(p->sample_types[3].type), "inuse_space");
    EXPECT_EQ(p->str(p->default_sample_type), "alloc_space");
    EXPECT_EQ(p->period, 1);
    EXPECT_GT(testing_support::totals(*p)[1], 0);
    const auto again = decode(encode(*p));
    ASSERT_TRUE(again);
    EXPECT_EQ(testing_support::canonical_samples(*p), testing_support::canonical_samples(*again));
  }
  EXPECT_EQ(files, 4u);
}

void expect_profile_or_line(std::string_view bytes) {
  const auto p = decode(bytes, std::uint64_t{16} << 20);
  if (p) {
    (void)model::validate(*p);
    (void)encode(*p);
  } else {
    EXPECT_FALSE(p.error().empty());
    EXPECT_EQ(p.error().find('\n'), std::string::npos) << p.error();
  }
}

TEST(Decode, CutAnywhere) {
  const std::string packed = encode(testing_support::random_profile(9, {8, 6, 4, true}));
  const std::string plain = *gunzip(packed, kMaxProfileBytes);
  for (std::size_t n = 0; n < packed.size(); ++n) {
    const auto p = decode(std::string_view(packed).substr(0, n));
    ASSERT_FALSE(p) << n;
    EXPECT_FALSE(p.error().empty());
  }
  for (std::size_t n = 0; n < plain.size(); ++n) expect_profile_or_line(std::string_view(plain).substr(0, n));
}

// In the short form each eleventh bit: that meets every place in a byte, and each byte of most values.
TEST(Decode, EveryBitFlipped) {
  const std::size_t step = std::getenv("BUCKETPROF_LONG") != nullptr ? 1 : 11;
  const std::string packed = encode(testing_support::random_profile(9, {8, 6, 4, true}));
  const std::string plain = *gunzip(packed, kMaxProfileBytes);
  for (const std::string& whole : {packed, plain}) {
    std::string bytes = whole;
    for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += step) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      expect_profile_or_line(bytes);
      bytes[bit / 8] = whole[bit / 8];
    }
  }
}

}  // namespace
}  // namespace bucketprof::pprof
