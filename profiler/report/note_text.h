// SPDX-License-Identifier: Apache-2.0
//
// The words of a note, shared by all reports.
#pragma once

#include <string>

#include "profiler/analyze/notes.h"

namespace bucketprof::report {

/// A sentence without its full stop, about the line of the note: "this line made ...".
[[nodiscard]] std::string sentence_of(const analyze::Note& note);

}  // namespace bucketprof::report
