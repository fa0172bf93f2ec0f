// SPDX-License-Identifier: Apache-2.0
#include "tests/support/profile_file.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "profiler/base/file.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/read.h"

namespace bucketprof::testing_support {

model::Profile read_profile(const std::filesystem::path& path) {
  const Result<std::string> bytes = read_file(path);
  EXPECT_TRUE(bytes.ok()) << bytes.error();
  if (!bytes.ok()) return {};
  Result<model::Profile> profile = pprof::read_any(bytes.value());
  EXPECT_TRUE(profile.ok()) << profile.error();
  if (!profile.ok()) return {};
  const Status valid = model::validate(profile.value());
  EXPECT_TRUE(valid.ok()) << valid.error();
  return std::move(profile).value();
}

}  // namespace bucketprof::testing_support
