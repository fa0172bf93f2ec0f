// SPDX-License-Identifier: Apache-2.0
//
// What the program `situations` does in turn with the recorder in one process; each is named after its source. All take
// the arguments of a main function without the program's name before them, argv[0] is the situation's own, and return
// its exit status: 0, or 1 if the situation found something wrong (tests/programs/findings.h), or 2 for wrong
// arguments.
#pragma once

namespace bucketprof::programs {

namespace fibers {
int run(int argc, char** argv);
}
namespace forks {
int run(int argc, char** argv);
}
namespace loader_lock {
int run(int argc, char** argv);
}
namespace loaders {
int run(int argc, char** argv);
}
namespace short_threads {
int run(int argc, char** argv);
}
namespace soak {
int run(int argc, char** argv);
}

}  // namespace bucketprof::programs
