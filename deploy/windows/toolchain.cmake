# Windows 7 SP1 from Debian's mingw-w64. Included by toolchain-<architecture>.cmake, which sets MUSTER_ARCHITECTURE;
# ./dependencies builds the stage that libraries are found in.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_VERSION 6.1)
set(CMAKE_SYSTEM_PROCESSOR ${MUSTER_ARCHITECTURE})
set(triple ${MUSTER_ARCHITECTURE}-w64-mingw32)

# posix: the variant with std::thread.
set(CMAKE_C_COMPILER ${triple}-gcc-posix)
set(CMAKE_CXX_COMPILER ${triple}-g++-posix)
set(CMAKE_RC_COMPILER ${triple}-windres)
find_program(MUSTER_CCACHE ccache)
if(MUSTER_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${MUSTER_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MUSTER_CCACHE})
endif()

if(NOT DEFINED ENV{MUSTER_WINDOWS_STAGE})
  set(ENV{MUSTER_WINDOWS_STAGE} ${CMAKE_CURRENT_LIST_DIR}/../../build/windows-stage-${MUSTER_ARCHITECTURE})
endif()
set(CMAKE_FIND_ROOT_PATH /usr/${triple} $ENV{MUSTER_WINDOWS_STAGE})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(flags "-D_WIN32_WINNT=0x0601 -DWINVER=0x0601 -DNTDDI_VERSION=0x06010000 -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT "${flags}")
set(CMAKE_CXX_FLAGS_INIT "${flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -static-libgcc -static-libstdc++ -Wl,--gc-sections,--dynamicbase,--nxcompat \
-Wl,--major-os-version,6,--minor-os-version,1,--major-subsystem-version,6,--minor-subsystem-version,1,--file-alignment=4096")
