# SPDX-License-Identifier: Apache-2.0
#
# The tests of one executable, for ctest: one process for a suite, because starting a process, with a sanitizer above
# all, takes longer than most tests. Suites whose name matches EACH get a process for each test: they share state, such
# as the process's one recorder, or take so long that their tests should run beside each other.
# Usage: include() with EXECUTABLE, FOLDER (the tests' prefix and label), EACH, TIMEOUT, COST and ENVIRONMENT set, in a
# file that ctest includes.
if(NOT EXISTS ${EXECUTABLE})
  add_test(${FOLDER}/NOT_BUILT ${EXECUTABLE})
  set_tests_properties(${FOLDER}/NOT_BUILT PROPERTIES LABELS ${FOLDER})
  return()
endif()
execute_process(COMMAND ${EXECUTABLE} --gtest_list_tests RESULT_VARIABLE status OUTPUT_VARIABLE listed ERROR_VARIABLE listed)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${EXECUTABLE} --gtest_list_tests: ${status}\n${listed}")
endif()

# A suite is a line that ends in a dot, a test is indented; what follows `#` are parameters.
string(REPLACE ";" "" listed "${listed}")
string(REGEX REPLACE " +#[^\n]*" "" listed "${listed}")
string(REPLACE "\n" ";" listed "${listed}")
set(filters "")
foreach(line IN LISTS listed)
  if(line MATCHES "^([^ ]+)\\.$")
    set(suite ${CMAKE_MATCH_1})
    set(apart OFF)
    if(suite MATCHES "${EACH}")
      set(apart ON)
    else()
      list(APPEND filters "${suite}.*")
    endif()
  elseif(apart AND line MATCHES "^  (.+)$")
    list(APPEND filters "${suite}.${CMAKE_MATCH_1}")
  endif()
endforeach()
if(NOT filters)
  message(FATAL_ERROR "${EXECUTABLE} lists no tests:\n${listed}")
endif()
foreach(filter IN LISTS filters)
  string(REGEX REPLACE "\\.\\*$" "" name "${FOLDER}/${filter}")
  add_test(${name} ${EXECUTABLE} --gtest_filter=${filter})
  set_tests_properties(${name} PROPERTIES LABELS ${FOLDER} TIMEOUT ${TIMEOUT} COST ${COST} ENVIRONMENT "${ENVIRONMENT}")
endforeach()
