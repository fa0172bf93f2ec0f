# SPDX-License-Identifier: Apache-2.0
#
# Puts the parts of the HTML report's page together as one C++ string, while the build runs:
# `cmake -D PAGE=<profiler/report/page> -D SCRIPTS=<a.js,b.js,...> -D OUTPUT=<file.cpp> -P embed.cmake`.
# CMake alone can do it, so the build needs no other tool. The digests of script and style sheet go into the page's content
# security policy: a browser then runs nothing else, whatever a profile's names try.
cmake_minimum_required(VERSION 3.25)

# CMake has SHA-256, but only as hex, and the policy wants base64: six bits a character.
function(base64_digest text result)
  string(SHA256 hex "${text}")
  string(APPEND hex "00")  # 32 bytes and one more are 11 groups of three
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  set(digest "")
  foreach(at RANGE 0 60 6)
    string(SUBSTRING "${hex}" ${at} 6 group)
    foreach(shift 18 12 6 0)
      math(EXPR index "(0x${group} >> ${shift}) & 63")
      string(SUBSTRING "${alphabet}" ${index} 1 character)
      string(APPEND digest "${character}")
    endforeach()
  endforeach()
  string(SUBSTRING "${digest}" 0 43 digest)
  set(${result} "${digest}=" PARENT_SCOPE)
endfunction()

file(READ "${PAGE}/page.html" page)
file(READ "${PAGE}/page.css" style)
set(script "\n")
string(REPLACE "," ";" SCRIPTS "${SCRIPTS}")
foreach(name IN LISTS SCRIPTS)
  file(READ "${PAGE}/${name}" part)
  string(APPEND script "${part}")
endforeach()
string(PREPEND style "\n")

base64_digest("${style}" style_digest)
base64_digest("${script}" script_digest)
foreach(place style_digest script_digest style script)
  string(FIND "${page}" "{{${place}}}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "${PAGE}/page.html has no {{${place}}}")
  endif()
  string(REPLACE "{{${place}}}" "${${place}}" page "${page}")
endforeach()

file(WRITE "${OUTPUT}" "// Made by scripts/cmake/embed.cmake from ${PAGE}.
#include \"profiler/report/page.h\"

namespace bucketprof::report {

constexpr std::string_view kPage = R\"__page__(${page})__page__\";

}  // namespace bucketprof::report
")
