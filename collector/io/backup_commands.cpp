#include "collector/io/backup_commands.hpp"

#include "collector/config.hpp"
#include "collector/io/control_client.hpp"
#include "collector/io/daemon.hpp"
#include "collector/io/ledger_db.hpp"
#include "common/io/clock.hpp"
#include "common/io/files.hpp"
#include "common/limits.hpp"

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace hallmonitor::collector {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto ledger_name = "ledger.db";
constexpr auto config_name = "collector.yaml";
constexpr auto tls_folder = "tls";
constexpr auto ca_key = "ca.key";
constexpr auto ask_again = 100ms;

int fail(const std::string& problem)
{
    std::cerr << problem << '\n';
    return 1;
}

std::optional<Config> load(const fs::path& file)
{
    const auto text = read_text_file(file, limits::config_file_bytes);
    if (!text) {
        std::cerr << file.string() << ": cannot read the configuration: " << text.error().message()
                  << '\n';
        return std::nullopt;
    }
    auto loaded = load_config(*text, file);
    for (const ConfigError& error : loaded.errors)
        std::cerr << to_string(error) << '\n';
    return std::move(loaded.config);
}

// The files of the configuration that hold its identity; the CA's key only where it is kept here.
std::vector<fs::path> tls_files(const Config& config)
{
    std::vector<fs::path> files{
        config.tls.ca_file, config.tls.certificate_file, config.tls.key_file};
    files.push_back(fs::path{config.tls.ca_file}.parent_path() / ca_key);
    return files;
}

// Mode and owner go along: secrets stay closed, and the daemon's user keeps its files.
bool copy_whole(const fs::path& from, const fs::path& to)
{
    struct stat facts {};
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error || ::stat(from.c_str(), &facts) != 0) {
        std::cerr << "cannot copy " << from.string() << " to " << to.string() << ": "
                  << (error ? error.message() : "it is gone") << '\n';
        return false;
    }
    ::chmod(to.c_str(), facts.st_mode & 07777);
    static_cast<void>(::chown(to.c_str(), facts.st_uid, facts.st_gid)); // if we may
    return true;
}

void make_durable(const fs::path& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ::fsync(file);
    ::close(file);
}

// Everything into `into`, which is ours alone.
bool fill(const BackupOptions& options, const Config& config, const fs::path& into)
{
    std::string problem;
    for (;;) {
        const auto done =
            download(control_socket_of(config), "/api/v1/backup", into / ledger_name, problem);
        if (!done) {
            std::cerr << problem << '\n';
            return false;
        }
        if (*done) break;
        std::this_thread::sleep_for(ask_again);
    }
    ::chmod((into / ledger_name).c_str(), 0600);
    make_durable(into / ledger_name);
    if (!copy_whole(options.config, into / config_name)) return false;
    std::error_code ignored;
    fs::create_directory(into / tls_folder, ignored);
    for (const fs::path& file : tls_files(config)) {
        if (file.filename() == ca_key && !fs::exists(file, ignored)) continue;
        if (!copy_whole(file, into / tls_folder / file.filename())) return false;
        make_durable(into / tls_folder / file.filename());
    }
    make_durable(into);
    return true;
}

// A folder's owner is whom the daemon runs as.
void give_to_owner_of(const fs::path& folder, const fs::path& file)
{
    struct stat facts {};
    if (::stat(folder.c_str(), &facts) == 0)
        static_cast<void>(::chown(file.c_str(), facts.st_uid, facts.st_gid));
}

// What is there already is the new machine's own and stays.
bool put_back(const fs::path& from, const fs::path& to)
{
    std::error_code error;
    if (!fs::exists(from, error)) return true;
    if (fs::exists(to, error)) {
        std::cout << "kept " << to.string() << '\n';
        return true;
    }
    fs::create_directories(to.parent_path(), error);
    if (!copy_whole(from, to)) return false;
    std::cout << "wrote " << to.string() << '\n';
    return true;
}

// False, with a sentence, when something is there and may not be moved.
bool set_aside(const fs::path& ledger, bool may_move)
{
    std::error_code error;
    if (!fs::exists(ledger, error)) return true;
    if (!may_move) {
        std::cerr << ledger.string()
                  << " is there already: --force puts it aside and restores the backup\n";
        return false;
    }
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(wall_now().since_epoch).count();
    const std::string suffix = ".replaced-" + std::to_string(seconds);
    for (const auto* part : {"", "-wal", "-shm"}) {
        const fs::path file = ledger.string() + part;
        if (!fs::exists(file, error)) continue;
        fs::rename(file, ledger.string() + suffix + part, error);
        if (error) {
            std::cerr << "cannot move " << file.string() << ": " << error.message() << '\n';
            return false;
        }
    }
    std::cout << "put aside " << ledger.string() << suffix << '\n';
    return true;
}

// In a folder of its own beside the place it goes to: a ledger that cannot be read replaces none.
bool is_whole(const fs::path& ledger, const fs::path& trial)
{
    std::error_code error;
    fs::remove_all(trial, error);
    fs::create_directories(trial, error);
    std::string problem;
    bool whole = copy_whole(ledger, trial / ledger_name);
    if (whole) {
        const auto db = LedgerDb::open(trial, problem);
        whole = db && (*db)->load(wall_now(), problem);
    }
    fs::remove_all(trial, error);
    if (!problem.empty()) std::cerr << "the backup cannot be used: " << problem << '\n';
    return whole;
}

} // namespace

int back_up(const BackupOptions& options)
{
    const auto config = load(options.config);
    if (!config) return 1;
    const fs::path folder = fs::absolute(options.folder).lexically_normal();
    std::error_code error;
    if (fs::exists(folder, error))
        return fail(folder.string() + " is there already: name a new one");
    const fs::path partial = folder.string() + ".partial";
    fs::remove_all(partial, error);
    fs::create_directories(folder.parent_path(), error);
    if (::mkdir(partial.c_str(), 0700) != 0)
        return fail(
            "cannot make " + partial.string() + ": " + std::generic_category().message(errno)
        );
    if (!fill(options, *config, partial)) {
        fs::remove_all(partial, error);
        return 1;
    }
    fs::rename(partial, folder, error);
    if (error) return fail("cannot name it " + folder.string() + ": " + error.message());
    make_durable(folder.parent_path());
    std::cout << "wrote " << folder.string() << ": " << fs::file_size(folder / ledger_name, error)
              << " octets of ledger, configuration and keys; keep it where only you can read it\n";
    return 0;
}

int restore(const BackupOptions& options)
{
    const fs::path from = options.folder;
    std::error_code error;
    if (!fs::exists(from / ledger_name, error))
        return fail((from / ledger_name).string() + " is not there: is that a folder of `backup`?");
    if (!put_back(from / config_name, options.config)) return 1;
    const auto config = load(options.config);
    if (!config) return 1;
    for (const fs::path& file : tls_files(*config))
        if (!put_back(from / tls_folder / file.filename(), file)) return 1;

    const fs::path state = config->state_directory;
    const fs::path ledger = state / ledger_name;
    fs::create_directories(state, error);
    if (!is_whole(from / ledger_name, state / "restore.partial")) return 1;
    {
        // Nobody else has it, and nobody comes before it is in place.
        std::string problem;
        const auto lock = LedgerDb::lock(state, problem);
        if (!lock) return fail(problem + ": stop it first");
        if (!set_aside(ledger, options.force)) return 1;
        // Whole or not at all: power may fail in the middle.
        const fs::path partial = ledger.string() + ".partial";
        fs::remove(partial, error);
        if (!copy_whole(from / ledger_name, partial)) return 1;
        give_to_owner_of(state, partial);
        make_durable(partial);
        fs::rename(partial, ledger, error);
        if (error) return fail("cannot put " + ledger.string() + " in place: " + error.message());
    }
    make_durable(state);
    std::cout << "wrote " << ledger.string()
              << "; start the collector, agents find it by its name\n";
    return 0;
}

} // namespace hallmonitor::collector
