# SPDX-License-Identifier: Apache-2.0
# Language, warnings, optimization, sanitizers and the compiler cache, for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug or RelWithDebInfo" FORCE)
endif()
# Assertions stay on: a broken invariant must end the process, in production too.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  # It takes members of a coroutine's frame for uninitialized, and names no line of ours.
  add_compile_options(-Wno-maybe-uninitialized)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()
add_link_options(-Wl,--as-needed)

set(BOUTIQUE_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")
if(BOUTIQUE_SANITIZE)
  # The first four checks that are left out make GCC five times slower on generated code and have found nothing here.
  # The last: gRPC keeps whatever number a peer sends as a status in an enumeration.
  add_compile_options(-fsanitize=${BOUTIQUE_SANITIZE} -fno-omit-frame-pointer)
  if(BOUTIQUE_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize=null,vptr,alignment,object-size,enum -fno-sanitize-recover=undefined)
  endif()
  add_link_options(-fsanitize=${BOUTIQUE_SANITIZE})
endif()
