#include "agent/io/memory.hpp"

#include <cstddef>
#include <cstdint>
#include <link.h>
#include <malloc.h>
#include <span>
#include <sys/mman.h>
#include <unistd.h>

namespace hallmonitor::agent {
namespace {

// Of the program or a library: what nobody can write to. See dl_iterate_phdr(3).
int drop_pages(dl_phdr_info* object, std::size_t /*size*/, void* /*data*/)
{
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    for (const ElfW(Phdr) & segment : std::span{object->dlpi_phdr, object->dlpi_phnum}) {
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
        const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
        const std::uintptr_t whole = begin - begin % page;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): as the loader tells it
        madvise(reinterpret_cast<void*>(whole), begin + segment.p_memsz - whole, MADV_DONTNEED);
    }
    return 0;
}

} // namespace

void keep_heap_small()
{
    mallopt(M_ARENA_MAX, 1);
    // Fixed: both would grow with the blocks that are freed. What a wave of devices needs comes and
    // goes four times a second, and is less than the second.
    constexpr int large_block = 128 * 1024;
    constexpr int spare_at_the_end = 1024 * 1024;
    mallopt(M_MMAP_THRESHOLD, large_block);
    mallopt(M_TRIM_THRESHOLD, spare_at_the_end);
}

void give_back_memory()
{
    malloc_trim(0);
    dl_iterate_phdr(drop_pages, nullptr);
}

} // namespace hallmonitor::agent
