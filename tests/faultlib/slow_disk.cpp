// slow_disk.so, preloaded into a daemon: its fsync and fdatasync of files below a folder take long
// or fail, or its writes do too. SLOW_DISK names a file that is read at every call, so that a test
// can change its mind:
//
//     delay FOLDER MILLISECONDS
//     fail FOLDER ERRNO          of fsync
//     refuse FOLDER ERRNO        of fsync and of writes: EROFS is a disk that was remounted
//     read-only
//
// No such file, or an empty one: the disk is as it is. Everything else goes to the system unseen.

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <optional>
#include <string>
#include <sys/uio.h>
#include <thread>
#include <unistd.h>

namespace {

struct Order {
    std::string what;
    std::string folder;
    int value{0};
};

std::optional<Order> standing_order()
{
    const char* const path = std::getenv("SLOW_DISK");
    if (path == nullptr) return std::nullopt;
    std::ifstream file{path};
    Order order;
    if (!(file >> order.what >> order.folder >> order.value)) return std::nullopt;
    return order;
}

std::string path_of(int descriptor)
{
    std::array<char, 4'096> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const auto size = ::readlink(link.c_str(), path.data(), path.size());
    return {path.data(), static_cast<std::size_t>(size < 0 ? 0 : size)};
}

int sync_with(const char* name, int descriptor)
{
    using Sync = int (*)(int);
    const auto order = standing_order();
    if (order && path_of(descriptor).starts_with(order->folder)) {
        if (order->what != "delay") {
            errno = order->value;
            return -1;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{order->value});
    }
    // POSIX promises that a function's address survives this.
    const auto real = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name));
    return real(descriptor);
}

// Calls the system's `name`, unless writes of the file are refused.
template <class Write, class... Arguments>
ssize_t write_with(const char* name, int descriptor, Arguments... arguments)
{
    const auto order = standing_order();
    if (order && order->what == "refuse" && path_of(descriptor).starts_with(order->folder)) {
        errno = order->value;
        return -1;
    }
    const auto real = reinterpret_cast<Write>(::dlsym(RTLD_NEXT, name));
    return real(descriptor, arguments...);
}

using PositionedWrite = ssize_t (*)(int, const void*, std::size_t, off_t);
using VectorWrite = ssize_t (*)(int, const iovec*, int, off_t);

} // namespace

// The system's headers name the parameter as only they may.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
extern "C" int fsync(int descriptor)
{
    return sync_with("fsync", descriptor);
}

extern "C" int fdatasync(int descriptor)
{
    return sync_with("fdatasync", descriptor);
}

extern "C" ssize_t pwrite(int descriptor, const void* octets, std::size_t size, off_t offset)
{
    return write_with<PositionedWrite>("pwrite", descriptor, octets, size, offset);
}

extern "C" ssize_t pwrite64(int descriptor, const void* octets, std::size_t size, off_t offset)
{
    return write_with<PositionedWrite>("pwrite64", descriptor, octets, size, offset);
}

extern "C" ssize_t pwritev(int descriptor, const iovec* parts, int count, off_t offset)
{
    return write_with<VectorWrite>("pwritev", descriptor, parts, count, offset);
}

extern "C" ssize_t pwritev64(int descriptor, const iovec* parts, int count, off_t offset)
{
    return write_with<VectorWrite>("pwritev64", descriptor, parts, count, offset);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
