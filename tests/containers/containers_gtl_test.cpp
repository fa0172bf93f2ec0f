// SPDX-License-Identifier: Apache-2.0
//
// The tables of gtl, for scripts/check_containers: Debian has no package of it.
#define BUCKETPROF_PHMAP gtl
#define BUCKETPROF_PHMAP_NAME "gtl"
#include "profiler/containers_gtl.h"
#include "tests/containers/phmap_containers.h"
