// SPDX-License-Identifier: Apache-2.0
//
// Each file is symbolized before the merge, against its own mappings. Tables are recognized once, after the merge.
#include "profiler/cli/load.h"

#include <fmt/format.h>

#include <utility>

#include "profiler/base/file.h"
#include "profiler/cli/console.h"
#include "profiler/cli/naming.h"
#include "profiler/cli/progress.h"
#include "profiler/model/merge.h"
#include "profiler/pprof/read.h"
#include "profiler/symbolize/prune.h"

namespace bucketprof::cli {

model::Profile with_names(model::Profile profile) {
  Progress progress("looking up function names", stderr_is_terminal());
  const std::vector<std::string> notes =
      look_up_names(profile, [&progress](std::size_t done, std::size_t total) { progress.update(done, total); });
  for (const std::string& note : notes) say("note: " + note);
  return symbolize::prune(std::move(profile));
}

Result<model::Profile> load(const std::vector<std::string>& files, recognize::Unclassified unclassified,
                            std::optional<analyze::NamelessShare>* names) {
  std::vector<model::Profile> profiles;
  for (const std::string& file : files) {
    auto bytes = read_file(file);
    if (!bytes.ok()) return Error{bytes.error() + ": give the path of a profile"};
    auto profile = pprof::read_any(*bytes);
    if (!profile.ok()) {
      return Error{fmt::format("cannot read: {}: {}: give a pprof or legacy heap profile", file, profile.error())};
    }
    profiles.push_back(with_names(std::move(profile).value()));
  }
  Result<model::Profile> all = profiles.size() == 1 ? std::move(profiles[0]) : model::merge(profiles);
  if (!all.ok()) return Error{fmt::format("cannot merge: {} and the others: {}", files[0], all.error())};
  if (names != nullptr) *names = analyze::nameless_share(*all);
  return recognize::classify(std::move(all).value(), {unclassified});
}

}  // namespace bucketprof::cli
