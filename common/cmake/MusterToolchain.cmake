# Compiler, warnings, sanitizers and the libraries that Muster stands on.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

find_program(MUSTER_CCACHE ccache)
if(MUSTER_CCACHE)
  # A clone in another folder finds what the first one compiled.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true ${MUSTER_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# Where systems differ, a folder has foo_posix.cc and foo_windows.cc.
set(MUSTER_OS posix)
if(WIN32)
  set(MUSTER_OS windows)
  add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
  add_link_options(-s)  # nothing in the program but what it needs to run
endif()

set(MUSTER_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them: address,undefined or thread")
if(MUSTER_SANITIZE)
  add_compile_options(-fsanitize=${MUSTER_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MUSTER_SANITIZE})
endif()

# What Muster's own code is compiled with; generated code is not held to it.
add_library(muster_warnings INTERFACE)
target_compile_options(muster_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(muster_warnings INTERFACE -Wthread-safety)
endif()

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
if(WIN32)  # what static OpenSSL stands on
  target_link_libraries(OpenSSL::Crypto INTERFACE ws2_32 crypt32 advapi32 user32 gdi32)
endif()
find_package(Protobuf REQUIRED)
find_package(absl REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(spdlog REQUIRED)
find_package(pugixml REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
# Debian's package description of libzip names programs of packages that are not installed.
find_library(MUSTER_LIBZIP zip REQUIRED)
find_path(MUSTER_LIBZIP_HEADERS zip.h REQUIRED)
add_library(Libzip::Libzip UNKNOWN IMPORTED)
set_target_properties(Libzip::Libzip PROPERTIES IMPORTED_LOCATION ${MUSTER_LIBZIP} INTERFACE_INCLUDE_DIRECTORIES ${MUSTER_LIBZIP_HEADERS})
if(WIN32)
  find_library(MUSTER_ZLIB z REQUIRED)
  set_target_properties(Libzip::Libzip PROPERTIES INTERFACE_COMPILE_DEFINITIONS ZIP_STATIC
    INTERFACE_LINK_LIBRARIES "${MUSTER_ZLIB};bcrypt;advapi32")
endif()
if(NOT WIN32)  # the server's
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
  pkg_check_modules(ARGON2 REQUIRED IMPORTED_TARGET libargon2)
  find_package(CURL 7.87 REQUIRED)  # CURLOPT_QUICK_EXIT
  find_package(Boost 1.81 REQUIRED)  # Beast, with coroutines
  find_package(ZLIB REQUIRED)
  find_package(prometheus-cpp CONFIG REQUIRED)
endif()
include(GoogleTest)
