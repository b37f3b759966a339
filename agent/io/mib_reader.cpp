#include "agent/io/mib_reader.hpp"

#include "agent/facts/mib_messages.hpp"
#include "common/io/files.hpp"
#include "common/limits.hpp"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <algorithm>
#include <array>
#include <dlfcn.h>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

namespace hallmonitor::agent {
namespace {

namespace fs = std::filesystem;

// Of the release whose headers stand above: what the tree looks like goes with this number.
constexpr auto library_name = "libnetsnmp.so.40";

/// The parser's functions, out of the library loaded at run time. It is never unloaded nor shut
/// down: it has no way to give back all that it took.
class Parser {
public:
    Parser() : library_(dlopen(library_name, RTLD_NOW | RTLD_LOCAL))
    {
        is_whole_ = library_ != nullptr && find("netsnmp_init_mib_internals", init_) &&
                    find("add_mibdir", add_folder_) && find("read_mib", read_) &&
                    find("get_tree_head", head_) && find("module_name", name_of_module_) &&
                    find("netsnmp_ds_set_boolean", set_flag_) &&
                    find("snmp_register_callback", on_event_) &&
                    find("snmp_unregister_callback", forget_event_) &&
                    find("netsnmp_register_loghandler", add_log_);
    }

    ~Parser()
    {
        if (told_ == nullptr) return;
        forget_event_(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, note, told_, 1);
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// False: the library is not installed.
    [[nodiscard]] bool is_there() const { return is_whole_; }

    /// Messages go to `told` from now on.
    void start(std::vector<std::string>& told)
    {
        told_ = &told;
        static const bool has_begun = begin();
        static_cast<void>(has_begun);
        on_event_(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, note, &told);
    }
    void add_folder(const std::string& folder) const { add_folder_(folder.c_str()); }
    void read(const std::string& file) const { read_(file.c_str()); }
    [[nodiscard]] const tree* roots() const { return head_(); }
    [[nodiscard]] std::string module_of(const tree& node) const
    {
        std::array<char, 1024> room{};
        return name_of_module_(node.modid, room.data());
    }

private:
    // Once a process.
    [[nodiscard]] bool begin() const
    {
        add_log_(NETSNMP_LOGHANDLER_CALLBACK, LOG_DEBUG);
        set_flag_(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_ERRORS, 1);
        init_();
        return true;
    }

    static int note(int, int, void* message, void* told)
    {
        const auto* const log = static_cast<const snmp_log_message*>(message);
        static_cast<std::vector<std::string>*>(told)->emplace_back(log->msg);
        return 0;
    }

    template <class Function>
    bool find(const char* name, Function& function)
    {
        function = reinterpret_cast<Function>(dlsym(library_, name));
        return function != nullptr;
    }

    void* library_{nullptr};
    bool is_whole_{false};
    std::vector<std::string>* told_{nullptr};
    decltype(&::netsnmp_init_mib_internals) init_{nullptr};
    decltype(&::add_mibdir) add_folder_{nullptr};
    decltype(&::read_mib) read_{nullptr};
    decltype(&::get_tree_head) head_{nullptr};
    decltype(&::module_name) name_of_module_{nullptr};
    decltype(&::netsnmp_ds_set_boolean) set_flag_{nullptr};
    decltype(&::snmp_register_callback) on_event_{nullptr};
    decltype(&::snmp_unregister_callback) forget_event_{nullptr};
    decltype(&::netsnmp_register_loghandler) add_log_{nullptr};
};

// By its DISPLAY-HINT, such as "255a" or "255t".
bool is_text(const tree& node)
{
    const std::string_view hint = node.hint == nullptr ? "" : node.hint;
    return hint.ends_with('a') || hint.ends_with('t');
}

std::string_view syntax_of(const tree& node)
{
    switch (node.type) {
    case TYPE_OBJID: return "OID";
    case TYPE_OCTETSTR: return is_text(node) ? "text" : "octets";
    case TYPE_IPADDR:
    case TYPE_NETADDR: return "address";
    case TYPE_COUNTER: return "Counter32";
    case TYPE_COUNTER64: return "Counter64";
    case TYPE_GAUGE: return "Gauge32";
    case TYPE_TIMETICKS: return "TimeTicks";
    case TYPE_INTEGER:
    case TYPE_INTEGER32: return "INTEGER";
    case TYPE_UINTEGER:
    case TYPE_UNSIGNED32: return "Unsigned32";
    case TYPE_BITSTRING: return "BITS";
    case TYPE_OPAQUE: return "Opaque";
    default: return {};
    }
}

bool may_be_read(const tree& node)
{
    return node.access == MIB_ACCESS_READONLY || node.access == MIB_ACCESS_READWRITE ||
           node.access == MIB_ACCESS_CREATE;
}

bool is_readable(const tree& node)
{
    return may_be_read(node) && !syntax_of(node).empty();
}

// What it is made of stands in a module that is not there.
bool is_of_unknown_syntax(const tree& node)
{
    return may_be_read(node) && node.type == TYPE_OTHER;
}

bool is_entry(const tree& node)
{
    return node.indexes != nullptr || node.augments != nullptr;
}

// Nothing in it may end the comment that it becomes.
std::string one_line(const char* text)
{
    std::string line = text == nullptr ? "" : text;
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' '
    );
    return line;
}

MibObject object_of(const tree& node, Oid oid)
{
    MibObject object{
        .name = node.label,
        .oid = std::move(oid),
        .syntax = std::string{syntax_of(node)},
        .units = one_line(node.units),
        .words = {},
    };
    for (const enum_list* one = node.enums; one != nullptr; one = one->next)
        object.words.emplace_back(one->value, one->label);
    std::sort(object.words.begin(), object.words.end());
    return object;
}

/// Walks the parser's tree, gathering what the modules define.
class Gathering {
public:
    Gathering(const Parser& parser, std::vector<std::string> names) : parser_(parser)
    {
        modules.names = std::move(names);
    }

    void add_below(const tree* first, const Oid& above)
    {
        std::vector<const tree*> peers;
        for (; first != nullptr; first = first->next_peer)
            peers.push_back(first);
        std::sort(peers.begin(), peers.end(), [](const tree* a, const tree* b) {
            return a->subid < b->subid;
        });
        for (const tree* node : peers) {
            if (above.arcs().size() < Oid::most_arcs) add(*node, below(above, *node));
        }
    }

    MibModules modules;
    std::vector<std::string> of_unknown_syntax; // names of objects

private:
    static Oid below(const Oid& above, const tree& node)
    {
        Oid oid = above;
        oid.push(static_cast<std::uint32_t>(node.subid));
        return oid;
    }

    void add(const tree& node, const Oid& oid)
    {
        if (is_entry(node)) {
            if (is_ours(node)) add_table(node, oid);
            return;
        }
        if (node.child_list != nullptr) return add_below(node.child_list, oid);
        if (is_ours(node) && is_of_unknown_syntax(node)) of_unknown_syntax.emplace_back(node.label);
        if (is_ours(node) && is_readable(node) && names_.insert(node.label).second)
            modules.scalars.push_back(object_of(node, oid));
    }

    void add_table(const tree& entry, const Oid& oid)
    {
        MibTable table{
            .name = entry.parent->label,
            .entry_name = entry.label,
            .entry = oid,
            .index = {},
            .columns = {},
        };
        for (const index_list* one = entry.indexes; one != nullptr; one = one->next)
            table.index.emplace_back(one->ilabel);
        if (entry.augments != nullptr)
            table.index.push_back("that of " + std::string{entry.augments});
        for (const tree* column = entry.child_list; column != nullptr; column = column->next_peer) {
            if (is_readable(*column))
                table.columns.push_back(object_of(*column, below(oid, *column)));
            if (is_of_unknown_syntax(*column)) of_unknown_syntax.emplace_back(column->label);
        }
        std::sort(table.columns.begin(), table.columns.end(), [](const auto& a, const auto& b) {
            return a.oid < b.oid;
        });
        if (!table.columns.empty() && names_.insert(table.name).second)
            modules.tables.push_back(std::move(table));
    }

    [[nodiscard]] bool is_ours(const tree& node) const
    {
        return std::find(modules.names.begin(), modules.names.end(), parser_.module_of(node)) !=
               modules.names.end();
    }

    const Parser& parser_;
    std::set<std::string> names_;
};

} // namespace

Loaded<MibModules> read_mibs(
    const std::vector<std::string>& files, const std::vector<std::string>& folders
)
{
    Loaded<MibModules> loaded;
    std::vector<std::string> names;
    for (const std::string& file : files) {
        const auto text = read_text_file(file, limits::config_file_bytes);
        const auto found = text ? modules_in(*text) : std::vector<std::string>{};
        if (!text)
            loaded.errors.push_back(
                {.file = file, .message = "cannot read the MIB: " + text.error().message()}
            );
        else if (found.empty())
            loaded.errors.push_back(
                {.file = file, .message = "has no MIB module: 'NAME DEFINITIONS ::= BEGIN'"}
            );
        names.insert(names.end(), found.begin(), found.end());
    }
    if (!loaded.errors.empty()) return loaded;
    std::vector<std::string> told;
    Parser parser;
    if (!parser.is_there()) {
        loaded.errors.push_back(
            {.file = files.front(),
             .message = "MIB files are read by net-snmp's library, which is not there: install "
                        "libsnmp40 (Debian) or what has " +
                        std::string{library_name}}
        );
        return loaded;
    }
    parser.start(told);
    for (const std::string& folder : folders)
        parser.add_folder(folder);
    for (const std::string& file : files)
        parser.add_folder(fs::absolute(file).parent_path().string());
    told.clear(); // of other files in those folders
    for (const std::string& file : files)
        parser.read(file);
    Gathering gathering{parser, std::move(names)};
    gathering.add_below(parser.roots(), {});
    MibFindings found = findings_in(told, files.front());
    for (const std::string& name : gathering.of_unknown_syntax)
        found.missing.push_back(
            {.file = files.front(),
             .message =
                 name + " is left out: what its syntax is stands in a module that is not there"}
        );
    MibModules& modules = gathering.modules;
    const bool is_empty = modules.scalars.empty() && modules.tables.empty();
    loaded.errors = std::move(found.faults);
    if (loaded.errors.empty() && is_empty) loaded.errors = std::move(found.missing);
    if (!loaded.errors.empty()) return loaded;
    for (const ConfigError& missing : found.missing)
        modules.missing.push_back(to_string(missing));
    loaded.config = std::move(modules);
    return loaded;
}

} // namespace hallmonitor::agent
