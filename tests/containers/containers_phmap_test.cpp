// SPDX-License-Identifier: Apache-2.0
//
// The tables of phmap, for scripts/check_containers: Debian has no package of it.
#define BUCKETPROF_PHMAP phmap
#define BUCKETPROF_PHMAP_NAME "phmap"
#include "profiler/containers_phmap.h"
#include "tests/containers/phmap_containers.h"
