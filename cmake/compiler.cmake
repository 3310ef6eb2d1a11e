# Refuses compilers that miscompile us, and says how strictly the rest compile.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} destroys temporaries of co_await statements twice. "
    "Use clang++-19 (Debian 12: apt install clang-19), as the presets do.")
endif()

option(CHARTBELL_WERROR "Treat warnings as errors" OFF)
option(CHARTBELL_HARDEN "Hardening flags for a released binary" OFF)
option(CHARTBELL_COVERAGE "Count executed lines" OFF)
set(CHARTBELL_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(chartbell_flags INTERFACE)
target_compile_features(chartbell_flags INTERFACE cxx_std_23)
target_compile_options(chartbell_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wthread-safety
  -Wno-missing-designated-field-initializers  # a default member initializer is an initializer
  $<$<BOOL:${CHARTBELL_WERROR}>:-Werror>)
if(CHARTBELL_HARDEN)
  target_compile_options(chartbell_flags INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
    -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero
    -fno-delete-null-pointer-checks -fno-strict-overflow -fPIE)
  target_link_options(chartbell_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
if(CHARTBELL_SANITIZE)
  target_compile_options(chartbell_flags INTERFACE
    -fsanitize=${CHARTBELL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g1)
  target_link_options(chartbell_flags INTERFACE -fsanitize=${CHARTBELL_SANITIZE})
endif()
if(CHARTBELL_COVERAGE)
  target_compile_options(chartbell_flags INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(chartbell_flags INTERFACE -fprofile-instr-generate)
endif()
target_link_options(chartbell_flags INTERFACE -fuse-ld=lld-19)
