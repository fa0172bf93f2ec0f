// SPDX-License-Identifier: Apache-2.0
//
// libFuzzer target for everything that reads a profile. Any input gives a profile or an error of one line; a profile
// that was read can be validated, written in every format, read back the same, and merged.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "profiler/model/merge.h"
#include "profiler/model/validate.h"
#include "profiler/pprof/folded.h"
#include "profiler/pprof/legacy.h"
#include "profiler/pprof/read.h"
#include "tests/fuzz/read_fuzzer.h"
#include "tests/support/same_profile.h"

namespace {

using bucketprof::Result;
using bucketprof::model::Profile;

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 20;

void require(bool condition, std::string_view what) {
  if (condition) return;
  std::fprintf(stderr, "fuzzer: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void require_one_line(const std::string& error) {
  require(!error.empty() && error.find('\n') == std::string::npos, "an error is not one line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<Profile> read = bucketprof::pprof::read_any(bytes, kMaxBytes);
  if (!read) {
    require_one_line(read.error());
    return 0;
  }
  const Profile& profile = *read;
  if (const auto status = bucketprof::model::validate_ours(profile); !status) require_one_line(status.error());

  const Result<Profile> again = bucketprof::pprof::decode(bucketprof::pprof::encode(profile), 4 * kMaxBytes);
  require(again.ok(), again ? "" : again.error());
  require(bucketprof::testing_support::first_difference(profile, *again).empty(), "writer and reader differ");

  if (!profile.sample_types.empty()) (void)bucketprof::pprof::encode_folded(profile, 0);
  const Result<std::string> legacy = bucketprof::pprof::encode_legacy(profile);
  if (!legacy) require_one_line(legacy.error());
  // Its mapping names may hold line breaks, so the text itself may be damaged; it must not crash.
  if (legacy) (void)bucketprof::pprof::decode_legacy(*legacy);

  const std::array<Profile, 2> twice{profile, profile};
  const Result<Profile> merged = bucketprof::model::merge(twice);
  require(merged.ok(), "a profile does not merge with itself");
  return 0;
}
