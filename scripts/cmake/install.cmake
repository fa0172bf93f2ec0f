# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` puts down: the static libraries, the headers a program may include, the tool, and the
# package files that find_package(bucketprof) reads. Headers keep their paths below include/bucketprof, which is
# on the include path of the exported targets: users spell them as this repository does.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS bucketprof bucketprof_format bucketprof_hashmap EXPORT bucketprof-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET bucketprof_testing)
  install(TARGETS bucketprof_testing bucketprof_names EXPORT bucketprof-testing-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
if(TARGET bucketprof_tool)
  install(TARGETS bucketprof_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET bucketprof_agent)
  # In a folder of its own: nobody links it. The tool looks for it there (profiler/cli/preload.cpp).
  install(TARGETS bucketprof_agent LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/bucketprof)
endif()

install(DIRECTORY hashmap DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bucketprof FILES_MATCHING PATTERN "*.h")
# The public API is what stands at the top of profiler/; below it are the headers that those include, and no others
# (tests/consumer/headers.txt lists them all).
file(GLOB public_headers CONFIGURE_DEPENDS profiler/*.h)
install(FILES ${public_headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bucketprof/profiler)
install(DIRECTORY profiler/alloc profiler/tables DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bucketprof/profiler FILES_MATCHING PATTERN "*.h")
if(TARGET bucketprof_testing)
  install(DIRECTORY profiler/testing DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bucketprof/profiler
    FILES_MATCHING PATTERN "*.h")
endif()
foreach(header base/at.h base/result.h base/version.h model/profile.h model/schema.h)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES profiler/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bucketprof/profiler/${folder})
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/bucketprof)
install(EXPORT bucketprof-targets NAMESPACE bucketprof:: DESTINATION ${package_dir})
if(TARGET bucketprof_testing)
  install(EXPORT bucketprof-testing-targets NAMESPACE bucketprof:: DESTINATION ${package_dir})
endif()
configure_package_config_file(scripts/cmake/bucketprof-config.cmake.in ${PROJECT_BINARY_DIR}/bucketprof-config.cmake
  INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break programs, so another minor version is refused.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/bucketprof-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/bucketprof-config.cmake ${PROJECT_BINARY_DIR}/bucketprof-config-version.cmake
  DESTINATION ${package_dir})
