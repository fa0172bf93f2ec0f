// SPDX-License-Identifier: Apache-2.0
//
// The bucketprof command.
#include "profiler/cli/tool.h"

int main(int argc, char** argv) { return bucketprof::cli::run_tool(argc, argv); }
