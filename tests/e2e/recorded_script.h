// SPDX-License-Identifier: Apache-2.0
//
// Analyses the profile of a script about tables (tests/programs/scripted), and follows an advice in the script.
#pragma once

#include <set>
#include <string>

#include "profiler/analyze/analysis.h"
#include "tests/e2e/recorded.h"
#include "tests/programs/scripted/script.h"

namespace bucketprof::e2e {

struct ScriptRun {
  analyze::Analysis analysis;
  std::set<std::string> idle;  // tables with a reserve() or clear() that found nothing to do (scripted::run())
};
/// As recorded(); with findings from 4 KiB on.
[[nodiscard]] ScriptRun run_of(const scripted::Script& script, const Recording& recording = {});
[[nodiscard]] analyze::Analysis analysis_of(const scripted::Script& script, const Recording& recording = {});

/// The script with the advice followed where a reader of the report would: the argument of the reserve() at the
/// finding's line is changed or removed, or a reserve() comes before the first insert of the tables that grow there.
/// The same script if the advice is not a reserve(), or its line is not a line of the script.
[[nodiscard]] scripted::Script followed(const findings::Finding& finding, const scripted::Script& script);

}  // namespace bucketprof::e2e
