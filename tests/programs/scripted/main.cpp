// SPDX-License-Identifier: Apache-2.0
//
// `scripted 'make 0 std 1; insert 0 1000 @1'`, or `scripted --seed 12`: runs a script (script.h), or that of a seed,
// which it prints.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/programs/scripted/script.h"

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--seed") {
    const scripted::Script script = scripted::random_script(std::strtoull(argv[2], nullptr, 10));
    std::printf("%s\n", scripted::text_of(script).c_str());
    scripted::run(script);
    return 0;
  }
  const auto script = scripted::script_of(argc == 2 ? argv[1] : "?");
  if (!script) {
    std::fprintf(stderr, "usage: scripted SCRIPT | scripted --seed NUMBER\n");
    return 2;
  }
  scripted::run(*script);
  return 0;
}
