# layer(name DEPS … LIBS … SOURCES … HEADERS … TESTS …): one room of src/ as one library.
#   DEPS   the rooms below it      LIBS  third-party targets that only its sources see
#   TESTS  its *_test.cpp files, gathered into one program that ctest runs case by case
function(layer name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;SOURCES;HEADERS;TESTS;PRECOMPILE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_sources(${name} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${ARG_HEADERS})
  target_link_libraries(${name} PUBLIC chartbell_flags ${ARG_DEPS} PRIVATE ${ARG_LIBS})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  if(ARG_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${ARG_PRECOMPILE})
  endif()
  if(ARG_TESTS)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE ${name} test_support GTest::gmock_main ${ARG_LIBS})
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
