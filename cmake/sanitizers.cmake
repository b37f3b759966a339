# HALLMONITOR_SANITIZE=address (with undefined) or thread; empty for none. It must reach every
# object, so it is the one option set globally.
set(HALLMONITOR_SANITIZE "" CACHE STRING "address, thread or empty")
if(HALLMONITOR_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
elseif(HALLMONITOR_SANITIZE STREQUAL "thread")
    # -Wno-tsan: libstdc++'s and Boost's fences; atomics themselves are understood.
    add_compile_options(-fsanitize=thread -Wno-tsan)
    add_link_options(-fsanitize=thread)
endif()
if(HALLMONITOR_FUZZ)
    # Coverage of every object guides the fuzzer; its main comes with each target.
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
