// SPDX-License-Identifier: Apache-2.0
//
// GoogleTest matchers for what hash tables allocate. Example:
//
//   #include "profiler/testing/gtest.h"
//
//   using namespace bucketprof::testing;
//   TEST(Users, LoadWithoutGrowing) {
//     Scope scope;                                             // this thread; Scope scope{Of::kProcess}: all threads
//     load(users);
//     EXPECT_THAT(scope.used(), AllocatedBytes(Le(4096)));
//     EXPECT_THAT(scope.used(), OfTable("users", AllOf(AllocatedObjects(1), Rehashes(0))));
//   }
//
// A failing test prints the numbers and the heaviest call sites. Each matcher takes a number or a matcher of
// std::int64_t. If the numbers are not reliable (scope.h), the call of used() fails the test and every matcher fails.
// Header only, so that it works with the program's version of GoogleTest. docs/testing.md has the table of matchers.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "profiler/tables/names.h"
#include "profiler/testing/scope.h"
#include "profiler/testing/text.h"
#include "profiler/testing/used.h"

namespace bucketprof::testing {

/// Ends with a line break if it lists sites, because a matcher's explanation may follow.
// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name
inline void PrintTo(const Used& used, std::ostream* out) {
  const std::string sites = sites_text(used);
  *out << sums_text(used) << sites << (sites.empty() ? "" : "\n ");
}

namespace detail {

using UsedMatcher = ::testing::Matcher<const Used&>;

inline const bool kFaultsFailTests = [] {
  set_fault_handler([](const std::string& fault, const char* file, int line) { ADD_FAILURE_AT(file, line) << fault; });
  return true;
}();

class NumberMatcher : public ::testing::MatcherInterface<const Used&> {
 public:
  using Get = std::optional<std::int64_t> (*)(const Used&);
  NumberMatcher(const char* what, Get get, ::testing::Matcher<std::int64_t> expected)
      : what_(what), get_(get), expected_(std::move(expected)) {}

  bool MatchAndExplain(const Used& used, ::testing::MatchResultListener* listener) const override {
    if (!used.fault().empty()) {
      *listener << "which is not to be trusted: " << used.fault();
      return false;
    }
    const std::optional<std::int64_t> number = get_(used);
    if (!number.has_value()) {
      *listener << "whose " << what_ << " is only known for all tables together";
      return false;
    }
    const bool matches = expected_.Matches(*number);
    *listener << "whose " << what_ << " " << *number << (matches ? " matches" : " doesn't match");
    return matches;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << what_ << " ";
    expected_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << what_ << " ";
    expected_.DescribeNegationTo(out);
  }

 private:
  const char* what_;
  Get get_;
  ::testing::Matcher<std::int64_t> expected_;
};

template <class M>
UsedMatcher number(const char* what, NumberMatcher::Get get, const M& expected) {
  return ::testing::MakeMatcher(new NumberMatcher(what, get, ::testing::SafeMatcherCast<std::int64_t>(expected)));
}

class PartMatcher : public ::testing::MatcherInterface<const Used&> {
 public:
  PartMatcher(std::string which, std::function<bool(const UsedRow&)> wanted, UsedMatcher inner)
      : which_(std::move(which)), wanted_(std::move(wanted)), inner_(std::move(inner)) {}

  bool MatchAndExplain(const Used& used, ::testing::MatchResultListener* listener) const override {
    const Used part = used.only(wanted_);
    if (!listener->IsInterested()) return inner_.Matches(part);
    *listener << "of " << which_ << ": ";
    const bool matches = inner_.MatchAndExplain(part, listener);
    // The message starts with the heaviest sites of all tables, where those of the part may be missing.
    if (!matches && used.fault().empty() && used.rows().size() > kSitesShown) *listener << sites_text(part);
    return matches;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "of " << which_ << ", ";
    inner_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "of " << which_ << ", ";
    inner_.DescribeNegationTo(out);
  }

 private:
  std::string which_;
  std::function<bool(const UsedRow&)> wanted_;
  UsedMatcher inner_;
};

inline UsedMatcher part(std::string which, std::function<bool(const UsedRow&)> wanted, UsedMatcher inner) {
  return ::testing::MakeMatcher(new PartMatcher(std::move(which), std::move(wanted), std::move(inner)));
}

}  // namespace detail

// NOLINTBEGIN(readability-identifier-naming): as GoogleTest names its matchers

/// Blocks that tables allocated in the scope, and their bytes as requested.
template <class M>
detail::UsedMatcher AllocatedObjects(const M& expected) {
  return detail::number(
      "number of allocated objects", [](const Used& used) { return std::optional(used.allocated_objects()); },
      expected);
}
template <class M>
detail::UsedMatcher AllocatedBytes(const M& expected) {
  return detail::number(
      "number of allocated bytes", [](const Used& used) { return std::optional(used.allocated_bytes()); }, expected);
}
/// The high-water mark of live bytes allocated in the scope. Only known for all tables together.
template <class M>
detail::UsedMatcher PeakBytes(const M& expected) {
  return detail::number(
      "peak of bytes in use", [](const Used& used) { return used.peak_bytes(); }, expected);
}
/// Blocks allocated in the scope that are still live, and their bytes.
template <class M>
detail::UsedMatcher InuseObjects(const M& expected) {
  return detail::number(
      "number of objects in use", [](const Used& used) { return std::optional(used.inuse_objects()); }, expected);
}
template <class M>
detail::UsedMatcher InuseBytes(const M& expected) {
  return detail::number(
      "number of bytes in use", [](const Used& used) { return std::optional(used.inuse_bytes()); }, expected);
}
/// Bytes of blocks allocated in the scope that never held an entry.
template <class M>
detail::UsedMatcher SlackBytes(const M& expected) {
  return detail::number(
      "number of slack bytes", [](const Used& used) { return std::optional(used.slack_bytes()); }, expected);
}
/// Bytes of live blocks that hold no entry now.
template <class M>
detail::UsedMatcher InuseSlackBytes(const M& expected) {
  return detail::number(
      "number of slack bytes in use", [](const Used& used) { return std::optional(used.inuse_slack_bytes()); },
      expected);
}
/// Bucket arrays that replaced another one.
template <class M>
detail::UsedMatcher Rehashes(const M& expected) {
  return detail::number(
      "number of rehashes", [](const Used& used) { return std::optional(used.rehashes()); }, expected);
}
/// Tables that allocated their first bucket array.
template <class M>
detail::UsedMatcher Tables(const M& expected) {
  return detail::number(
      "number of tables", [](const Used& used) { return std::optional(used.tables()); }, expected);
}

inline detail::UsedMatcher NoAllocation() { return AllocatedObjects(0); }

/// What the tables of this name used; `name` is a string or a matcher of std::string.
template <class M>
detail::UsedMatcher OfTable(const M& name, const detail::UsedMatcher& inner) {
  const ::testing::Matcher<const std::string&> names = ::testing::SafeMatcherCast<const std::string&>(name);
  return detail::part(
      "tables whose name " + ::testing::DescribeMatcher<const std::string&>(names),
      [names](const UsedRow& row) { return names.Matches(row.table); }, inner);
}
/// What was allocated for one part of the tables, or for one cause (hashmap/part.h).
inline detail::UsedMatcher OfPart(Part part, const detail::UsedMatcher& inner) {
  return detail::part(
      "part " + std::string(tables::name_of(part)), [part](const UsedRow& row) { return row.part == part; }, inner);
}
inline detail::UsedMatcher OfCause(Cause cause, const detail::UsedMatcher& inner) {
  return detail::part(
      "cause " + std::string(tables::name_of(cause)), [cause](const UsedRow& row) { return row.cause == cause; },
      inner);
}

// NOLINTEND(readability-identifier-naming)

}  // namespace bucketprof::testing
