// SPDX-License-Identifier: Apache-2.0
//
// A program that is elsewhere when it ends than where it began: `places WAY [ARGUMENT]`. Compiled twice: into
// program_places, which is linked with the library, and into program_plain_places, which is not.
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unordered_map>

#ifdef BUCKETPROF_LINKED
#include "profiler/containers_std.h"
using Table = bucketprof::profiled::unordered_map<int, int>;
#else
using Table = std::unordered_map<int, int>;
#endif

namespace {

constexpr unsigned kNobody = 65534;

[[gnu::noinline]] void fill(Table& table) {
  for (int i = 0; i < 1000; ++i) table[i] = i;
}

/// What daemons do: the descriptors are closed, and their numbers used for something else.
bool close_all() {
  if (close_range(3, ~0U, 0) != 0) return false;
  while (open("/dev/null", O_WRONLY) < 1020) {
  }
  return true;
}

bool go(std::string_view way, const char* argument) {
  if (way == "stay") return true;
  if (way == "daemon") {  // the argument: for how many milliseconds
    if (daemon(1, 1) != 0) return false;
    usleep(1000U * static_cast<unsigned>(std::atoi(argument)));
    return true;
  }
  if (way == "sleep") {  // until the file is there
    while (access(argument, F_OK) != 0) usleep(10'000);
    return true;
  }
  if (way == "abort") std::abort();
  if (way == "user") return setgroups(0, nullptr) == 0 && setgid(kNobody) == 0 && setuid(kNobody) == 0;
  if (way == "root") return chroot(argument) == 0 && chdir("/") == 0;
  if (way == "root_and_user") return go("root", argument) && go("user", "");
  if (way == "directory") return chdir(argument) == 0;
  if (way == "descriptors") return close_all();
  if (way == "root_without_descriptors") return close_all() && go("root", argument);
  return false;
}

}  // namespace

int main(int count, char** words) {
#ifdef BUCKETPROF_LINKED
  Table table{bucketprof::named("places")};
#else
  Table table;
#endif
  fill(table);
  if (count < 2 || !go(words[1], count > 2 ? words[2] : "")) {
    std::perror("places");
    return 99;
  }
  fill(table);
  std::printf("%zu\n", table.size());
  return 0;
}
