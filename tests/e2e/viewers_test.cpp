// SPDX-License-Identifier: Apache-2.0
//
// What users do with a profile: run a program through the tool, then look at the file with go tool pprof and
// google-pprof. Both run for real; what they print is compared with what our own reader finds in the same file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "profiler/model/schema.h"
#include "tests/e2e/viewer.h"
#include "tests/support/process.h"
#include "tests/support/profile_file.h"
#include "tests/support/temp_dir.h"
#include "tests/support/totals.h"
#include "tests/support/viewers.h"

namespace bucketprof::e2e {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing_support::go_pprof;
using testing_support::google_pprof;
using testing_support::TempDir;

const std::string kTheTool = BUCKETPROF_BINARY_DIR "/bucketprof";
const std::string kIndexer = BUCKETPROF_BINARY_DIR "/programs/program_tables";
constexpr std::array kViewedTypes{model::kAllocObjects, model::kAllocSpace, model::kInuseObjects, model::kInuseSpace};

using ByFunction = std::map<std::string, std::int64_t>;
using Predicate = std::function<bool(const model::Profile&, std::size_t)>;

struct Sums {
  ByFunction flat;
  ByFunction cum;
  std::int64_t total = 0;
};

/// The functions of a sample, leaf first.
std::vector<std::string> functions(const model::Profile& profile, std::size_t sample) {
  std::vector<std::string> names;
  for (const model::LocationId location : profile.stack(sample)) {
    for (const model::Line& line : profile.locations[location].lines) {
      names.emplace_back(profile.str(profile.functions[line.function].name));
    }
  }
  return names;
}

Sums sums(const model::Profile& profile, std::size_t type, const Predicate& taken = nullptr) {
  Sums result;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const std::int64_t value = profile.values(i)[type];
    const std::vector<std::string> names = functions(profile, i);
    if (value == 0 || (taken && !taken(profile, i)) || names.empty()) continue;
    result.total += value;
    result.flat[names.front()] += value;
    for (const std::string& name : std::set<std::string>(names.begin(), names.end())) result.cum[name] += value;
  }
  return result;
}

Sums sums(const std::vector<Row>& rows) {
  Sums result;
  for (const Row& row : rows) {
    if (row.flat != 0) result.flat[row.function] += row.flat;
    if (row.cum != 0) result.cum[row.function] += row.cum;
    result.total += row.flat;
  }
  return result;
}

void expect_equal(const Sums& viewer, const Sums& ours) {
  EXPECT_EQ(viewer.flat, ours.flat);
  EXPECT_EQ(viewer.cum, ours.cum);
  EXPECT_EQ(viewer.total, ours.total);
}

std::string sample_index(std::size_t type) { return "-sample_index=" + std::string(model::kSampleTypes[type].type); }

class Viewers : public testing::Test {
 protected:
  void SetUp() override { profile_ = profiled("6000", file_); }

  /// Runs the program with this many entries under `bucketprof run` and reads the profile.
  model::Profile profiled(const std::string& entries, const std::string& file) {
    const testing_support::Ended ended =
        testing_support::run({.words = {kTheTool, "run", "-o", file, "--", kIndexer, entries}});
    EXPECT_EQ(ended.status, 0) << ended.err;
    return testing_support::read_profile(file);
  }

  /// The rows of -top, all of them, in whole bytes.
  std::vector<Row> top(std::vector<std::string> arguments) {
    for (const char* all : {"-top", "-unit=B", "-nodecount=100000", "-nodefraction=0", "-edgefraction=0"}) {
      arguments.insert(arguments.begin(), all);
    }
    return rows_of_top(go_pprof(arguments, scratch_.path()));
  }

  TempDir scratch_;
  std::string file_ = (scratch_ / "tables.pb.gz").string();
  model::Profile profile_;
};

TEST_F(Viewers, TopShowsWhatTheProfileHolds) {
  for (const std::size_t type : kViewedTypes) {
    SCOPED_TRACE(model::kSampleTypes[type].type);
    const Sums ours = sums(profile_, type);
    EXPECT_GT(ours.total, 0) << "the tables are gone at exit, but the profile is of the high-water mark";
    expect_equal(sums(top({sample_index(type), file_})), ours);
  }
  EXPECT_EQ(sums(top({file_})).total, sums(profile_, model::kInuseSpace).total) << "the default type";
}

TEST_F(Viewers, LeavesOfMapsAreTheirOutOfLineFunctions) {
  std::set<std::string> leaves;
  for (const std::size_t type : kViewedTypes) {
    for (const Row& row : top({sample_index(type), "-tagfocus=kind=go_map", file_})) {
      if (row.flat != 0) leaves.insert(row.function);
    }
  }
  EXPECT_EQ(leaves, (std::set<std::string>{"bucketprof::hashmap::Storage::make_bucket_array",
                                           "bucketprof::hashmap::Storage::new_overflow"}));
}

TEST_F(Viewers, TracesShowTheProgramAsCallerAndNothingOfTheProfiler) {
  const std::vector<Trace> traces =
      traces_of(go_pprof({"-traces", sample_index(model::kAllocSpace), file_}, scratch_.path()));
  const std::map<std::string, std::string> callers{{"users", "load_users"},
                                                   {"hinted", "load_hinted"},
                                                   {"chains", "fill_chains"},
                                                   {"index", "build_index"},
                                                   {"cache", "cache_results"}};
  std::set<std::string> tables;
  std::set<std::string> growing;
  for (const Trace& trace : traces) {
    const std::vector<std::string>& names = trace.frames;
    for (const std::string& name : names) {
      for (const char* agent_frames :
           {"bucketprof::alloc::", "bucketprof::record::", "bucketprof::stack::", "std::allocator",
            "std::__new_allocator", "bucketprof::hashmap::allocate_part"}) {
        EXPECT_FALSE(name.starts_with(agent_frames)) << name;
      }
    }
    ASSERT_TRUE(trace.labels.contains("table"));
    const std::string& table = trace.labels.at("table");
    tables.insert(table);
    EXPECT_THAT(names, IsSupersetOf({callers.at(table), std::string("main")}));
    if (trace.labels.at("cause") == "grow_double") growing.insert(names.at(1));
  }
  EXPECT_EQ(tables, (std::set<std::string>{"users", "hinted", "chains", "index", "cache"}));
  EXPECT_EQ(growing, std::set<std::string>{"bucketprof::hashmap::Growth::hash_grow"});
}

TEST_F(Viewers, CumulativeOrderListsTheProgramAboveTheMap) {
  // Some insertions grow this table, others allocate overflow buckets: neither of the map's functions has the total.
  const std::vector<Row> rows = top({"-cum", sample_index(model::kAllocSpace), "-tagfocus=table=users", file_});
  const auto position = [&rows](std::string_view name) {
    return std::find_if(rows.begin(), rows.end(), [name](const Row& row) { return row.function == name; });
  };
  const auto arrays = position("bucketprof::hashmap::Storage::make_bucket_array");
  const auto overflow = position("bucketprof::hashmap::Storage::new_overflow");
  ASSERT_NE(arrays, rows.end());
  ASSERT_NE(overflow, rows.end());
  EXPECT_LT(position("main"), arrays);
  EXPECT_LT(position("load_users"), arrays);
  EXPECT_LT(arrays, overflow);
}

TEST_F(Viewers, TagFocusTakesOnePart) {
  const Predicate overflow = [](const model::Profile& profile, std::size_t sample) {
    return tests::label_text(profile, sample, model::kLabelPart) == "overflow";
  };
  for (const std::size_t type : kViewedTypes) {
    const Sums ours = sums(profile_, type, overflow);
    EXPECT_GT(ours.total, 0);
    expect_equal(sums(top({sample_index(type), "-tagfocus=part=overflow", file_})), ours);
  }
}

TEST_F(Viewers, TagRootShowsTheTablesAsRoots) {
  const Sums viewer = sums(top({"-tagroot=table", sample_index(model::kAllocSpace), file_}));
  EXPECT_EQ(viewer.total, sums(profile_, model::kAllocSpace).total);
  for (const std::string table : {"users", "hinted", "chains", "index", "cache"}) {
    ASSERT_TRUE(viewer.cum.contains(table)) << table;
    EXPECT_EQ(viewer.cum.at(table), tests::totals(profile_, table)[model::kAllocSpace]) << table;
  }
}

TEST_F(Viewers, DiffBaseShowsTheDifference) {
  const std::string base_file = (scratch_ / "base.pb.gz").string();
  const model::Profile base = profiled("2000", base_file);
  for (const std::size_t type : {model::kAllocSpace, model::kInuseObjects}) {
    SCOPED_TRACE(model::kSampleTypes[type].type);
    ByFunction difference = sums(profile_, type).flat;
    for (const auto& [name, value] : sums(base, type).flat) difference[name] -= value;
    std::erase_if(difference, [](const auto& entry) { return entry.second == 0; });
    EXPECT_FALSE(difference.empty());
    EXPECT_EQ(sums(top({sample_index(type), "-diff_base=" + base_file, file_})).flat, difference);
  }
}

/// The build ID that readelf prints for a file, or "".
std::string build_id_of(const std::string& file) {
  const testing_support::Ended ended = testing_support::run({.words = {"readelf", "-nW", file}});
  constexpr std::string_view kBefore = "Build ID: ";
  const std::size_t at = ended.out.find(kBefore);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + kBefore.size();
  return ended.out.substr(begin, ended.out.find_first_of(" \n", begin) - begin);
}

TEST_F(Viewers, RawShowsSaneMappings) {
  const std::string unsymbolized = (scratch_ / "unsymbolized.pb.gz").string();
  const testing_support::Ended ended =
      testing_support::run({.words = {kIndexer}, .settings = {"BUCKETPROF_OUTPUT=" + unsymbolized}});
  ASSERT_EQ(ended.status, 0) << ended.err;
  for (const std::string& file : {file_, unsymbolized}) {
    SCOPED_TRACE(file);
    const std::vector<MappingLine> mappings = mappings_of_raw(go_pprof({"-raw", file}, scratch_.path()));
    ASSERT_FALSE(mappings.empty());
    EXPECT_TRUE(std::filesystem::equivalent(mappings[0].file, kIndexer)) << "the first one is the main binary";
    EXPECT_FALSE(mappings[0].build_id.empty());
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
    for (const MappingLine& mapping : mappings) {
      EXPECT_LT(mapping.start, mapping.limit) << mapping.file;
      EXPECT_EQ(mapping.start % 4096, 0U) << mapping.file;
      EXPECT_EQ(mapping.offset % 4096, 0U) << mapping.file;
      EXPECT_EQ(mapping.build_id, build_id_of(mapping.file)) << mapping.file;  // both "" for the vDSO
      ranges.emplace_back(mapping.start, mapping.limit);
    }
    std::sort(ranges.begin(), ranges.end());
    for (std::size_t i = 1; i < ranges.size(); ++i) EXPECT_LE(ranges[i - 1].second, ranges[i].first);
  }
}

TEST_F(Viewers, GooglePprofReadsTheSameTotals) {
  const std::string legacy = (scratch_ / "tables.heap").string();
  const testing_support::Ended ended =
      testing_support::run({.words = {kTheTool, "convert", "--to", "legacy", "-o", legacy, file_}});
  ASSERT_EQ(ended.status, 0) << ended.err;
  // All four are compared in tests/profiler/pprof/legacy_encode_test.cpp: here each takes it seconds to name the
  // program.
  for (const std::size_t type : {model::kAllocObjects, model::kInuseSpace}) {
    const std::string name(model::kSampleTypes[type].type);
    const std::string printed = google_pprof({"--show_bytes", "--" + name, kIndexer, legacy}, scratch_.path());
    const bool bytes = model::kSampleTypes[type].unit == "bytes";
    EXPECT_EQ(lines_of(printed).at(0),
              "Total: " + std::to_string(sums(profile_, type).total) + (bytes ? " B" : " objects"));
    EXPECT_THAT(printed, testing::HasSubstr("load_users")) << "it finds the program's functions by their addresses";
  }
}

}  // namespace
}  // namespace bucketprof::e2e
