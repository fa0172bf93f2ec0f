// SPDX-License-Identifier: Apache-2.0
//
// Writes what the browser tests open: `browser_pages FOLDER` makes one page for each case.
// `browser_pages --profile FILE TABLES SAMPLES` writes a profile of that size, to see how long a report of it takes.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "profiler/analyze/analysis.h"
#include "profiler/analyze/flame.h"
#include "profiler/base/file.h"
#include "profiler/model/builder.h"
#include "profiler/pprof/pprof.h"
#include "profiler/report/html.h"
#include "tests/support/large_profile.h"
#include "tests/support/random_profile.h"
#include "tests/support/sample_profile.h"

namespace {

using namespace bucketprof;

bool write(const std::string& path, std::string_view bytes) {
  const auto written = write_file(path, bytes);
  if (!written.ok()) fmt::print(stderr, "{}\n", written.error());
  return written.ok();
}

bool write_page(const std::string& folder, std::string_view name, const model::Profile& profile) {
  return write(fmt::format("{}/{}.html", folder, name),
               report::html(analyze::analyze(profile), analyze::flame(profile), {}));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "--profile") {
    const auto profile =
        testing_support::large_profile(std::strtoul(argv[3], nullptr, 10), std::strtoul(argv[4], nullptr, 10));
    const auto bytes = pprof::encode(profile);
    return write(argv[2], bytes) ? 0 : 1;
  }
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  const bool all = write_page(folder, "sample", testing_support::sample_profile()) &&
                   write_page(folder, "some", testing_support::large_profile(30, 2000)) &&
                   write_page(folder, "large", testing_support::large_profile(5000, 20000)) &&
                   write_page(folder, "hostile", testing_support::hostile_profile()) &&
                   write_page(folder, "foreign", testing_support::random_foreign_profile(1)) &&
                   write_page(folder, "empty", model::Builder::ours(1).finish());
  return all ? 0 : 1;
}
