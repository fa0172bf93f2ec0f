// SPDX-License-Identifier: Apache-2.0
//
// A copy of the library finds the one that leads, which here is the test's own, and follows it if they understand each
// other. (e2e/copies_test.cpp loads libraries.)
#include "profiler/process/copies.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "profiler/alloc/allocator.h"  // pulls in the note
#include "profiler/base/version.h"

namespace bucketprof::service {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// What a child prints, which may follow another copy.
std::string printed(const std::function<std::string()>& text) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string all = text();
    ::_exit(::write(ends[1], all.data(), all.size()) == static_cast<ssize_t>(all.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string all(4096, '\0');
  const ssize_t size = ::read(ends[0], all.data(), all.size());
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return all.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0);
}

std::string joined(const Copy& copy) {
  return printed([&copy] {
    const std::string apart = join(copy);
    return (lead_api() != nullptr ? "follows " : "alone ") + apart;
  });
}

const Copy kSame{.version = kVersion.data(), .types = kExchangedTypes, .record = &record::kOwnLead, .api = nullptr};

TEST(CopiesOfALibrary, TheProgramsOwnLeads) {
  EXPECT_EQ(lead_api(), nullptr);
  EXPECT_EQ(record::lead(), nullptr);
}

TEST(CopiesOfALibrary, AnotherOneFollows) { EXPECT_EQ(joined(kSame), "follows "); }

TEST(CopiesOfALibrary, OnesThatDifferDoNot) {
  Copy other = kSame;
  other.version = "0.0.9";
  EXPECT_THAT(joined(other), AllOf(HasSubstr("alone "), HasSubstr("has bucketprof 0.0.9"), HasSubstr(kVersion.data())));
  other = kSame;
  other.types = "strings of their own";
  EXPECT_THAT(joined(other), AllOf(HasSubstr("alone "), HasSubstr("with strings of their own"),
                                   HasSubstr(std::string("with ") + kExchangedTypes)));
}

}  // namespace
}  // namespace bucketprof::service
