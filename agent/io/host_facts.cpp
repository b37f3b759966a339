#include "agent/io/host_facts.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace hallmonitor::agent {

std::string host_name()
{
    utsname names{};
    uname(&names);
    const std::string full{&names.nodename[0]};
    return full.substr(0, full.find('.'));
}

std::string system_description()
{
    utsname names{};
    uname(&names);
    return std::string{&names.sysname[0]} + " " + &names.release[0] + " " + &names.machine[0];
}

std::uint64_t boot_number()
{
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string text;
    std::getline(file, text);
    std::erase(text, '-');
    std::uint64_t number = 0;
    constexpr std::size_t digits = 16;
    std::from_chars(text.data(), text.data() + std::min(text.size(), digits), number, 16);
    return number;
}

ProcessUse process_use()
{
    ProcessUse use;
    std::ifstream file{"/proc/self/statm"};
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    if (file >> total >> resident)
        use.resident_bytes = resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    rusage spent{};
    getrusage(RUSAGE_SELF, &spent);
    const auto milliseconds = [](const timeval& time) {
        return static_cast<std::uint64_t>(time.tv_sec) * 1000 +
               static_cast<std::uint64_t>(time.tv_usec) / 1000;
    };
    use.cpu_milliseconds = milliseconds(spent.ru_utime) + milliseconds(spent.ru_stime);
    return use;
}

std::uint64_t random_number()
{
    std::uint64_t number = 0;
    // Small requests to getrandom() neither fail nor fall short once the machine is up.
    while (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
    }
    return number;
}

} // namespace hallmonitor::agent
