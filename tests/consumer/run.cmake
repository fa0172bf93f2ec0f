# SPDX-License-Identifier: Apache-2.0
#
# Installs the built library below WORK, then configures, builds and runs the consumer project against it.
file(REMOVE_RECURSE ${WORK})
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGV}: status ${status}\n${output}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILT} --prefix ${WORK}/prefix)

# What is installed is what users may include: a header that appears or goes is a decision, made in headers.txt.
file(GLOB_RECURSE installed RELATIVE ${WORK}/prefix/include/bucketprof ${WORK}/prefix/include/bucketprof/*)
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/headers.txt listed REGEX "^[^#]")
list(SORT installed)
list(SORT listed)
if(NOT installed STREQUAL listed)
  foreach(list installed listed)
    string(REPLACE ";" "\n  " ${list} "${${list}}")
  endforeach()
  message(FATAL_ERROR "installed:\n  ${installed}\nlisted in headers.txt:\n  ${listed}")
endif()
run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=${COMPILER}
  -DCMAKE_PREFIX_PATH=${WORK}/prefix -DBUCKETPROF_REPOSITORY=${REPOSITORY})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer ${WORK}/profile.pb.gz)
if(NOT EXISTS ${WORK}/profile.pb.gz)
  message(FATAL_ERROR "the consumer ran, but wrote no profile to ${WORK}/profile.pb.gz")
endif()
foreach(other consumer_test consumer_benchmark)
  if(EXISTS ${WORK}/build/${other})
    run(${WORK}/build/${other})
  endif()
endforeach()

# Without the target's options, and stripped, a program acts on its environment, too, and the tool knows what it is.
file(GLOB library ${WORK}/prefix/lib*/libbucketprof.a ${WORK}/prefix/lib*/*/libbucketprof.a)
file(GLOB format ${WORK}/prefix/lib*/libbucketprof_format.a ${WORK}/prefix/lib*/*/libbucketprof_format.a)
run(${COMPILER} -std=c++20 -I${WORK}/prefix/include/bucketprof ${CONSUMER}/../consumer.cpp ${library} ${format} -lz
  -ldl -pthread -s -o ${WORK}/by_hand)
run(${CMAKE_COMMAND} -E env BUCKETPROF_OUTPUT=${WORK}/by_hand.pb.gz ${WORK}/by_hand ${WORK}/profile.pb.gz)
if(NOT EXISTS ${WORK}/by_hand.pb.gz)
  message(FATAL_ERROR "the program that was linked by hand wrote no profile to ${WORK}/by_hand.pb.gz")
endif()

# The installed tool finds the installed agent, for a program that knows nothing of the library.
file(GLOB_RECURSE agent ${WORK}/prefix/libbucketprof_agent.so)
if(agent AND EXISTS ${WORK}/prefix/bin/bucketprof)
  run(${WORK}/prefix/bin/bucketprof run -o ${WORK}/heap.pb.gz -- ${CMAKE_COMMAND} -E true)
  if(NOT EXISTS ${WORK}/heap.pb.gz)
    message(FATAL_ERROR "the installed tool ran a program, but wrote no profile to ${WORK}/heap.pb.gz")
  endif()
endif()
