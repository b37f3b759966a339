#include "common/io/files.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace hallmonitor {
namespace {

constexpr std::size_t secret_bytes = 4'096;

boost::system::error_code last_error()
{
    return {errno, boost::system::system_category()};
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

Descriptor open_for_reading(const std::string& path, int flags)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    return Descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags)};
}

Result<std::string> read_all(const Descriptor& file, std::size_t most)
{
    std::string text;
    std::array<char, 16'384> buffer{};
    while (true) {
        const auto count = ::read(file.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return last_error();
        if (count == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > most) return Errc::too_large;
    }
}

std::string folder_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

std::string octal_mode(mode_t mode)
{
    std::string text = "0000";
    for (std::size_t i = text.size(); i-- > 0; mode >>= 3U) {
        text[i] = static_cast<char>('0' + (mode & 7U));
    }
    return text;
}

/// What is wrong with the file of a secret, if anything is.
std::optional<std::string> fault_of(const struct stat& status, const std::string& path)
{
    if (!S_ISREG(status.st_mode)) return path + " is not a regular file";
    if (is_systemd_credential(path)) return std::nullopt;
    const auto mode = status.st_mode & 07777U;
    if ((mode & 077U) != 0) {
        return path + " is open to group or others (mode " + octal_mode(mode) +
               "); run chmod 600 " + path;
    }
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        return path + " belongs to another user (uid " + std::to_string(status.st_uid) + ")";
    }
    return std::nullopt;
}

SecretLookup secret_file(const std::string& path)
{
    // O_NONBLOCK, so that a FIFO in the place of the file holds up nobody.
    const auto file = open_for_reading(path, O_NONBLOCK);
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
        return SecretProblem{path + " cannot be opened: " + last_error().message()};
    }
    if (auto fault = fault_of(status, path)) return SecretProblem{std::move(*fault)};
    auto text = read_all(file, secret_bytes);
    if (!text) return SecretProblem{path + " cannot be read: " + text.error().message()};
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    return std::move(*text);
}

SecretLookup secret_variable(const std::string& name)
{
    const char* text = std::getenv(name.c_str());
    if (text == nullptr) {
        return SecretProblem{"the environment variable '" + name + "' is not set"};
    }
    return std::string{text};
}

} // namespace

bool is_systemd_credential(const std::string& path)
{
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder != nullptr && path.starts_with(std::string{folder} + '/');
}

Result<std::string> read_text_file(const std::string& path, std::size_t most)
{
    const auto file = open_for_reading(path, 0);
    if (file.get() < 0) return last_error();
    return read_all(file, most);
}

Result<void> replace_file(const std::string& path, std::string_view text)
{
    const std::string beside = path + ".new";
    {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
        const Descriptor file{::open(
            beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP
        )};
        if (file.get() < 0) return last_error();
        while (!text.empty()) {
            const auto count = ::write(file.get(), text.data(), text.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return last_error();
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        if (::fsync(file.get()) != 0) return last_error();
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) return last_error();
    const auto folder = open_for_reading(folder_of(path), O_DIRECTORY);
    if (folder.get() < 0 || ::fsync(folder.get()) != 0) return last_error();
    return {};
}

std::optional<std::string> exposure_of(const std::string& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return fault_of(status, path);
}

SecretSource system_secrets()
{
    return {.file = secret_file, .environment = secret_variable};
}

} // namespace hallmonitor
