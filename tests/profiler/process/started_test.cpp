// SPDX-License-Identifier: Apache-2.0
#include "profiler/process/started.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "profiler/base/file.h"
#include "tests/support/temp_dir.h"

namespace bucketprof::service {
namespace {

TEST(Started, IsNotedByAProcessAndItsForks) {
  const testing_support::TempDir dir;
  const auto noted = [&dir](pid_t pid) {
    const auto text = read_file(dir / fmt::format("x.{}.started", pid));
    return text.ok() ? *text : "";
  };
  note_started((dir / "x.%p.started").native());
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  EXPECT_EQ(noted(::getpid()), program);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(noted(child), program);
}

}  // namespace
}  // namespace bucketprof::service
