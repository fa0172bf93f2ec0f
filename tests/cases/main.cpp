// SPDX-License-Identifier: Apache-2.0
//
// `cases NAME FAMILY [healthy] [LINE=RESERVE]...`: runs a case and prints what it counted; `cases`: their names.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/cases/facts.h"

int main(int argc, char** argv) {
  cases::Run run;
  for (int i = 3; i < argc; ++i) {
    char* end = argv[i];
    if (std::string_view(argv[i]) == "healthy") run.healthy = true;
    const long line = std::strtol(argv[i], &end, 10);
    if (*end == '=') run.reserve[static_cast<int>(line)] = std::strtoull(end + 1, nullptr, 10);
  }
  if (argc > 2 && cases::run(argv[1], argv[2], run)) {
    std::printf("%s", text_of(cases::facts()).c_str());
    return 0;
  }
  for (const std::string& name : cases::names()) {
    std::fprintf(stderr, "%s:", name.c_str());
    for (const std::string& family : cases::families_of(name)) std::fprintf(stderr, " %s", family.c_str());
    std::fprintf(stderr, "\n");
  }
  return 2;
}
