// SPDX-License-Identifier: Apache-2.0
//
// A library with a table in it.
#include "tests/programs/planted/planted.h"

namespace planted {

void in_library(const Choice& choice) {
  Table& plugins = kept<Table>().emplace_back(bucketprof::named("plugins"));
  plugins.reserve(choice.reserve);  // planted: in_library
  insert(plugins, choice.healthy ? choice.reserve : 100);
}

}  // namespace planted
