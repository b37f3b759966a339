# One interface target carries the warnings, so that nothing sets flags for a whole directory.
add_library(hallmonitor_warnings INTERFACE)
target_compile_options(hallmonitor_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wnon-virtual-dtor
    # Designated initializers name what differs from the default; the rest is meant to be left out.
    -Wno-missing-field-initializers)
# Where several sources are compiled as one, names of one file would be warned of in another.
if(NOT CMAKE_UNITY_BUILD)
    target_compile_options(hallmonitor_warnings INTERFACE -Wshadow)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(hallmonitor_warnings INTERFACE -Wshadow=local -Wno-subobject-linkage)
endif()
option(HALLMONITOR_WERROR "Warnings are errors" ON)
if(HALLMONITOR_WERROR)
    target_compile_options(hallmonitor_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports false positives of these inside Boost and libstdc++ once it inlines.
    target_compile_options(hallmonitor_warnings INTERFACE
        -Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-stringop-overflow -Wno-stringop-overread
        -Wno-array-bounds -Wno-restrict)
endif()
