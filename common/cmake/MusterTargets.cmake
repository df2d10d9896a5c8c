# One library per folder: muster_library(NAME name SOURCES … DEPENDS …) makes muster::name, whose
# PUBLIC links are the layering that ARCHITECTURE.md draws.
function(muster_library)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(muster_${arg_NAME} STATIC ${arg_SOURCES})
  add_library(muster::${arg_NAME} ALIAS muster_${arg_NAME})
  target_include_directories(muster_${arg_NAME} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(muster_${arg_NAME} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS} muster_warnings)
endfunction()

# A program in build/<preset>/bin.
function(muster_program)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_DEPENDS} muster_warnings)
endfunction()

# A GoogleTest program. LABEL "unit" (the default): ctest knows its cases one by one. LABEL "integration": it runs
# as one test, since its cases share a PostgreSQL cluster. The environment names the folders that tests read.
function(muster_test)
  cmake_parse_arguments(arg "" "NAME;LABEL" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_DEPENDS} GTest::gmock GTest::gtest_main muster_warnings)
  # Two properties, because gtest_discover_tests takes no lists as values.
  set(environment ENVIRONMENT "MUSTER_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
    ENVIRONMENT_MODIFICATION "MUSTER_BIN_DIR=set:${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  if(arg_LABEL STREQUAL "integration")
    add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS integration TIMEOUT 600 ${environment})
  elseif(CMAKE_CROSSCOMPILING)
    # Wine takes a second to start a program: its cases are one test.
    add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS unit TIMEOUT 300 ${environment})
  else()
    gtest_discover_tests(${arg_NAME} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 120 ${environment})
  endif()
endfunction()
